"""The engine of SQLAlchemy over a ledger file: its pragmas, its transactions, its rights.

FULL is not a taste: with NORMAL a power cut may take back a committed intent, and an intent that
vanished is a silent second send. Write transactions begin IMMEDIATE, so that a check and the write
that rests on it see the same rows.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.errors import ConfigurationError, CrossdockError
from engine.ledger.statements import say

T = TypeVar("T")

_WAIT = "busy_timeout=30000"
_DURABLE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
# Made once: `json.dumps` makes one for each value.
JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_DEFERRED = "deferred"
_BARE = "bare"
_URL_ADVICE = (
    "Give sqlite:///PATH (four slashes before an absolute path) or postgresql://USER@HOST/DATABASE."
)


def file_of(url: str) -> Path:
    """`sqlite:///relative` or `sqlite:////absolute` -> the path of the file."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise ConfigurationError("the ledger's URL cannot be read", _URL_ADVICE) from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise ConfigurationError(
            "the ledger's URL names neither a SQLite file nor PostgreSQL", _URL_ADVICE
        )
    return Path(str(parsed.database))


def prepare_file(path: Path) -> None:
    """Makes folder (0700) and file (0600) where they are missing, and checks the rights."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would make the file with the umask's rights; its -wal and -shm copy the file's.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise CrossdockError(
            f"the ledger {path} cannot be opened: {error.strerror}",
            "Give this user the right to write there, or name another place.",
        ) from error
    check_rights(path)


def check_rights(path: Path) -> None:
    """Refuses a file that others may write: they could make the engine send or withhold."""
    mode = path.stat().st_mode
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise CrossdockError(
            f"the ledger {path} can be written by other users (mode {stat.S_IMODE(mode):o})",
            f"Look whether somebody changed it, then run: chmod 600 {path}",
        )


def writing_engine(path: Path) -> sa.Engine:
    """Connections that may write; a transaction begins IMMEDIATE unless it is for `reading`."""
    return _engine(sa.URL.create("sqlite", database=str(path)), _WAIT, *_DURABLE)


def reading(engine: sa.Engine) -> sa.Engine:
    """The same connections, for transactions that only look and wait for nobody."""
    return engine.execution_options(**{_DEFERRED: True})


def bare(engine: sa.Engine) -> sa.Engine:
    """The same connections, for what SQLite does only outside of a transaction."""
    return engine.execution_options(**{_BARE: True})


def read_only_engine(path: Path, *, at_rest: bool) -> sa.Engine:
    """Connections that cannot write; `at_rest` also promises that nobody else does.

    They are not pooled: one that was opened at rest must not be asked again later.
    """
    flags = {"immutable": "1"} if at_rest else {"mode": "ro"}
    url = sa.URL.create("sqlite", database=path.resolve().as_uri(), query=flags | {"uri": "true"})
    return reading(_engine(url, _WAIT, poolclass=NullPool))


def _engine(url: sa.URL, *pragmas: str, **options: Any) -> sa.Engine:
    # Asked for everything, it tells every row that it reads; an engine looks at this once.
    logging.getLogger("sqlalchemy.engine.Engine").setLevel(logging.WARNING)
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # an error's text must not hold a request
        json_serializer=JSON.encode,
        **options,
    )

    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN is off: `_begin` says it
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(engine, "connect", set_up)
    sa.event.listen(engine, "begin", _begin)
    return engine


def written(conn: sa.Connection, work: Callable[[sa.Connection], T]) -> T:
    """Runs the work in one write transaction of this connection; committed when it returns.

    Most of it goes straight to the driver (`statements.py`), so the transaction is begun there too.
    SQLAlchemy begins its own once the work asks it for something: that one is then the same.
    """
    say(conn, "BEGIN IMMEDIATE")
    try:
        answer = work(conn)
        if conn.in_transaction():
            conn.commit()
        else:
            say(conn, "COMMIT")
    except BaseException:
        conn.rollback()
        conn.connection.rollback()
        raise
    return answer


def _begin(conn: sa.Connection) -> None:
    options = conn.get_execution_options()
    driver: Any = conn.connection.driver_connection
    if options.get(_BARE) or driver.in_transaction:
        return
    say(conn, "BEGIN" if options.get(_DEFERRED) else "BEGIN IMMEDIATE")
