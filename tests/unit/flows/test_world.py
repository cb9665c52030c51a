"""The flow against the second opinion of the world's generator, without any HTTP between them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest

from engine.adapters import names
from engine.adapters.channeladvisor.records import order_of
from engine.customers import Customer, load_customer
from engine.model.decision import Decision, Outcome
from engine.sandbox.world.generate import generate
from engine.sandbox.world.model import ExpectedOrder, World
from engine.shipped import shipped
from engine.workspace import Workspace
from tests.cases.expecting import shown
from tests.cases.street import Planned, planned

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CUSTOMERS = ("brightwick", "northpeak", "tidewater")
ASIDE = {"created", "shipTo.name"}  # The generator has no opinion on the one, half of the other.
# Reasons of the generator's law that are a skip to the engine, too.
LEFT_ALONE = ("filtered:", "skipped:", "dropped:")


@lru_cache(maxsize=4)
def world(seed: int) -> World:
    """A world of 240 orders; equal seeds give the same one."""
    return generate(240, seed, NOW)


@lru_cache(maxsize=8)
def customer(name: str) -> Customer:
    """A shipped customer."""
    found, problems = load_customer(Workspace(shipped("rulesets").parent, names()), name)
    assert found is not None, problems
    return found


def plan(name: str, seed: int) -> Planned:
    """The plan of one customer's first pass over the orders that its application sees."""
    state = world(seed).channeladvisor
    application = next(one for one in state["applications"] if one["id"] == f"app-{name}")
    centers = {row["ID"]: row["Code"] for row in state["DistributionCenters"]}
    orders = [
        order_of(row, centers)
        for row in state["Orders"]
        if row["ProfileID"] in application["profiles"]
    ]
    return planned(customer(name), orders, {"items": items(world(seed).sites[name], orders)})


def items(site: dict[str, Any], orders: list[Any]) -> dict[str, str]:
    """What the site has under each number that an order could name; the item wins."""
    skus = {sku for order in orders for sku in order.skus}
    parts = {part.sku for order in orders for line in order.lines for part in line.components}
    known = dict.fromkeys(skus | parts, "unknown")
    known |= dict.fromkeys(site["bundles"], "bundle")
    return known | dict.fromkeys((row["number"] for row in site["items"]), "item")


def sent(name: str, seed: int) -> dict[str, Any]:
    """Number -> what is sent: order, area, hold, lines, and the mapped members."""
    bundles = world(seed).sites[name]["bundles"]
    return {
        row["number"]: (
            row["key"].partition("/")[0],
            row["order"]["area"],
            row["order"]["hold"],
            sorted(stored(row["order"]["lines"], bundles)),
            {word: row["order"]["fields"][word] for word in row["order"]["fields"].keys() - ASIDE},
        )
        for row in shown(plan(name, seed))["expect"]
        if row["outcome"] == "send"
    }


def stored(lines: list[dict[str, Any]], bundles: dict[str, Any]) -> list[tuple[str, str, int]]:
    """The lines as the site stores them: of a bundle that is left to it, the components."""
    return [
        (line["host_id"], part["item"], line["quantity"] * part["quantity"])
        for line in lines
        for part in (
            bundles[line["item"]] if line["expands"] else [{"item": line["item"], "quantity": 1}]
        )
    ]


def told(order: ExpectedOrder) -> Any:
    """The generator's opinion in the same form."""
    fields = {**order.fields, **order.ship_to}
    mapped = {word: fields[word] for word in fields.keys() - ASIDE}
    return str(order.order), order.area, order.status == "hold", sorted(order.lines), mapped


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize("name", CUSTOMERS)
def test_exactly_the_expected_orders_are_sent(name: str, seed: int) -> None:
    """What is sent is what the generator's own table says, down to numbers, lines and areas."""
    expected = {order.number: told(order) for order in world(seed).expected[name]}

    assert sent(name, seed) == expected


@pytest.mark.parametrize("name", CUSTOMERS)
def test_what_is_not_sent_is_held_or_left_alone_as_often_as_told(name: str) -> None:
    """Everything else is held or skipped, as often as the generator counts it."""
    decisions: list[Decision] = plan(name, 7).decisions
    found = Counter(one.outcome for one in decisions if one.outcome is not Outcome.SEND)
    reasons = world(7).reasons[name]
    alone = sum(count for why, count in reasons.items() if why.startswith(LEFT_ALONE))

    assert found == +Counter({Outcome.SKIP: alone, Outcome.HOLD: reasons.total() - alone})
