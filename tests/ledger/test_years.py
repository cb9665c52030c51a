"""A ledger of years is as quick as one of a day."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.ledger.opening import open_ledger
from tests.ledger.filling import years
from tests.ledger.operations import OPERATIONS, name_of
from tests.ledger.plans import PAGE, of_migrating, table, ways, wide, written
from tests.ledger.play import heard
from tests.unit.ledger.spying import listening

FEW, MANY = 25, 2_500


def test_no_statement_of_a_play_walks_over_everything() -> None:
    """Of all that two days of every flow and a person ask, nothing reads a growing table whole, and
    the docs tell by which ways the rows are found.
    """
    statements = [one for one in heard() if not of_migrating(one.text)]
    assert len(statements) > 100
    assert {one.text: wide(one) for one in statements if wide(one)} == {}

    page = PAGE.read_text("utf-8")
    assert written(page, table(ways(statements))) == page, "run: python -m tests.ledger.plans"


def test_a_hundred_times_the_rows_is_no_more_work(tmp_path: Path) -> None:
    """Each operation takes SQLite as many steps among 20,000 rows as among 200."""
    fresh = tmp_path / "fresh.db"
    open_ledger(f"sqlite:///{fresh}", "acme", owner="w").close()
    few = _steps(years(fresh, tmp_path / "few.db", FEW))
    many = _steps(years(fresh, tmp_path / "many.db", MANY))

    assert min(few.values()) > 0
    assert {name: (few[name], many[name]) for name in few if many[name] > 1.5 * few[name]} == {}


def _steps(path: Path) -> Mapping[str, int]:
    """Operation -> instructions of SQLite's machine."""
    counted = 0
    watched: list[sqlite3.Connection] = []

    def count() -> None:
        nonlocal counted
        counted += 1

    def watch(conn: sqlite3.Connection, _text: str, _values: Any) -> None:
        if conn not in watched:
            watched.append(conn)
            conn.set_progress_handler(count, 1)

    found = {}
    with (
        listening(watch),
        closing(open_ledger(f"sqlite:///{path}", "acme", owner="w")) as ledger,
    ):
        for name, operation in OPERATIONS.items():
            operation(ledger, name_of(0))  # makes its statements ready
            before = counted
            operation(ledger, name_of(FEW - 1))
            found[name] = counted - before
    return found
