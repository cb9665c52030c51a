"""The floor of this twin: what happens at the marketplace, in the user's interface, and by itself.

POST /_floor/orders         stores a whole order in place of the one with its ID; no stock moves
POST /_floor/orders/{id}    replaces members, lists as a whole; stamps UpdatedDateUtc unless given
POST /_floor/products       stores a whole product in place of the one with its ID
POST /_floor/products/{id}  replaces members, lists as a whole; stamps UpdateDateUtc unless given
POST /_floor/sell, /add, /cancel, /reroute, /scrub    see engine/sandbox/channeladvisor/market.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.sandbox.channeladvisor import market
from engine.sandbox.channeladvisor.answers import RefusedError
from engine.sandbox.channeladvisor.scene import Scene
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.floor import FLOOR, FloorError, members_of
from engine.sandbox.wire import SandboxRequest, SandboxResponse

_EVENTS: Mapping[str, Callable[[Scene, Row], Row | None]] = {
    "sell": market.sell,
    "add": market.add,
    "cancel": market.cancel,
    "reroute": market.reroute,
    "scrub": market.scrub,
}


def control(scene: Scene, request: SandboxRequest) -> SandboxResponse | None:
    """Does what a floor request says; None where there is no such control. Raises FloorError."""
    place, _, key = request.path.removeprefix(FLOOR).partition("/")
    if request.method != "POST":
        return None
    if place in ("orders", "products"):
        _store(scene, place, key, members_of(request))
        return SandboxResponse(status=204)
    if place not in _EVENTS or key:
        return None
    try:
        row = _EVENTS[place](scene, members_of(request))
    except RefusedError as refusal:
        raise FloorError(json.loads(refusal.response.body)["error"]["message"]) from refusal
    return SandboxResponse(status=204) if row is None else SandboxResponse.json(201, row)


def _store(scene: Scene, place: str, key: str, members: dict[str, Any]) -> None:
    stored, stamped = _STORED[place]
    if key:
        row = stored(scene, int(key)) if key.isdecimal() else None
        if row is None:
            raise FloorError(f"There is no {place.removesuffix('s')} {key}.")
        members = {**row, stamped: scene.stamp, **members}
    if not all(isinstance(members.get(name), int) for name in ("ID", "ProfileID")):
        raise FloorError(f"Of {place}, each has an ID and a ProfileID, both whole numbers.")
    (scene.store.put if place == "orders" else scene.store.stock.put)(members)


_STORED: Mapping[str, tuple[Callable[[Scene, int], Row | None], str]] = {
    "orders": (lambda scene, key: scene.store.order(key), "UpdatedDateUtc"),
    "products": (lambda scene, key: scene.store.stock.products.get(key), "UpdateDateUtc"),
}
