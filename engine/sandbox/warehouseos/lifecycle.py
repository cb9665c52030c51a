"""What people do with orders on the floor: enter, batch, start, pick, pack, label, verify, reset.

Every action gives back the orders that it touched and raises FloorError where it cannot be done;
then nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.sandbox.floor import FloorError
from engine.sandbox.warehouseos.act import Act
from engine.sandbox.warehouseos.events import created
from engine.sandbox.warehouseos.orders import StoredLine, StoredOrder
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stamps import stamp

Action = Callable[[Site, Act], list[StoredOrder]]


def enter(site: Site, act: Act) -> list[StoredOrder]:
    """An order that no channel knows: keyed in, or sent by another host."""
    number, asked = str(act.members["number"]), act.members["lines"]
    unknown = [line["item"] for line in asked if line["item"] not in site.store.items]
    if unknown or site.store.find(number) is not None:
        raise FloorError(f"{number} is there already, or there are no items {unknown}.")
    lines = [
        StoredLine(number=at, item=line["item"], quantity=line["quantity"])
        for at, line in enumerate(asked, start=1)
    ]
    now = stamp(act.now)
    order = StoredOrder(
        number=number,
        status="available",
        area=act.members.get("area"),
        created=now,
        modified=now,
        lines=lines,
    )
    site.store.add(order)
    site.tell("orderCreated", created(site.dialect, order), act.now)
    return [order]


def batch(site: Site, act: Act) -> list[StoredOrder]:
    """Puts available orders into a batch: they are locked from now on."""
    orders = [order_of(site, number) for number in act.members["numbers"]]
    name = str(act.members["name"])
    for order in orders:
        if order.status != "available":
            raise FloorError(f"{order.number} is {order.status}: only available orders batch.")
    for order in orders:
        order.batch = name
    return orders


def start(site: Site, act: Act) -> list[StoredOrder]:
    """An order goes to a device. Documented: a scan starts an order on hold too."""
    order = order_of(site, act.members["number"])
    if order.status == "complete":
        raise FloorError(f"{order.number} is complete: it cannot be started again.")
    order.status = "in-process"
    order.started = order.started or stamp(act.now)
    return [order]


def reset(site: Site, act: Act) -> list[StoredOrder]:
    """Takes an order, or the started orders of a batch, off its device; the batch stays."""
    if "batch" in act.members:
        found = [one for one in site.store.orders() if one.batch == act.members["batch"]]
        orders = [one for one in found if one.status == "in-process"]
    else:
        orders = [order_of(site, act.members["number"])]
    for order in orders:
        if order.status != "in-process":
            raise FloorError(f"{order.number} is {order.status}, not in process.")
        if any(line.picked or line.short for line in order.lines):
            raise FloorError(f"{order.number} has picks: use reset-picks.")
    for order in orders:
        order.status, order.started = "available", None
    return orders


def reset_picks(site: Site, act: Act) -> list[StoredOrder]:
    """Begins an order again. What was picked is put back by a Put with a reason, not by this."""
    order = order_of(site, act.members["number"])
    if order.status not in {"in-process", "complete"}:
        raise FloorError(f"{order.number} is {order.status}: there are no picks to reset.")
    order.start_again()
    return [order]


def label(site: Site, act: Act) -> list[StoredOrder]:
    """A shipping system writes carrier, service and tracking, on a box or on the order."""
    order = order_of(site, act.members["number"])
    tracking = str(act.members["tracking"])
    if act.members.get("box") is None:
        order.tracking = [tracking]
        order.header["shippingCarrier"] = act.members.get("carrier")
        return [order]
    box = next((one for one in order.boxes if one.id == act.members["box"]), None)
    if box is None:
        known = [one.id for one in order.boxes]
        raise FloorError(f"{order.number} has no box {act.members['box']!r}. It has {known}.")
    box.carrier, box.service = act.members.get("carrier"), act.members.get("service")
    box.tracking = tracking
    return [order]


def verify(site: Site, act: Act) -> list[StoredOrder]:
    """Somebody has looked at a complete order again."""
    order = order_of(site, act.members["number"])
    if order.status != "complete":
        raise FloorError(f"{order.number} is {order.status}: only complete orders are verified.")
    order.verified = stamp(act.now)
    return [order]


def delete(site: Site, act: Act) -> list[StoredOrder]:
    """A person deletes an order in the back office; a lock does not stop them."""
    site.store.remove(order_of(site, act.members["number"]).number)
    return []


def order_of(site: Site, number: str) -> StoredOrder:
    """The order of that number, or a FloorError."""
    order = site.store.find(number)
    if order is None:
        raise FloorError(f"There is no order {number!r}. See GET /_floor/state.")
    return order


def lines_of(order: StoredOrder, wanted: Mapping[str, Any]) -> dict[int, int]:
    """Line number -> quantity, from {line number or host id: quantity}; a line number goes first.

    A host id that several lines share (components of one bundle) names none of them.
    """
    chosen: dict[int, int] = {}
    for reference, quantity in wanted.items():
        if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0:
            raise FloorError(f"{quantity!r} is no quantity. Send a whole number from 0.")
        chosen[_line(order, str(reference)).number] = quantity
    return chosen


def _line(order: StoredOrder, reference: str) -> StoredLine:
    found = [line for line in order.lines if str(line.number) == reference]
    found = found or [line for line in order.lines if line.host_id == reference]
    if len(found) != 1:
        known = [f"{line.number} ({line.item})" for line in order.lines]
        raise FloorError(f"{reference!r} names {len(found)} lines of {order.number}: {known}.")
    return found[0]
