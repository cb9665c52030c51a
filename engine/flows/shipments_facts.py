"""What the shipments flow is told of one order of the channel, and the fingerprint of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.compiler.shipments import CompiledShipments
from engine.model.effect import Binding, Effect
from engine.model.order import AllocatedItem, Allocation, Line, Order, Unreadable
from engine.model.shipment import OrderProgress

MARK = "xd-"
"""What our markers begin with."""

Progress = OrderProgress | Unreadable | None
"""None: the warehouse does not have the order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundPart:
    """One warehouse order that was made of the channel's order, and how far it is."""

    binding: Binding
    progress: Progress

    @property
    def shown(self) -> OrderProgress | None:
        """The progress, where it is there and can be read."""
        return self.progress if isinstance(self.progress, OrderProgress) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One order: `order` is None where the channel has it no more. `effects` are all of its
    subject, oldest first. `hints` are messages that named one of its parts. `centers` are DC codes
    in small letters -> ids.
    """

    key: str
    order: Order | Unreadable | None
    parts: tuple[BoundPart, ...]
    effects: tuple[Effect, ...]
    now: datetime
    hints: tuple[str, ...] = ()
    centers: Mapping[str, int] = field(default_factory=dict)


def left(compiled: CompiledShipments, order: Order) -> list[Allocation]:
    """The fulfillments of an order whose units have left."""
    return [one for one in order.allocations if one.status in compiled.rules.shipped]


def shipped_units(line: Line, items: Iterable[AllocatedItem]) -> int:
    """How many of a line (of a bundle: whole ones) these allocated items are.

    That bundles are allocated per component is inferred: an item that names the bundle itself is
    read as so many bundles.
    """
    mine = [item for item in items if item.line == line.id]
    if not line.components or not line.quantity:
        return sum(item.quantity for item in mine)
    whole, parts = 0, Counter[str]()
    for item in mine:
        if same(item.sku, line.sku):
            whole += item.quantity
        else:
            parts[(item.sku or "").casefold()] += item.quantity
    per = recipe(line)
    return whole + min((parts[sku] // n for sku, n in per.items()), default=0)


def recipe(line: Line) -> dict[str, int]:
    """Component, in small letters -> how many one bundle holds; without those that hold none."""
    found = Counter[str]()
    for component in line.components:
        found[(component.sku or "").casefold()] += component.quantity // max(line.quantity, 1)
    return {sku: per for sku, per in found.items() if per > 0}


def same(one: str | None, other: str | None) -> bool:
    """Whether two item numbers are the same, letter case apart."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def ground(compiled: CompiledShipments, facts: Facts) -> str:
    """A hash of all that the decisions on an order rest on, but for what we did ourselves: a plan
    that is applied in two halves must not find itself stale.
    """
    content = [_channel(compiled, facts.order), [_warehouse(part) for part in facts.parts]]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _channel(compiled: CompiledShipments, order: Order | Unreadable | None) -> Any:
    if not isinstance(order, Order):
        return None
    others = [one for one in left(compiled, order) if not (one.marker or "").startswith(MARK)]
    items = [item for one in others for item in one.items]
    return [
        order.shipping in compiled.rules.cancelled,
        [[line.id, line.quantity, line.cancelled] for line in order.lines],
        sorted([item.line, item.sku or "", item.quantity] for item in items),
    ]


def _warehouse(part: BoundPart) -> Any:
    seen = part.shown
    if seen is None:
        return [part.binding.number, part.binding.revision]
    return [
        part.binding.number,
        part.binding.revision,
        [seen.state, seen.area, seen.packed, seen.picked_at, seen.packed_at, seen.tracking],
        [[line.number, line.item, line.picked, line.packed] for line in seen.lines],
        [
            [box.id, box.carrier, box.service, box.tracking]
            + [[one.line, one.item, one.quantity] for one in box.contents]
            for box in seen.boxes
        ],
    ]
