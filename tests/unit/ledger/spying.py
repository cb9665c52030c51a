"""Listening to the driver itself: what SQLite is given, whichever way the ledger gives it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

Tell = Callable[[sqlite3.Connection, str, Any], None]
"""Called before each statement with its connection, its text and its values."""


class _Cursor(sqlite3.Cursor):
    def execute(self, text: str, values: Any = ()) -> sqlite3.Cursor:
        self.connection.tell(self.connection, text, values)
        return super().execute(text, values)

    def executemany(self, text: str, values: Any) -> sqlite3.Cursor:
        rows = list(values)
        for row in rows:
            self.connection.tell(self.connection, text, row)
        return super().executemany(text, rows)


class _Connection(sqlite3.Connection):
    tell: Tell

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def commit(self) -> None:
        if self.in_transaction:
            self.tell(self, "COMMIT", ())
        super().commit()


@contextmanager
def listening(tell: Tell) -> Iterator[None]:
    """Every ledger that is opened meanwhile tells what it gives to the database."""

    def connect(*given: Any, **named: Any) -> _Connection:
        connection = _Connection(*given, **named)
        connection.tell = tell
        return connection

    def on_connect(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        named["factory"] = connect

    sa.event.listen(sa.Engine, "do_connect", on_connect)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "do_connect", on_connect)
