"""A ledger of years is as quick as one of a day: every question goes through an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, TIMING, everything, take
from tests.unit.ledger.spying import listening

QUESTIONS: dict[str, Callable[[SqlLedger], Any]] = {
    "effects": lambda ledger: ledger.effects(["a", "b"]),
    "by_subject": lambda ledger: ledger.by_subject(["a", "b"]),
    "legs": lambda ledger: ledger.legs(["a", "b"]),
    "legs_of": lambda ledger: ledger.legs_of("a"),
    "legs_below": lambda ledger: ledger.legs_below("pick:7:"),
    "bindings": lambda ledger: ledger.bindings(["a", "b"]),
    "bindings_of": lambda ledger: ledger.bindings_of(["a", "b"]),
    "unfinished": lambda ledger: ledger.unfinished(),
    "inbox": lambda ledger: ledger.inbox(),
    "messages": lambda ledger: ledger.messages(["pick", "stock"]),
    "dealt_messages": lambda ledger: ledger.dealt_messages(["stock"]),
    "message_counts": lambda ledger: ledger.message_counts(),
    "known_messages": lambda ledger: ledger.known_messages(["a", "b"]),
    "products": lambda ledger: ledger.products(["a", "b"]),
    "products_of_items": lambda ledger: ledger.products_of_items(["a", "b"]),
    "audit": lambda ledger: ledger.audit("a"),
    "passes": lambda ledger: ledger.passes("orders"),
    "released": lambda ledger: ledger.released(),
    "claim": lambda ledger: ledger.claim(everything(), TIMING, NOW, take(ledger)),
    "settle_messages": lambda ledger: ledger.settle_messages(["a", "b"], NOW),
    "resolve": lambda ledger: ledger.resolve("a", NOW, "seen"),
    "resolve one flow": lambda ledger: ledger.resolve("a", NOW, "seen", flow="stock"),
    "release_hold": lambda ledger: ledger.release_hold("a"),
    "unbind": lambda ledger: ledger.unbind("a", NOW, "gone"),
    "forget_bodies": lambda ledger: ledger.forget_bodies(NOW),
}
# What is open is little, however long the history; of releases the newest row is the first found.
SMALL = ("one_open_item (customer=?)", "release_by_customer (customer=?)")


@pytest.fixture
def told(file: Path) -> Iterator[tuple[SqlLedger, list[str]]]:
    """A ledger, and a list in which the database tells how it finds its rows."""
    steps: list[str] = []

    def explain(conn: sqlite3.Connection, statement: str, values: Any) -> None:
        rows = conn.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        steps.extend(row[3] for row in rows)

    with listening(explain), closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        steps.clear()
        yield ledger, steps


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_walks_over_everything(told: tuple[SqlLedger, list[str]], name: str) -> None:
    """No statement reads a whole table, or all rows of a customer, to find a few."""
    ledger, steps = told
    QUESTIONS[name](ledger)
    wide = [step for step in steps if step.startswith("SCAN") or step.endswith("(customer=?)")]
    assert steps
    assert [step for step in wide if not step.endswith(SMALL)] == []
