"""The calls about orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.warehouseos.arguments import count_of, page_of
from engine.sandbox.warehouseos.dialect import Call
from engine.sandbox.warehouseos.events import created
from engine.sandbox.warehouseos.intake import AskedOrder, asked_order, json_object
from engine.sandbox.warehouseos.matching import as_new_item, matched, numbered
from engine.sandbox.warehouseos.orders import StoredLine, StoredOrder
from engine.sandbox.warehouseos.refusals import RefusedError
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stamps import moment_of, stamp
from engine.sandbox.warehouseos.views import created_view, list_view, order_view


def create(site: Site, call: Call) -> Any:
    """Stores an order. Raises RefusedError with the site's reason."""
    asked = asked_order(site.dialect, call.body)
    _check(site, asked)
    lines = _matched(site, asked)
    order = _stored(asked, lines, call.now)
    for line in lines:
        if line.bundle is None and line.item not in site.store.items:
            site.store.put_item(line.item)
    site.store.add(order)
    site.tell("orderCreated", created(site.dialect, order), call.now)
    return created_view(site.dialect, order)


def get(site: Site, call: Call) -> Any:
    """One order with its state, lines and boxes."""
    return order_view(site.dialect, _order(site, call.arguments.get("number", "")))


def delete(site: Site, call: Call) -> Any:
    """Deletes an order that is not locked."""
    order = _order(site, call.arguments.get("number", ""))
    if order.locked:
        text = f"Order {order.number} is batched or started and cannot be deleted"
        raise RefusedError("locked", text)
    site.store.remove(order.number)
    return site.dialect.speak("error", {"success": True})


def list_orders(site: Site, call: Call) -> Any:
    """A page of orders, by status and by the time since which they were touched."""
    status, since = _list_filters(site, call)
    orders = [
        order
        for order in site.store.orders()
        if (status is None or order.status == status) and (since is None or order.modified >= since)
    ]
    number, size = count_of(call, "page", 1), page_of(call, site.settings)
    rows = orders[(number - 1) * size : number * size]
    shown = [order_view(site.dialect, order) for order in rows]
    return list_view(site.dialect, "list", shown, (number, size, len(orders)))


def set_header(site: Site, call: Call) -> Any:
    """Changes what the profile lets change; an order's content never does (documented)."""
    members = site.dialect.understand("header", json_object(call.body))
    order = _order(site, str(call.arguments.get("number") or members.pop("number", "")))
    members.pop("number", None)
    fixed = sorted(set(members) - site.dialect.changeable)
    if fixed:
        field = site.dialect.name("header", fixed[0])
        raise RefusedError("INVALID_RECORD", f"{field} cannot be changed", field)
    status = _new_status(site, order, members.pop("status", None))
    tracking = members.pop("tracking", None)
    order.status = status
    if tracking is not None:
        order.tracking = [tracking] if isinstance(tracking, str) else list(tracking)
    order.header |= members
    order.modified = stamp(call.now)
    return site.dialect.speak("error", {"success": True})


def _new_status(site: Site, order: StoredOrder, given: Any) -> str:
    """Documented: on hold at any time before completion, and released to available again."""
    if given is None:
        return order.status
    field = site.dialect.name("order", "status")
    wanted = site.dialect.status(str(given))
    if wanted not in {"available", "hold"}:
        raise RefusedError("INVALID_RECORD", f"An order cannot be made {given!r}", field)
    if order.status == "complete":
        raise RefusedError("locked", f"Order {order.number} is complete")
    return order.status if wanted == "available" and order.status != "hold" else wanted


def _check(site: Site, asked: AskedOrder) -> None:
    if site.settings.enforce_unique and site.store.find(asked.number) is not None:
        field = site.dialect.name("order", "number")
        text = f"Order Number {asked.number} already exists"
        raise RefusedError("duplicate", text, field)
    known = asked.area is None or asked.area in site.store.areas
    if not known and site.dialect.policy["unknownArea"] == "reject":
        field = site.dialect.name("order", "area")
        raise RefusedError("UNKNOWN_AREA", f"There is no area {asked.area}", field)


def _matched(site: Site, asked: AskedOrder) -> list[StoredLine]:
    creates = site.settings.unknown_item or site.dialect.policy["unknownItem"]
    stored: list[StoredLine] = []
    for line in asked.lines:
        found = matched(line, site.store)
        if found is None and creates != "create":
            field = site.dialect.name("line", "item")
            raise RefusedError("UNKNOWN_ITEM", f"There is no item {line.item}", field)
        stored += as_new_item(line) if found is None else found
    return numbered(stored)


def _list_filters(site: Site, call: Call) -> tuple[str | None, str | None]:
    status, since = call.arguments.get("status"), call.arguments.get("since")
    wanted = site.dialect.status(status) if status else None
    if status and wanted is None:
        raise RefusedError("INVALID_RECORD", f"There is no status {status}", "status")
    try:
        return wanted, stamp(moment_of(since)) if since else None
    except ValueError as problem:
        raise RefusedError("INVALID_RECORD", f"{since} is not a time", "since") from problem


def _order(site: Site, number: str) -> StoredOrder:
    order = site.store.find(number)
    if order is None:
        raise RefusedError("not-found", f"There is no order {number}")
    return order


def _stored(asked: AskedOrder, lines: list[StoredLine], now: datetime) -> StoredOrder:
    return StoredOrder(
        number=asked.number,
        status=asked.status,
        area=asked.area,
        created=asked.created or stamp(now),
        modified=stamp(now),
        lines=lines,
        header=dict(asked.header),
    )


ORDER_CALLS: Mapping[str, Any] = {
    "orders.create": create,
    "orders.get": get,
    "orders.list": list_orders,
    "orders.delete": delete,
    "orders.setHeader": set_header,
}
