"""Budgets that are there: one in this process's memory, and one for all processes of a machine.

Both keep the same book, a row of numbers. The shared one has it in a file that every process maps
into its memory, and takes the file's lock for the microseconds that a look takes. The kernel gives
the lock back when a process is killed, and whoever finds no room looks whose seats are nobody's any
more. A database would do it too: two durable transactions a call cost more than the call.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import mmap
import os
import stat
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol

from engine.adapters.book import SIZE, Book
from engine.ports.budget import Ask, Budget, Turn
from engine.ports.world import Clock

_log = logging.getLogger(__name__)
_DAY = 24 * 60 * 60
"""Seconds; nobody works for so long without opening a budget anew."""


class Lock(Protocol):
    """What keeps others out of a book."""

    def __enter__(self) -> object: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> object: ...


class BookBudget(Budget):
    """A budget by a book, which `lock` keeps others out of."""

    def __init__(self, book: Book, lock: Lock, clock: Clock) -> None:
        self._book = book
        self._lock = lock
        self._clock = clock

    def ask(self, ask: Ask) -> Turn | float:
        with self._lock:
            return self._book.ask(ask, self._clock.monotonic())

    def done(self, turn: Turn) -> None:
        with self._lock:
            self._book.done(turn, self._clock.monotonic())

    def pause(self, seconds: float) -> None:
        with self._lock:
            self._book.pause(seconds, self._clock.monotonic())


def memory_budget(clock: Clock) -> Budget:
    """A budget that nobody else knows: for tests, and where no file can be shared."""
    cells = memoryview(bytearray(SIZE)).cast("d")
    return BookBudget(Book(cells, os.getpid(), lambda _: False), threading.Lock(), clock)


class SharedBudget(BookBudget):
    """A budget in a file that all processes of this machine share, on a clock that they share.

    `ended` says whether a process, by its number, runs no more. Raises OSError where the file
    cannot be made.
    """

    def __init__(self, path: Path, clock: Clock, ended: Callable[[int], bool]) -> None:
        self._file = FileLock(_opened(path))
        self._map = mmap.mmap(self._file.descriptor, SIZE)
        self._cells = memoryview(self._map).cast("d")
        super().__init__(Book(self._cells, os.getpid(), ended), self._file, clock)

    def close(self) -> None:
        self._cells.release()
        self._map.close()
        os.close(self._file.descriptor)


class FileLock:
    """The lock of an open file, for the threads of this process too."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._thread = threading.Lock()

    def __enter__(self) -> None:
        self._thread.acquire()
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        self._thread.release()


def shared_budget(name: str, clock: Clock, ended: Callable[[int], bool]) -> Budget:
    """The budget of this name that all processes of this user on this machine share.

    It lies in the folder for temporary files: what it knows is worth nothing after a minute, and it
    belongs to no workspace, as two may ask one account. Where that folder is not to be trusted or
    is full, this process keeps to the limits alone, and says so.
    """
    try:
        place = _place()
        budget = SharedBudget(place / name, clock, ended)
        _clear(place, place / name)
    except OSError as error:
        _log.warning(
            "the systems' limits are kept by this process alone (%s): let no other one ask the "
            "same accounts meanwhile",
            error.strerror,
        )
        return memory_budget(clock)
    return budget


def _place() -> Path:
    """A folder that nobody else can write to; raises OSError where there is none."""
    place = Path(tempfile.gettempdir()) / f"crossdock-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    if not private or found.st_uid != os.getuid():
        raise PermissionError(errno.EPERM, f"{place} is not a folder of this user alone")
    return place


def _clear(place: Path, newest: Path) -> None:
    """Removes the files of accounts that nobody has asked for a day before this one was."""
    today = newest.stat().st_mtime - _DAY
    for path in place.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < today:
                path.unlink()


def _opened(path: Path) -> int:
    """The file, open and large enough."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        with FileLock(descriptor):
            _fill(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _fill(descriptor: int) -> None:
    """Written, not stretched: a full disk shows here, and not as a signal when a cell is set."""
    missing = SIZE - os.fstat(descriptor).st_size
    if missing > 0:
        os.pwrite(descriptor, bytes(missing), SIZE - missing)
    os.utime(descriptor)
