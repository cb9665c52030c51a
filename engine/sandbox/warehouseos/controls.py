"""The floor of the warehouse: what people do there, under a path that is plainly not WarehouseOS's.

Everything is a POST of a JSON object. A `?` marks a member that may be left out.

/_floor/enter         {number, area?, lines: [{item, quantity}]}  an order that no channel knows
/_floor/batch         {numbers, name}                        available orders are batched: locked
/_floor/start         {number}                               an order goes to a device: in process
/_floor/reset         {number} or {batch}                    off the device again
/_floor/pick          {number, lines?: {line or host id: quantity}, finish?}
/_floor/reset-picks   {number}                               starts again from the beginning
/_floor/pack          {number, boxes: [{id, contents?: {line or host id: quantity}, type?, weight?,
                       carrier?, service?, tracking?}], reason?}
/_floor/label         {number, box?, tracking, carrier?, service?}
/_floor/verify        {number}
/_floor/orders        {since}                                answers the orders touched since then
/_floor/delete        {number}                               a person deletes an order
/_floor/items         {number, aliases?} or {number, components: [{item, quantity}]}
/_floor/locations     {name, area, type?}
/_floor/put, pull     {item, quantity, location or area, reason?, user?}
/_floor/move          {item, quantity, from or fromArea, to or toArea, reason?, user?}
/_floor/count         {item, quantity or difference, location or area, apply?, reason?, user?};
                      answers {id} where it waits
/_floor/count-confirm {id}
/_floor/receive       {po, item, quantity, hostId?}
/_floor/putaway       {po, item, quantity, location or area, hostId?, reason?, user?}
/_floor/trigger-config {kind: {on?, to?: queue | url, url?}}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.sandbox.floor import FLOOR, FloorError, members_of
from engine.sandbox.warehouseos import lifecycle, movements
from engine.sandbox.warehouseos.act import Act
from engine.sandbox.warehouseos.lifecycle import Action
from engine.sandbox.warehouseos.packing import pack
from engine.sandbox.warehouseos.picking import pick
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stamps import stamp
from engine.sandbox.wire import SandboxRequest, SandboxResponse


def control(site: Site, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
    """Does one floor control; None for a path that is none. Raises FloorError for a wrong one."""
    name = request.path.removeprefix(FLOOR)
    if request.method != "POST" or name not in {**_WITH_ORDERS, **_WITH_STOCK}:
        return None
    try:
        answer = _perform(site, name, Act(members=members_of(request), now=now))
    except KeyError as missing:
        raise FloorError(f"Send a member {missing}.") from missing
    except (TypeError, AttributeError) as wrong:
        raise FloorError(f"A member has the wrong shape: {wrong}.") from wrong
    return SandboxResponse(status=204) if answer is None else SandboxResponse.json(200, answer)


def _perform(site: Site, name: str, act: Act) -> Any:
    if name in _WITH_STOCK:
        return _WITH_STOCK[name](site, act)
    for order in _WITH_ORDERS[name](site, act):
        order.modified = stamp(act.now)
    return None


def _items(site: Site, act: Act) -> None:
    if "components" in act.members:
        site.store.put_bundle(act.members["number"], act.members["components"])
    else:
        site.store.put_item(act.members["number"], act.members.get("aliases", ()))


def _touched(site: Site, act: Act) -> list[dict[str, Any]]:
    """The orders as the state has them, for somebody who has seen the older ones."""
    since = act.members["since"]
    return [asdict(order) for order in site.store.orders() if order.modified >= since]


def _switch(site: Site, act: Act) -> None:
    try:
        site.store.switches.change(act.members)
    except ValueError as problem:
        raise FloorError(str(problem)) from problem


_WITH_ORDERS: Mapping[str, Action] = {
    "enter": lifecycle.enter,
    "batch": lifecycle.batch,
    "start": lifecycle.start,
    "reset": lifecycle.reset,
    "pick": pick,
    "reset-picks": lifecycle.reset_picks,
    "pack": pack,
    "label": lifecycle.label,
    "verify": lifecycle.verify,
    "delete": lifecycle.delete,
}
_WITH_STOCK: Mapping[str, Callable[[Site, Act], Any]] = {
    "orders": _touched,
    "items": _items,
    "locations": movements.add_location,
    "put": movements.put,
    "pull": movements.pull,
    "move": movements.move,
    "count": movements.count,
    "count-confirm": movements.confirm,
    "receive": movements.receive,
    "putaway": movements.put_away,
    "trigger-config": _switch,
}
