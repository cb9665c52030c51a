"""Ways to the database: how a question or a piece of work gets a connection.

Each question and each piece of work is a function of a connection. A door opens a transaction
around it and turns the driver's complaints into errors that say what to do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

import sqlalchemy as sa

from engine.errors import CrossdockError
from engine.ledger import schema
from engine.ledger.connection import bare, read_only_engine, reading, written

T = TypeVar("T")


class Door(ABC):
    """Something through which questions can be asked."""

    @abstractmethod
    def ask(self, question: Callable[[sa.Connection], T]) -> T:
        """Runs the question in a transaction that only looks."""

    @abstractmethod
    def close(self) -> None: ...


class WritingDoor(Door):
    """One that also writes."""

    @abstractmethod
    def change(self, work: Callable[[sa.Connection], T]) -> T:
        """Runs the work in one write transaction; committed when this returns. No other writes of
        this customer happen between its first look and its commit.
        """

    @abstractmethod
    def scour(self) -> None:
        """Lets no old copy of a changed row stay where the database can help it."""


class LiveDoor(WritingDoor):
    """The writer's: one connection that writes and one that looks, each for one thread at a time.

    They stay open: fetching one from the pool for each transaction took a tenth of its time.
    """

    def __init__(self, path: Path, engine: sa.Engine) -> None:
        self._path = path
        self._engine = engine
        self._writing = (Lock(), engine.connect())
        self._looking = (Lock(), reading(engine).connect())

    def ask(self, question: Callable[[sa.Connection], T]) -> T:
        lock, conn = self._looking
        with lock, complaints(self._path), conn.begin():
            return question(conn)

    def change(self, work: Callable[[sa.Connection], T]) -> T:
        lock, conn = self._writing
        with lock, complaints(self._path):
            return written(conn, work)

    def scour(self) -> None:
        """Writes the file anew and empties its log, so that no old copy of a row is left in either.

        Raises CrossdockError while another process looks at what was there before.
        """
        lock, _ = self._writing
        with lock, complaints(self._path), bare(self._engine).connect() as conn:
            conn.exec_driver_sql("VACUUM")
            kept_back: int = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        if kept_back:
            raise CrossdockError(
                f"it is erased, but old copies may still be in {self._path}-wal: another crossdock "
                "has the ledger open",
                "Run the same command again when no other is at work.",
            )

    def close(self) -> None:
        for lock, conn in (self._looking, self._writing):
            with lock:
                conn.close()
        self._engine.dispose()


class LookingDoor(Door):
    """A plan's: it writes nothing, and it makes no file either.

    A reader of a WAL database makes its -wal and -shm files where they are missing, even with
    mode=ro. They are missing exactly while nobody has the ledger open, so then the file is read as
    immutable. Should a writer turn up in between, the answer is thrown away and asked for again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at_rest = read_only_engine(path, at_rest=True)
        self._live = read_only_engine(path, at_rest=False)
        self._version_is_right = False

    def ask(self, question: Callable[[sa.Connection], T]) -> T:
        with complaints(self._path):
            if not self._version_is_right:
                self._answer(check_version)
                self._version_is_right = True
            return self._answer(question)

    def _answer(self, question: Callable[[sa.Connection], T]) -> T:
        before = self._resting()
        if before is not None:
            try:
                answer = _one(self._at_rest, question)
            except sa.exc.DatabaseError:
                if self._resting() == before:
                    raise
            else:
                if self._resting() == before:
                    return answer
        return _one(self._live, question)

    def _resting(self) -> tuple[int, int] | None:
        """Time and size of the file while nobody has it open, None while somebody has."""
        if self._path.with_name(f"{self._path.name}-wal").exists():
            return None
        seen = self._path.stat()
        return seen.st_mtime_ns, seen.st_size

    def close(self) -> None:
        self._at_rest.dispose()
        self._live.dispose()


@contextmanager
def complaints(path: Path) -> Iterator[None]:
    """Turns what the database says (locked, full, damaged) into an error for a person."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except sa.exc.DatabaseError as error:
        raise CrossdockError(
            f"the ledger {path} cannot be used: {error.orig}",
            "If it is locked, another crossdock is at work: wait for it. If the disk is full, make "
            "room. If the file is damaged, keep it and put back the last backup.",
        ) from error


def _one(engine: sa.Engine, question: Callable[[sa.Connection], T]) -> T:
    with engine.begin() as conn:
        return question(conn)


def check_version(conn: sa.Connection) -> None:
    found = schema.revision(conn)
    if found != schema.HEAD:
        raise schema.foreign(found)
