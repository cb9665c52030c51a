"""What the lines of an order to be created come from: lines of the record, and its allocations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.compiler.tracing import Spot
from engine.explain.places import Places
from engine.explain.sources import Source, written
from engine.flows.orders_draft import PartDraft
from engine.flows.orders_lines import WantedLine
from engine.flows.orders_parts import component_quantities, same_dc
from engine.model.desired import DesiredLine, DesiredOrder
from engine.model.order import AllocatedItem, Line, Order
from engine.model.ruleset import OrderRules

KEPT = "as the memory keeps it of what was sent: today nothing of it is open"


def line_origins(
    rules: OrderRules, order: Order, part: PartDraft, desired: DesiredOrder, places: Places
) -> Iterator[dict[str, Any]]:
    """The members of every line, each as the arguments of an `Origin`."""
    where = {line.id: index for index, line in enumerate(order.lines)}
    for index, (made, wanted) in enumerate(zip(desired.lines, part.lines, strict=True)):
        at, name = where.get(wanted.host_id), f"lines[{index}]"
        if at is None or not part.part.shares:
            yield from _kept(made, name)
            continue
        line = order.lines[at]
        way = places.at("orders", "bundles") if line.bundle or line.components else None
        yield {
            "target": f"{name}.item",
            "value": made.item,
            "text": "a component of the bundle" if made.bundle else "the line's SKU",
            "place": way,
            "sources": tuple(_item(line, at, wanted)),
        }
        yield {
            "target": f"{name}.quantity",
            "value": made.quantity,
            "text": _arithmetic(line, rules),
            "place": places.at("orders", "not-open"),
            "sources": tuple(_quantity(order, at, wanted, part, rules)),
        }
        yield {
            "target": f"{name}.host_id",
            "value": made.host_id,
            "text": "the id of the line",
            "sources": (_source(("lines", at, "id"), line.id),),
        }


def _kept(made: DesiredLine, name: str) -> Iterator[dict[str, Any]]:
    """Nothing of it is open any more, or it is gone: what was sent is what the memory keeps."""
    for member in ("item", "quantity", "host_id"):
        yield {"target": f"{name}.{member}", "value": getattr(made, member), "note": KEPT}


def _item(line: Line, at: int, wanted: WantedLine) -> Iterator[Source]:
    yield _source(("lines", at, "sku"), line.sku)
    for index, component in enumerate(line.components):
        if wanted.bundle is not None and component.sku == wanted.item:
            yield _source(("lines", at, "components", index, "sku"), component.sku)


def _arithmetic(line: Line, rules: OrderRules) -> str:
    units = "units of its components" if line.components else "units"
    less = "" if rules.netted or not line.cancelled else ", less what was cancelled"
    return f"the open {units} that allocations to this DC have of the line{less}"


def _quantity(
    order: Order, at: int, wanted: WantedLine, part: PartDraft, rules: OrderRules
) -> Iterator[Source]:
    line, mine = order.lines[at], _component(order.lines[at], wanted)
    dc = "dc" if isinstance(part.part.link.dc, int) else "dc_code"
    for index, one in enumerate(order.allocations):
        items = [(i, item) for i, item in enumerate(one.items) if _counts(line, item, mine)]
        here, is_open = same_dc(part.part.link, one), one.status not in rules.not_open
        # Of one that is neither here nor open no single value keeps it out.
        if items and is_open:
            yield _source(("allocations", index, dc), getattr(one, dc))
        if items and here:
            yield _source(("allocations", index, "status"), one.status)
        for i, item in items if here and is_open else ():
            yield _source(("allocations", index, "items", i, "quantity"), item.quantity)
    yield from _recipe(line, at, mine)
    if not rules.netted:
        yield _source(("lines", at, "cancelled"), line.cancelled)


def _recipe(line: Line, at: int, mine: int | None) -> Iterator[Source]:
    """How many of a component make one bundle hangs on both of their quantities."""
    if line.components:
        yield _source(("lines", at, "quantity"), line.quantity)
    for index, component in enumerate(line.components):
        if mine in (None, index):
            yield _source(("lines", at, "components", index, "quantity"), component.quantity)


def _component(line: Line, wanted: WantedLine) -> int | None:
    """Which component of its bundle a line is; None for a whole line."""
    if wanted.bundle is None:
        return None
    skus = [component.sku for component in line.components]
    return skus.index(wanted.item)


def _counts(line: Line, item: AllocatedItem, mine: int | None) -> bool:
    """Whether an allocated item has units of the line, of this component where it is one."""
    if item.line != line.id:
        return False
    if mine is None:
        return True
    units = component_quantities(line, item)
    return units is not None and units[mine] != 0


def _source(spot: Spot, value: Any) -> Source:
    return Source(path=written(spot), value=value)
