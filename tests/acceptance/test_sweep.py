"""The sweep: an order that becomes ours without a newer updated date is found all the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.sandbox.world.model import ExpectedOrder
from engine.sandbox.yard import Layout
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL


def order_of(town: Town, number: int) -> dict[str, Any]:
    """An order as the channel has it."""
    orders = town.floor("channel", "state")["Orders"]
    return next(order for order in orders if order["ID"] == number)


def reroute(town: Town, number: int, dc: int) -> str:
    """Somebody sends the whole order from another DC; returns its updated date afterwards."""
    for box in order_of(town, number)["Fulfillments"]:
        town.floor("channel", "reroute", {"fulfillment": box["ID"], "dc": dc, "stamp": False})
    return str(order_of(town, number)["UpdatedDateUtc"])


def numbers(town: Town) -> set[str]:
    """What is in the warehouse."""
    return {order["number"] for order in town.stored()}


def oldest(town: Town) -> ExpectedOrder:
    """The order to be sent whose updated date is farthest behind every cursor."""
    return min(
        town.yard.world.expected["brightwick"],
        key=lambda one: str(order_of(town, one.order)["UpdatedDateUtc"]),
    )


def test_a_silent_reroute_is_found_by_the_next_sweep(tmp_path: Path) -> None:
    """The pass behind it sees nothing, as no date has moved; a day later the order is sent."""
    with open_town(tmp_path, Layout(customer="brightwick"), still=STILL) as town:
        wanted = oldest(town)
        before = reroute(town, wanted.order, dc=9)
        assert town.run("run", "brightwick").code == 0
        assert wanted.number not in numbers(town)

        assert reroute(town, wanted.order, dc=5) == before
        town.run("run", "brightwick")
        assert wanted.number not in numbers(town)

        later = (STILL + timedelta(days=1)).isoformat()
        for system in ("channel", "warehouse"):
            town.floor(system, "clock", {"now": later})
        town.run("run", "brightwick")
        assert wanted.number in numbers(town)
        assert wanted.order in town.exported()
