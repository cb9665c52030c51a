"""What is in the warehouse beside what the generator of the world says must be there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.sandbox.world.customers import CUSTOMERS
from engine.sandbox.world.law import Stock, judge
from tests.acceptance.town import Town


def as_it_must_be(town: Town) -> bool:
    """Whether exactly the wanted orders are stored, each once, and exactly their flags are set."""
    return arrived(town) == wanted(town) and town.exported() == complete_orders(town)


def arrived(town: Town) -> Counter[str]:
    """The stored orders in the generator's words, as texts that can be compared and counted."""
    return Counter(_shown(_stored_as_expected(order)) for order in town.stored())


def wanted(town: Town) -> Counter[str]:
    """The generator's list in the same form; which channel's order it was is in no stored order."""
    orders = {order["ID"]: order for order in town.yard.world.channeladvisor["Orders"]}
    texts = []
    for one in town.yard.world.expected[town.name]:
        members = asdict(one)
        order = orders[members.pop("order")]
        texts.append(_shown(members | {"ship_to": _name_of(order) | members["ship_to"]}))
    return Counter(texts)


def complete_orders(town: Town) -> set[int]:
    """The orders of which every part must arrive: by the generator's own verdict on each."""
    customer = next(one for one in CUSTOMERS if one.name == town.name)
    stock = Stock.of(town.yard.world.sites[town.name])
    orders = {order["ID"]: order for order in town.yard.world.channeladvisor["Orders"]}
    return {
        one.order
        for one in town.yard.world.expected[town.name]
        if not any(why.startswith("held:") for why in judge(orders[one.order], customer, stock)[1])
    }


def _name_of(order: Mapping[str, Any]) -> dict[str, str]:
    """The generator leaves out a name of which a half is missing; the other half is sent."""
    halves = [order["ShippingFirstName"], order["ShippingLastName"]]
    name = " ".join(half for half in halves if half)
    return {"shipTo.name": name} if name else {}


def _stored_as_expected(order: Mapping[str, Any]) -> dict[str, Any]:
    header = dict(order["header"])
    ship_to = {f"shipTo.{name}": value for name, value in header.pop("shipTo", {}).items()}
    ship_to["shipTo.name"] = ship_to.get("shipTo.name", "").strip()
    return {
        "number": order["number"],
        "area": order["area"],
        "status": order["status"],
        "lines": [(line["host_id"], line["item"], line["quantity"]) for line in order["lines"]],
        "fields": header,
        "ship_to": {name: value for name, value in ship_to.items() if value},
    }


def _shown(order: Mapping[str, Any]) -> str:
    return json.dumps({**order, "lines": sorted(order["lines"])}, sort_keys=True)
