"""Picking: what lowers on hand and completes orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.floor import FloorError
from engine.sandbox.warehouseos.act import Act
from engine.sandbox.warehouseos.events import picked
from engine.sandbox.warehouseos.journal import Entry
from engine.sandbox.warehouseos.lifecycle import lines_of, order_of
from engine.sandbox.warehouseos.orders import StoredLine, StoredOrder
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stamps import stamp


def pick(site: Site, act: Act) -> list[StoredOrder]:
    """Picks lines; a line named with less than is open is short, one not named stays open.

    Without `lines` all that is open is picked; `finish` makes the rest short. What was short may
    be picked later, which completes the order once more. On hand falls here (documented).
    """
    order = order_of(site, act.members["number"])
    wanted = _wanted(order, act.members)
    _check(site, order, wanted)
    if order.status != "complete":
        order.status, order.started = "in-process", order.started or stamp(act.now)
    for number, quantity in wanted.items():
        line = order.line(number)
        for area, units in _take(site, order, line, quantity):
            _note(site, (order, line), (area, units), act.now)
        line.picked += quantity
        line.short = line.quantity - line.picked
    if act.members.get("finish"):
        for line in order.lines:
            line.short += line.open
    if not any(line.open for line in order.lines):
        _complete(site, order, act.now)
    return [order]


def _wanted(order: StoredOrder, members: Mapping[str, Any]) -> dict[int, int]:
    if "lines" in members:
        return lines_of(order, members["lines"])
    return {line.number: line.open for line in order.lines if line.open}


def _check(site: Site, order: StoredOrder, wanted: Mapping[int, int]) -> None:
    if order.status == "complete" and not any(wanted.values()):
        raise FloorError(f"{order.number} is complete: name lines that were short, or reset-picks.")
    needed: Counter[str] = Counter()
    for number, quantity in wanted.items():
        line = order.line(number)
        rest = line.quantity - line.picked
        if quantity > rest:
            raise FloorError(f"Line {number} of {order.number} has {rest} left to pick.")
        needed[line.item] += quantity
    if not site.settings.picks_need_stock:
        return
    for item, quantity in needed.items():
        there = site.store.stock.on_hand(item, order.area)
        if there < quantity:
            raise FloorError(
                f"There are {there} of {item} in {order.area}: pick less, or put some."
            )


def _take(
    site: Site, order: StoredOrder, line: StoredLine, quantity: int
) -> Iterator[tuple[str | None, int]]:
    """Takes from pick locations first; what is not there makes on hand negative.

    Gives (area, units) of every place that it took from.
    """
    stock = site.store.stock
    for row in stock.places(line.item, order.area):
        taken = min(max(row.quantity, 0), quantity)
        if taken:
            stock.change(line.item, row.location, -taken)
            quantity -= taken
            yield row.location.area, taken
    if quantity:
        known = order.area in {location.area for location in stock.locations.values()}
        place = stock.default(order.area if known else None)
        stock.change(line.item, place, -quantity)
        yield place.area, quantity


def _note(
    site: Site, what: tuple[StoredOrder, StoredLine], taken: tuple[str | None, int], now: datetime
) -> None:
    order, line = what
    area, units = taken
    entry = Entry(
        kind="pick",
        item=line.item,
        area=area,
        quantity=-units,
        at=stamp(now),
        order=order.number,
        host_id=line.host_id,
    )
    site.store.journal.note(entry)


def _complete(site: Site, order: StoredOrder, now: datetime) -> None:
    order.status, order.completed = "complete", stamp(now)
    site.tell("pick", picked(site.dialect, order), now)
    for line in order.lines:
        line.told_picked = line.picked
