"""Packing: boxes, short packs, and the end of an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.sandbox.floor import FloorError
from engine.sandbox.warehouseos.act import Act
from engine.sandbox.warehouseos.events import box_closed, packed
from engine.sandbox.warehouseos.lifecycle import lines_of, order_of
from engine.sandbox.warehouseos.orders import StoredBox, StoredOrder
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stamps import stamp

_WORDS = ("type", "weight", "carrier", "service", "tracking")


def pack(site: Site, act: Act) -> list[StoredOrder]:
    """Closes boxes; the order is packed once all that was picked is in one.

    A box without `contents` holds what is picked and not packed. With a `reason` the order is
    packed although something is left over: a short pack.
    """
    order = order_of(site, act.members["number"])
    boxes = _boxes(order, act.members.get("boxes", []))
    _check(order, boxes)
    for box in boxes:
        order.boxes.append(box)
        for number, quantity in box.contents:
            order.line(number).packed += quantity
        site.tell("box", box_closed(site.dialect, order, box, stamp(act.now)), act.now)
    over = [line for line in order.lines if line.packed < line.picked]
    reason = act.members.get("reason")
    if not over or reason:
        for line in over:
            line.short_reason = reason
        _finish(site, order, act.now)
    return [order]


def _boxes(order: StoredOrder, wanted: Sequence[Mapping[str, Any]]) -> list[StoredBox]:
    everything = {str(line.number): line.picked - line.packed for line in order.lines}
    boxes = []
    for box in wanted:
        contents = lines_of(order, box.get("contents", everything))
        known = {word: box[word] for word in _WORDS if word in box}
        packed_lines = [[number, quantity] for number, quantity in contents.items() if quantity]
        boxes.append(StoredBox(id=str(box["id"]), contents=packed_lines, **known))
    return boxes


def _check(order: StoredOrder, boxes: Sequence[StoredBox]) -> None:
    if order.status != "complete":
        raise FloorError(f"{order.number} is {order.status}: pick it to its end first.")
    if order.packed and not any(box.contents for box in boxes):
        raise FloorError(f"{order.number} is packed, and no box holds anything new.")
    ids = [box.id for box in (*order.boxes, *boxes)]
    if len(ids) != len(set(ids)):
        raise FloorError(f"{order.number} has a box of that id. Its boxes would be {ids}.")
    total: Counter[int] = Counter()
    for number, quantity in (entry for box in boxes for entry in box.contents):
        total[number] += quantity
    for number, quantity in total.items():
        line = order.line(number)
        if line.packed + quantity > line.picked:
            left = line.picked - line.packed
            raise FloorError(f"Line {number} of {order.number} has {left} left to pack.")


def _finish(site: Site, order: StoredOrder, now: datetime) -> None:
    order.packed = stamp(now)
    site.tell("pack", packed(site.dialect, order), now)
    for line in order.lines:
        line.told_packed = line.packed
    for box in order.boxes:
        box.told = True
