"""A ledger in PostgreSQL: its address, its connections and transactions, what it complains of.

Each write transaction begins by taking the customer's lock, which falls with the transaction: what
one looks at and then writes no other writer of this customer changes in between, just as SQLite's
IMMEDIATE has it, and nothing is ever to be tried again because two met. Customers do not wait for
each other. READ COMMITTED, because each statement after the lock must see what its last holder
committed, and a snapshot taken while waiting for it would not.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.errors import ConfigurationError, CrossdockError
from engine.ledger.connection import JSON
from engine.ledger.doors import Door, WritingDoor, check_version
from engine.ledger.statements import say

T = TypeVar("T")

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_ADVICE = "Give postgresql://USER@HOST/DATABASE."
_REACH = "Look whether it is up and lets this user in: psql '{}' asks the same."
_BUSY = "Another crossdock is at work, or a person in the database: wait for it."
_LOST = "Run the same command again: what was committed stands, and all else is asked for anew."
_RIGHTS = "The tables must belong to this user, who makes them at the first `crossdock run`."
_TOLD = {"55P03": _BUSY, "40P01": _BUSY, "42501": _RIGHTS, "57P01": _LOST, "25P03": _LOST}
# A commit that is answered must be on the disk, whatever the server's file says. A writer that is
# stopped in the middle is thrown out, so that its successor need not wait for ever.
_SESSION = """
SELECT set_config('lock_timeout', '30s', false),
       set_config('idle_in_transaction_session_timeout', '60s', false),
       set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                  WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)
"""
_LOCK = "SELECT pg_advisory_xact_lock(%s)"


def is_server(url: str) -> bool:
    """Whether the URL names a server, not a file."""
    return url.partition("://")[0] in _SCHEMES


class Server:
    """A database by its URL. Neither its texts nor those of its errors have the password."""

    def __init__(self, url: str) -> None:
        try:
            self._address = sa.make_url(url).set(drivername="postgresql+psycopg")
        except (sa.exc.ArgumentError, ValueError):
            raise ConfigurationError("the ledger's URL cannot be read", _ADVICE) from None
        if not self._address.database:
            raise ConfigurationError("the ledger's URL names no database", _ADVICE)
        bare = sa.URL.create(
            "postgresql",
            username=self._address.username,
            host=self._address.host,
            port=self._address.port,
            database=self._address.database,
        )
        self.name = bare.render_as_string()

    def engine(self) -> sa.Engine:
        """Connections that may write. Nothing is connected yet."""
        logging.getLogger("sqlalchemy.engine.Engine").setLevel(logging.WARNING)
        try:
            engine = sa.create_engine(
                self._address,
                hide_parameters=True,  # an error's text must not hold a request
                json_serializer=JSON.encode,
                isolation_level="READ COMMITTED",
                connect_args=self._defaults(),
            )
        except ModuleNotFoundError:
            raise ConfigurationError(
                "the ledger is in PostgreSQL, whose driver is not installed",
                "pip install 'crossdock[postgres]'",
            ) from None
        sa.event.listen(engine, "connect", _set_up)
        return engine

    def _defaults(self) -> dict[str, Any]:
        told = {"connect_timeout": 10, "application_name": "crossdock", "client_encoding": "utf8"}
        return {name: value for name, value in told.items() if name not in self._address.query}

    @contextmanager
    def complaints(self) -> Iterator[None]:
        """Turns what the database says into an error for a person."""
        try:
            yield
        except sa.exc.IntegrityError:
            raise
        except sa.exc.DBAPIError as error:
            what, advice = self._said(error.orig)
            raise CrossdockError(f"the ledger {self.name} cannot be used: {what}", advice) from None

    def _said(self, error: Any) -> tuple[str, str]:
        """The first line alone: the others may hold what was to be written."""
        lines = str(error).strip().splitlines()
        advice = _TOLD.get(getattr(error, "sqlstate", None) or "", _REACH.format(self.name))
        return (lines[0] if lines else type(error).__name__), advice


def looking(engine: sa.Engine) -> sa.Engine:
    """The same connections, for transactions that only look, at one moment of the database."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def hold(conn: sa.Connection, name: str) -> None:
    """Takes the lock of this name, for as long as the transaction lasts."""
    digest = hashlib.blake2b(f"crossdock {name}".encode(), digest_size=8).digest()
    say(conn, _LOCK, (int.from_bytes(digest, signed=True),))


class ServerDoor(WritingDoor):
    """The writer's: one connection that writes and one that looks, each for one thread at a time.

    A connection that the server ends is made anew by the next use.
    """

    def __init__(self, server: Server, engine: sa.Engine, customer: str) -> None:
        self._server = server
        self._engine = engine
        self._customer = customer
        self._writing = (Lock(), engine.connect())
        self._looking = (Lock(), looking(engine).connect())

    def ask(self, question: Callable[[sa.Connection], T]) -> T:
        lock, conn = self._looking
        with lock, self._server.complaints(), conn.begin():
            return question(conn)

    def change(self, work: Callable[[sa.Connection], T]) -> T:
        lock, conn = self._writing
        with lock, self._server.complaints(), conn.begin():
            hold(conn, f"customer {self._customer}")
            return work(conn)

    def scour(self) -> None:
        """What the server keeps besides, its log of writes and its backups, is its owner's."""
        lock, _ = self._writing
        alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with lock, self._server.complaints(), alone.connect() as conn:
            conn.exec_driver_sql("VACUUM effect, message")

    def close(self) -> None:
        for lock, conn in (self._looking, self._writing):
            with lock:
                conn.close()
        self._engine.dispose()


class ServerLookingDoor(Door):
    """A plan's: it cannot write."""

    def __init__(self, server: Server, engine: sa.Engine) -> None:
        self._server = server
        self._engine = engine
        self._looking = looking(engine)
        self._version_is_right = False

    def ask(self, question: Callable[[sa.Connection], T]) -> T:
        with self._server.complaints(), self._looking.begin() as conn:
            if not self._version_is_right:
                check_version(conn)
                self._version_is_right = True
            return question(conn)

    def close(self) -> None:
        self._engine.dispose()


def _set_up(connection: Any, _record: Any) -> None:
    connection.execute(_SESSION)
    connection.commit()
