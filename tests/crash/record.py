"""What is compared: both systems and the ledger, without times and without ids that were drawn."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from tests.simulation.stage import Stage

Record = Mapping[str, Counter[str]]
"""By table or kind of thing: how often there is each."""

TOLD_IN_FULL: Mapping[str, str] = {
    "effect": "key, kind, target, subject, marker, business_key, body_hash, binding, flow, state",
    "binding": "part, order_key, link, number, revision, fingerprint, composition",
    "leg": "key, effect_key, quantity",
    "message": "key, kind, state",
    "product": "profile, sku, product, item",
    "pause": "flow, reason, actor",
}
"""The columns of the ledger that must be the same. Times, versions, attempts and fences tell of the
way to the end. Cursors are left out too: where the death came after the last write of a customer's
first order, nothing new is read after it, and the cursor is made by the next order that is seen.
"""
HOLDS = """SELECT flow, part, order_key, rule FROM hold AS own
WHERE rule <> 'effects.unfinished' OR NOT EXISTS (SELECT 1 FROM hold AS part
WHERE part.flow = own.flow AND part.order_key = own.order_key AND part.rule <> own.rule)"""
"""After an effect has ended late, its order's own hold stays as long as a part of it is held."""
ONCE = "SELECT key, count(*) FROM audit WHERE to_state = 'DONE' GROUP BY key"
OPEN = "SELECT business_key, kind, rule, flow, effect FROM inbox WHERE resolved IS NULL"
RELEASED = "SELECT hash FROM ruleset_release ORDER BY id DESC LIMIT 1"
HELD = "SELECT subject FROM lease WHERE until IS NOT NULL"

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
_DRAWN = frozenset({"ID", "FulfillmentID"})


def record_of(stage: Stage) -> Record:
    """Both ground truths, and everything in the ledger that a later pass or a person acts on."""
    return {**_truths(stage), **_memory(stage)}


def differences(wanted: Record, found: Record) -> list[str]:
    """A line for each thing that only one of two records has."""
    return [
        f"{what} {name}: {text}"
        for name in wanted.keys() | found.keys()
        for what, more in (
            ("missing", wanted.get(name, Counter()) - found.get(name, Counter())),
            ("too many", found.get(name, Counter()) - wanted.get(name, Counter())),
        )
        for text in more
    ]


def _truths(stage: Stage) -> dict[str, Counter[str]]:
    states = stage.states()
    return {
        f"{system} {name}": Counter(_text(row) for row in _rows(rows))
        for system, state in (("channel", states.channel), ("warehouse", states.warehouse))
        for name, rows in state.items()
    }


def _memory(stage: Stage) -> dict[str, Counter[str]]:
    asked = {name: f"SELECT {columns} FROM {name}" for name, columns in TOLD_IN_FULL.items()}
    asked |= {"hold": HOLDS, "audit": ONCE, "inbox": OPEN, "release": RELEASED, "lease": HELD}
    with closing(sqlite3.connect(stage.root / ".crossdock" / "ledger.db")) as ledger:
        return {
            name: Counter(json.dumps(row) for row in ledger.execute(question))
            for name, question in asked.items()
        }


def _rows(rows: Any) -> list[Any]:
    if isinstance(rows, Mapping):
        return list(rows.items())
    return list(rows) if isinstance(rows, list) else [rows]


def _text(row: Any) -> str:
    return json.dumps(_timeless(row), sort_keys=True, ensure_ascii=False)


def _timeless(value: Any) -> Any:
    """Without times; of fulfillments, whose ids the system draws, without ids and in one order."""
    if isinstance(value, Mapping):
        return {name: _timeless(_member(name, inner)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_timeless(inner) for inner in value]
    return "a time" if isinstance(value, str) and _TIME.match(value) else value


def _member(name: str, value: Any) -> Any:
    if name != "Fulfillments":
        return value
    return sorted((_without_ids(row) for row in value), key=_text)


def _without_ids(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_ids(one) for name, one in value.items() if name not in _DRAWN}
    return [_without_ids(one) for one in value] if isinstance(value, list) else value
