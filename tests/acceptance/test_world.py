"""The seeded world of 500 orders: exactly what must reach the warehouse is there, nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.world.customers import CUSTOMERS
from engine.sandbox.world.law import Stock, judge
from engine.sandbox.yard import Layout, residents
from tests.acceptance.town import SITE_PROFILES, Town, approvals, open_town

SIZE = 500


@pytest.mark.parametrize("page_size", [None, 20, 3])
@pytest.mark.parametrize("site", SITE_PROFILES)
@pytest.mark.parametrize("customer", residents())
def test_what_must_be_in_the_warehouse_is_there_and_nothing_else(
    tmp_path: Path, customer: str, site: str, page_size: int | None
) -> None:
    """Of 500 orders exactly the generator's list is stored, flagged, and not sent a second time."""
    size = SIZE if page_size is None else 150
    with open_town(tmp_path, Layout(customer=customer, size=size), site=site) as town:
        if page_size is not None:
            town.floor("channel", "settings", {"page_sizes": {"Orders": page_size, "others": 3}})
        planned, path = town.plan("--format", "json")
        applied = town.run("apply", path, *approvals(planned))
        assert (applied.code, applied.err) == (0, ""), applied.out

        assert arrived(town) == wanted(town)
        assert town.exported() == complete_orders(town)
        before = town.writes()
        again = town.run("run", customer)
        after = town.writes()

    assert (again.code, again.err) == (0, ""), again.out
    assert after == before


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
