"""The ledger beside sqlite3 alone: the same statements, as durable, on files of their own."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.ports.ledger import Lease
from tests.bench.frame import Row, Scale, Timed, side_by_side, timed
from tests.unit.ledger.making import NOW, OK, TIMING, intent, take
from tests.unit.ledger.spying import listening

_DURABLE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
Statement = tuple[str, Any]


def measure(scale: Scale) -> list[Row]:
    """How many effects the ledger claims and ends while sqlite3 does as many."""
    count = max(20, scale.orders // 20)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.db"
        with closing(_opened(fresh)) as ledger:
            lease = take(ledger)
        files = _copies(fresh)
        statements = _told(next(files), lease, count)
        ratio = side_by_side(
            _alone(files, statements), _ledger(files, lease, count), max(3, scale.rounds)
        )
    what = "claim and receipt of an effect, a transaction each"
    return [Row(what=what, figure=ratio, target=0.80, over=True)]


def _opened(path: Path) -> SqlLedger:
    return open_ledger(f"sqlite:///{path}", "acme", owner="worker-1")


def _copies(fresh: Path) -> Iterator[Path]:
    """New files with the tables and the lease, one after the other."""
    number = 0
    while True:
        number += 1
        yield Path(shutil.copy(fresh, fresh.with_name(f"{number}.db")))


def _work(ledger: SqlLedger, lease: Lease, count: int) -> None:
    for number in range(count):
        effect = ledger.claim(intent(f"order-{number}"), TIMING, NOW, lease)
        if effect is None:
            raise ValueError("an effect of a new ledger was not claimed")
        ledger.done(effect, OK, NOW, "created")


def _told(path: Path, lease: Lease, count: int) -> list[Statement]:
    """Every statement that the ledger gives to the database for this work."""
    found: list[Statement] = []

    def on_statement(_conn: sqlite3.Connection, text: str, values: Any) -> None:
        found.append((text, values))

    with listening(on_statement), closing(_opened(path)) as ledger:
        found.clear()
        _work(ledger, lease, count)
    return found


def _ledger(files: Iterator[Path], lease: Lease, count: int) -> Timed:
    def once() -> float:
        with closing(_opened(next(files))) as ledger:
            return timed(lambda: _work(ledger, lease, count))()

    return once


def _alone(files: Iterator[Path], statements: list[Statement]) -> Timed:
    def once() -> float:
        with closing(sqlite3.connect(next(files), isolation_level=None)) as connection:
            for pragma in _DURABLE:
                connection.execute(f"PRAGMA {pragma}")
            return timed(_run(connection, statements))()

    return once


def _run(connection: sqlite3.Connection, statements: list[Statement]) -> Callable[[], None]:
    def run() -> None:
        for text, given in statements:
            connection.execute(text, given).fetchall()

    return run
