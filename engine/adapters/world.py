"""The real world behind the ports: this machine's clock, chance and threads."""

from __future__ import annotations

import ctypes
import os
import platform
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Lock
from typing import TypeVar

from engine.ports.world import Clock, Randomness, WorkerPool

A = TypeVar("A")
B = TypeVar("B")
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Parameters of glibc's `mallopt`, as its header numbers them."""


def keep_memory_steady() -> None:
    """Has glibc give large blocks back at once, and keep one heap for all threads.

    A page of orders is half a megabyte, as text up to four times that. Left alone, glibc learns to
    cut such blocks out of its heap, which then grows by the holes: by 8 MiB from 2,000 orders to
    5,000 (measured). Another C library is left as it is.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 64 * 1024)
        mallopt(_ARENA_MAX, 1)


def this_process() -> str:
    """This process as the memory names it: `HOST:PID`."""
    return f"{platform.node()}:{os.getpid()}"


def has_ended(process: str) -> bool:
    """Whether a process of this form ran on this host and runs no more; False where nobody knows.

    One that is only stopped has not ended. A number that was given away again deceives nobody for
    long: it only leaves out that the process is gone.
    """
    host, _, number = process.rpartition(":")
    return host == platform.node() and number.isdecimal() and runs_no_more(int(number))


def runs_no_more(number: int) -> bool:
    """The same of a process of this host, by its number."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


class SystemClock(Clock):
    """This machine's clock; `start` shifts it for a rehearsal, from where it then runs on."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = start - datetime.now(UTC) if start else timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))


class SteadyClock(Clock):
    """A clock whose `now` is never set back and never slower than its monotonic seconds.

    A pass has one of these for everything. While the wall clock goes on as it should, `now` is the
    wall clock. Where it is stepped back, `now` goes on from where it was, so that neither a send
    window nor a lease lasts longer than it was meant to. Where it is stepped forward, as after the
    machine slept, `now` goes along, and both end.
    """

    def __init__(self, wall: Clock) -> None:
        self._wall = wall
        self._lock = Lock()
        self._anchor = wall.now(), wall.monotonic()

    def now(self) -> datetime:
        with self._lock:
            wall, seconds = self._wall.now(), self._wall.monotonic()
            since, began = self._anchor
            least = since + timedelta(seconds=seconds - began)
            if wall < least:
                return least
            self._anchor = wall, seconds
            return wall

    def monotonic(self) -> float:
        return self._wall.monotonic()

    def sleep(self, seconds: float) -> None:
        self._wall.sleep(seconds)


class SystemRandomness(Randomness):
    """Jitter; the generator is its own, so nobody's seed is touched."""

    def __init__(self) -> None:
        self._generator = random.Random()  # jitter for waits, nothing secret

    def fraction(self) -> float:
        return self._generator.random()


class SerialPool(WorkerPool):
    """One after the other, each when its result is asked for."""

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        return map(work, items)


class ThreadPool(WorkerPool):
    """Threads with a bounded look-ahead: at most twice `workers` items are in memory at once.

    Work that runs in the pool must not use the pool again: it could wait for itself.
    """

    def __init__(self, workers: int) -> None:
        self._ahead = workers * 2
        self._executor = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="crossdock")

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        source = iter(items)
        waiting: deque[Future[B]] = deque()
        try:
            waiting.extend(self._executor.submit(work, x) for x in islice(source, self._ahead))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(self._executor.submit(work, x) for x in islice(source, 1))
                yield result
        finally:
            # What runs already must not outlive what it works with. What could be cancelled is
            # not waited for: nobody may be left to take note of it.
            wait([future for future in waiting if not future.cancel()])

    def close(self) -> None:
        """Ends the threads; work that has not started is dropped."""
        self._executor.shutdown(wait=True, cancel_futures=True)
