"""A ledger of years in a moment: rows as the engine writes them, each many times over."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.stock import Message, MessageKind
from engine.ports.ledger import PassNote
from tests.unit.ledger.making import NOW, OK, SECOND, TIMING, everything, item, take

NAME = "1001"
PAGE = 50_000
_NUMBERED = {"audit": "seq", "inbox": "id", "message": "seq", "pass_note": "id"}
_FILLED = ("effect", "audit", "binding", "leg", "message", "inbox", "product")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A row that the engine wrote: an insert for others like it, and its values."""

    insert: str
    values: tuple[Any, ...]

    def numbered(self, number: int) -> tuple[Any, ...]:
        """The values of the same row of another order."""
        name = f"9{number:08}"
        return tuple(
            one.replace(NAME, name).replace("t1:7", f"t{name}:7").replace("MUG", f"MUG-{name}")
            if isinstance(one, str)
            else one
            for one in self.values
        )


def years(fresh: Path, path: Path, orders: int) -> Path:
    """Makes a ledger of so many orders at `path`: each sent, bound, told of, asked about, ended."""
    shutil.copy(fresh, path)
    with closing(open_ledger(f"sqlite:///{path}", "acme", owner="w")) as ledger:
        _one_order(ledger)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA synchronous=OFF")
        patterns = list(_patterns(conn))
        for start in range(0, orders, PAGE):
            with conn:
                for one in patterns:
                    page = range(start, min(orders, start + PAGE))
                    conn.executemany(one.insert, map(one.numbered, page))
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _one_order(ledger: SqlLedger) -> None:
    lease = take(ledger)
    effect = ledger.claim(everything(), TIMING, NOW, lease)
    assert effect is not None
    ledger.park(item(NAME), NOW)
    ledger.done(effect, OK, NOW, "created")
    ledger.resolve(NAME, NOW, "seen")
    ledger.store_messages([_message(NAME)], NOW)
    ledger.settle_messages([f"pack:{NAME}"], NOW)
    ledger.note_pass(PassNote(flow="orders", at=NOW, outcome="done", counts={}))
    ledger.forget_bodies(NOW + SECOND)
    ledger.release(lease)


def _message(name: str) -> Message:
    return Message(key=f"pack:{name}", kind=MessageKind.PACK, order=name, raw={"order": name})


def _patterns(conn: sqlite3.Connection) -> Iterator[Pattern]:
    for table in _FILLED:
        found = conn.execute(f"SELECT * FROM {table}")
        names = [one[0] for one in found.description]
        kept = [place for place, name in enumerate(names) if name != _NUMBERED.get(table)]
        for row in found.fetchall():
            columns = ", ".join(f'"{names[place]}"' for place in kept)
            marks = ", ".join("?" for _ in kept)
            yield Pattern(
                insert=f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                values=tuple(row[place] for place in kept),
            )
