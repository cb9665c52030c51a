"""The floor of the warehouse: what people do there, under a path that is plainly not WarehouseOS's.

POST /_floor/batch   {"numbers": [...], "name"}     puts available orders into a batch: locked
POST /_floor/start   {"number"}                     an order goes to a device: in process, locked
POST /_floor/delete  {"number"}                     a person deletes an order in the back office
POST /_floor/items   {"number", "aliases": [...]}   puts an item; with "components"
                     [{"item", "quantity"}] it puts a bundle instead
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.sandbox.floor import FLOOR, FloorError, members_of
from engine.sandbox.warehouseos.stamps import stamp
from engine.sandbox.warehouseos.store import Store, StoredOrder
from engine.sandbox.wire import SandboxRequest, SandboxResponse


def control(store: Store, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
    """Does one floor control; None for a path that is none. Raises FloorError for a wrong one."""
    action = _ACTIONS.get(request.path.removeprefix(FLOOR))
    if action is None or request.method != "POST":
        return None
    try:
        touched = action(store, members_of(request))
    except KeyError as missing:
        raise FloorError(f"Send a member {missing}.") from missing
    for order in touched:
        order.modified = stamp(now)
    return SandboxResponse(status=204)


def _batch(store: Store, members: Mapping[str, Any]) -> list[StoredOrder]:
    orders = [_order(store, number) for number in members["numbers"]]
    for order in orders:
        if order.status != "available":
            raise FloorError(f"{order.number} is {order.status}: only available orders batch.")
    for order in orders:
        order.batch = str(members["name"])
    return orders


def _start(store: Store, members: Mapping[str, Any]) -> list[StoredOrder]:
    order = _order(store, members["number"])
    if order.status == "complete":
        raise FloorError(f"{order.number} is complete: it cannot be started again.")
    order.status = "in-process"
    return [order]


def _delete(store: Store, members: Mapping[str, Any]) -> list[StoredOrder]:
    store.remove(_order(store, members["number"]).number)
    return []


def _put(store: Store, members: Mapping[str, Any]) -> list[StoredOrder]:
    if "components" in members:
        store.put_bundle(members["number"], members["components"])
    else:
        store.put_item(members["number"], members.get("aliases", ()))
    return []


def _order(store: Store, number: str) -> StoredOrder:
    order = store.find(number)
    if order is None:
        raise FloorError(f"There is no order {number!r}. See GET /_floor/state.")
    return order


_ACTIONS: Mapping[str, Callable[[Store, Mapping[str, Any]], list[StoredOrder]]] = {
    "batch": _batch,
    "start": _start,
    "delete": _delete,
    "items": _put,
}
