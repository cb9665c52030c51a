"""What an order says, hashed group by group, so that a later change can be told and named.

The hashes are kept for ever and hold no buyer's data. What we write ourselves does not count: the
number and the note in the source, the fulfillments that we shipped, and what moves with them. So
an echo of our own writes is recognised by content, never by time.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.flows.orders_fields import header_of
from engine.model.effect import Effect
from engine.model.order import Order

ADDRESS = "shipTo."
METHOD = "ship"
OURS = "shipped by us"

Marks = Mapping[str, str]
"""Group (address, method, display, content) -> hash; of an address without any value, nothing.

The content is every plain member of the raw record, so that there is none where the ruleset says
nothing of changes: then only what its rules read was asked for.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """What we wrote to an order of the source: `number`, `note`, and the markers of shipments."""

    number: str = ""
    note: str = ""
    markers: frozenset[str] = frozenset()


def echo_of(effects: Sequence[Effect]) -> Echo:
    """What we wrote to an order of the source, by all the effects on it, oldest first."""
    memos = [one.intent.memo or {} for one in effects if one.intent.kind == "write-back"]
    written = memos[-1] if memos else {}
    return Echo(
        number=str(written.get("number", "")),
        note=str(written.get("note", "")),
        markers=frozenset(one.intent.marker for one in effects if one.intent.kind == "ship"),
    )


def as_open(order: Order, echo: Echo) -> Order:
    """The same order with the fulfillments that we shipped counted as open again."""
    return replace(
        order,
        allocations=tuple(
            replace(one, status=OURS) if one.marker in echo.markers else one
            for one in order.allocations
        ),
    )


def marks_of(
    compiled: CompiledOrders, order: Order, scope: Mapping[str, Any], echo: Echo, *, on_hold: bool
) -> dict[str, str]:
    """The hashes of one part, whose own scope this is; `on_hold`: it is created on hold."""
    neutral = _neutral(compiled, scope, echo)
    fields = header_of(compiled, neutral)[0].fields
    address = {name: value for name, value in fields.items() if name.startswith(ADDRESS) and value}
    method = {
        name: value
        for name, value in fields.items()
        if name.startswith(METHOD) and not name.startswith(ADDRESS)
    }
    shown = {
        name: value for name, value in fields.items() if not name.startswith((ADDRESS, METHOD))
    }
    marks = {
        "address": _hash(address) if address else "",
        "method": _hash(method),
        "display": _hash([shown, on_hold]),
    }
    if compiled.rules.changes is not None:
        marks["content"] = _content(compiled, order, neutral, echo)
    return marks


def _neutral(compiled: CompiledOrders, scope: Mapping[str, Any], echo: Echo) -> dict[str, Any]:
    """The scope without what we wrote, and without what moves when we write."""
    raw = {
        name: None if any(fnmatchcase(name, one) for one in compiled.echoes) else value
        for name, value in scope[compiled.rules.source].items()
    }
    number, notes = compiled.written.get("number"), compiled.written.get("notes")
    if number in raw:
        raw[number] = _without(raw[number], echo.number)
    if notes in raw:
        raw[notes] = _without(raw[notes], echo.note)
    return {**scope, "updated": "", "shipping": "", compiled.rules.source: raw}


def _without(value: Any, ours: str) -> str | None:
    """A text without ours in it; line breaks may have come back as blanks."""
    flat, written = (" ".join(str(text or "").split()) for text in (value, ours))
    return " ".join(flat.replace(written, " ", 1).split()) or None


def _content(compiled: CompiledOrders, order: Order, neutral: Mapping[str, Any], echo: Echo) -> str:
    raw = neutral[compiled.rules.source]
    units = Counter[tuple[int, str, str | None]]()
    for allocation in as_open(order, echo).allocations:
        if allocation.status not in compiled.rules.not_open:
            for item in allocation.items:
                units[allocation.dc, item.line, item.sku] += item.quantity
    return _hash(
        [
            [order.payment, order.checkout, order.site, order.tags],
            {name: value for name, value in raw.items() if not isinstance(value, dict | list)},
            [[line.id, line.sku, line.quantity, line.cancelled] for line in order.lines],
            sorted(([*where, count] for where, count in units.items()), key=_place_of),
        ]
    )


def _place_of(row: list[Any]) -> tuple[int, str, str, int]:
    """Where an allocated quantity stands among others; a source may leave out the SKU of one."""
    dc, line, sku, count = row
    return dc, line, sku or "", count


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
