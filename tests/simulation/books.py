"""The ledger as it stands in its file at the end of a story, read with nobody's code."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

PATHS = frozenset(
    {
        ("", "SENDING"),
        ("PLANNED", "SENDING"),
        ("SENDING", "SENDING"),
        ("SENDING", "PLANNED"),
        ("SENDING", "DONE"),
        ("SENDING", "FAILED"),
        ("SENDING", "DOUBT"),
        ("DOUBT", "DONE"),
        ("DOUBT", "PLANNED"),
        ("DOUBT", "SUPERSEDED"),
        ("FAILED", "PLANNED"),
        ("FAILED", "DONE"),
        ("PLANNED", ""),
    }
)
"""Every transition that an effect may make: docs/protocol.md; the last one is its withdrawal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An effect as the file has it; `legs` are (booking, DC) -> units."""

    key: str
    kind: str
    state: str
    subject: str
    fence: int
    reason: str
    flow: str
    order: str | None
    legs: dict[str, int] = field(default_factory=dict)

    def units(self) -> Counter[int]:
        """DC -> units of the legs."""
        sums: Counter[int] = Counter()
        for leg, units in self.legs.items():
            sums[int(leg.rpartition(":")[2])] += units
        return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Effects by key; the audit as (key, from, to); open inbox items as (flow, key, rule, effect);
    holds as (flow, order, rule); and how far each feed was read.
    """

    effects: dict[str, Row]
    audit: Sequence[tuple[str, str, str]]
    inbox: Sequence[tuple[str, str, str, str | None]]
    holds: Sequence[tuple[str, str, str]]
    cursors: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Books:
        with closing(sqlite3.connect(root / ".crossdock" / "ledger.db")) as found:
            effects = {
                row[0]: Row(**dict(zip(_MEMBERS, row, strict=True)))
                for row in found.execute(f"SELECT {', '.join(_COLUMNS)} FROM effect")
            }
            for owner, leg, units in found.execute("SELECT effect_key, key, quantity FROM leg"):
                if owner in effects:
                    effects[owner].legs[leg] = units
            return cls(
                effects=effects,
                audit=found.execute(
                    "SELECT key, from_state, to_state FROM audit ORDER BY seq"
                ).fetchall(),
                inbox=found.execute(
                    "SELECT flow, business_key, rule, effect FROM inbox WHERE resolved IS NULL"
                ).fetchall(),
                holds=found.execute("SELECT flow, order_key, rule FROM hold").fetchall(),
                cursors={
                    feed: datetime.fromisoformat(watermark)
                    for feed, watermark in found.execute("SELECT feed, watermark FROM cursor")
                },
            )

    def told(self, order: int, flows: Sequence[str], but: Collection[str] = ()) -> bool:
        """Whether an open item or a hold of these flows is about this order, by a rule that is not
        one of those that say nothing here.
        """
        about = [(flow, key.partition("/")[0], rule) for flow, key, rule, _ in self.inbox]
        about += self.holds
        return any(
            flow in flows and key == str(order) and rule not in but for flow, key, rule in about
        )

    def says(self, order: int, rule: str) -> bool:
        """Whether an open item of this rule is about this order."""
        return any(
            key.partition("/")[0] == str(order) and of == rule for _, key, of, _ in self.inbox
        )

    def units(self, state: str) -> Counter[tuple[str, int]]:
        """(subject, DC) -> units of the legs of the deltas in this state."""
        sums: Counter[tuple[str, int]] = Counter()
        for row in self.effects.values():
            if row.kind == "adjust" and row.state == state:
                for center, units in row.units().items():
                    sums[row.subject, center] += units
        return sums


PASSING = frozenset({"effects.unfinished", "orders.in-flight"})
"""Rules of holds that end with an effect."""
_MEMBERS = ("key", "kind", "state", "subject", "fence", "reason", "flow", "order")
_COLUMNS = (*_MEMBERS[:-1], "order_key")


def broken(books: Books) -> Iterator[str]:
    """What the protocol forbids, whatever happened."""
    yield from _open(books)
    last: dict[str, str] = {}
    for key, old, new in books.audit:
        if not key.startswith("v1:"):
            continue
        if last.get(key, "") != old or (old, new) not in PATHS:
            yield f"{key}: from {old or 'nothing'} to {new or 'nothing'} after {last.get(key, '')}"
        last[key] = new
    for key, row in books.effects.items():
        if last.get(key) != row.state:
            yield f"{key} is {row.state}, and its audit ends with {last.get(key)}"


def _open(books: Books) -> Iterator[str]:
    """At the end of a quiet time nothing is in flight, and of each doubt a person knows. What was
    proven not to have happened may wait behind a part of its order that waits for a person.
    """
    asked = {effect for _, _, _, effect in books.inbox}
    for key, row in books.effects.items():
        waits = row.state == "PLANNED" and _is_held(books, row.flow, row.order)
        if row.state in {"PLANNED", "SENDING"} and not waits:
            yield f"{key} is still {row.state}: {row.reason}"
        if row.state in {"DOUBT", "FAILED"} and key not in asked:
            yield f"{key} is {row.state}, and nobody is asked: {row.reason}"
    for flow, order, rule in books.holds:
        if rule in PASSING and not _doubtful(books, flow, order):
            yield f"{flow}: {order} is still held as {rule}"


def _is_held(books: Books, flow: str, order: str | None) -> bool:
    """Whether a part of the record is held for a reason that does not pass by itself."""
    return bool({rule for of, key, rule in books.holds if (of, key) == (flow, order)} - PASSING)


def _doubtful(books: Books, flow: str, order: str) -> bool:
    """Whether a person is asked about this record, or a part of it is held for another reason; of
    stock, whether one is asked about any change of a quantity: its holds are items, its changes
    products.
    """
    return _is_held(books, flow, order) or any(
        of == flow and (key.partition("/")[0] == order or (of == "stock" and effect is not None))
        for of, key, _, effect in books.inbox
    )


def rising(fences: Sequence[int]) -> bool:
    """Whether no write was claimed by somebody whose lease was an older one than the last."""
    return all(first <= second for first, second in pairwise(fences))
