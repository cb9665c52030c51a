"""Whether an order shows a shipment that we told: its fulfillments against the request. No I/O.

Of a bundle the request names whole bundles, while a fulfillment holds its components (inferred from
the metadata) or the bundle itself, so that both sides are counted in components.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from engine.model.effect import Evidence, Proof
from engine.model.order import AllocatedItem, Line, Order

Units = Counter[tuple[str, str]]
"""(line, product) -> units; the product is empty where the line is no bundle."""


def evidence(order: Order, value: Mapping[str, Any]) -> Evidence:
    """What the order says of a Ship with this value: ours is found by the marker on fulfillments.

    The service may have split ours over several (documented), which are then counted together.
    """
    marker = value["SellerFulfillmentID"]
    ours = [one for one in order.allocations if one.marker == marker]
    if not ours:
        return _without_marker(order, value.get("TrackingNumber"))
    lines = {line.id: line for line in order.lines}
    told = _told(lines, [item for one in ours for item in one.items])
    if told == _wanted(lines, value["Items"]):
        return Evidence(proof=Proof.PRESENT, detail="a fulfillment has our mark and our items")
    detail = "a fulfillment has our mark, but other items than we sent"
    return Evidence(proof=Proof.DIFFERENT, detail=detail)


def _without_marker(order: Order, tracking: str | None) -> Evidence:
    if tracking and any(one.tracking == tracking for one in order.allocations):
        detail = "a fulfillment has this tracking number, but not our mark"
        return Evidence(proof=Proof.UNCLEAR, detail=detail)
    return Evidence(proof=Proof.ABSENT, detail="no fulfillment has our mark")


def _told(lines: Mapping[str, Line], items: Iterable[AllocatedItem]) -> Units:
    units: Units = Counter()
    for item in items:
        line = lines.get(item.line)
        if line is not None and line.bundle and item.product != line.product:
            units[item.line, _name(item.product, item.sku)] += item.quantity
        else:
            units.update(_whole(item.line, line, item.quantity))
    return units


def _wanted(lines: Mapping[str, Line], items: Iterable[Mapping[str, Any]]) -> Units:
    units: Units = Counter()
    for item in items:
        key = str(item["OrderItemID"])
        units.update(_whole(key, lines.get(key), item["Quantity"]))
    return units


def _whole(key: str, line: Line | None, quantity: int) -> Units:
    """So many whole ones of a line, a bundle as its components (theirs are for the whole line)."""
    if line is None or not line.bundle or not line.quantity:
        return Counter({(key, ""): quantity})
    units: Units = Counter()
    for part in line.components:
        name = _name(part.product, part.sku)
        units[key, name] += quantity * part.quantity // line.quantity
    return units


def _name(product: str | None, sku: str | None) -> str:
    return product or sku or ""
