"""Statements of every day: compiled once from the tables, then handed straight to the driver.

SQLAlchemy's own way of running a statement takes ten times what SQLite needs for it, and a claim
and its receipt are seven of them. What is built here comes from the same tables and the same types
for any dialect; only the way to the driver's cursor is shorter. What is asked once a pass, or has
lists in it, or gives times and documents back, goes the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.errors import LibraryFaultError

Row = tuple[Any, ...]
_Step = tuple[str, Callable[[Any], Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A statement's text for one dialect, how its values are told, and those that never change."""

    text: str
    steps: Sequence[_Step]
    constants: Mapping[str, Any]
    by_place: bool

    def told(self, given: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """The values as the driver takes them: by place or by name, as its dialect has it."""
        all_of_it = {**self.constants, **given} if self.constants else given
        if self.by_place:
            return [
                all_of_it[name] if tell is None else tell(all_of_it[name])
                for name, tell in self.steps
            ]
        return {
            name: all_of_it[name] if tell is None else tell(all_of_it[name])
            for name, tell in self.steps
        }


class Statement:
    """One Core statement without lists, whose answer holds texts and numbers only.

    `build` makes it for the dialect of a name. Values are given by the names of its parameters; of
    an insert or update the columns that are given are those that are set.
    """

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, conn: sa.Connection, given: Mapping[str, Any]) -> list[Row]:
        """Runs it in the connection's transaction; all rows that it answers, raw.

        Raises as `say` does.
        """
        shape = (conn.dialect.name, *given)
        compiled = self._compiled.get(shape)
        if compiled is None:
            build = self._build(conn.dialect.name)
            compiled = self._compiled[shape] = _compile(build, conn.dialect, tuple(given))
        return say(conn, compiled.text, compiled.told(given))

    def first(self, conn: sa.Connection, given: Mapping[str, Any]) -> Any:
        """The first value of its first row; None where it answers no row."""
        found = self.rows(conn, given)
        return found[0][0] if found else None


def say(conn: sa.Connection, text: str, values: Any = ()) -> list[Row]:
    """Says this to the database as it is; the rows that it answers.

    Raises what SQLAlchemy would raise for it, without a word of the values.
    """
    cursor: Any = conn.connection.cursor()
    try:
        cursor.execute(text, values)
        return [] if cursor.description is None else cursor.fetchall()
    except conn.dialect.loaded_dbapi.Error as error:
        driver = conn.dialect.loaded_dbapi.Error
        raise sa.exc.DBAPIError.instance(
            text, None, error, driver, hide_parameters=True, dialect=conn.dialect
        ) from error


def _compile(statement: Any, dialect: sa.Dialect, given: Sequence[str]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    if any(bind.expanding for bind in binds.values()):
        raise LibraryFaultError("a statement with a list in it cannot be compiled for good")
    names = compiled.positiontup if compiled.positional else list(binds)
    return _Compiled(
        text=str(compiled),
        steps=[(name, _teller(binds[name], dialect)) for name in names],
        constants={name: compiled.params[name] for name in names if name not in given},
        by_place=compiled.positional,
    )


def _teller(bind: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """How a value of this type is told to the driver; None where it is told as it is."""
    teller: Callable[[Any], Any] | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    return teller
