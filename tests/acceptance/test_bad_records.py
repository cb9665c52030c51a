"""One bad record is parked with its reason and does not stop the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.sandbox.yard import Layout
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL


def spoil(town: Town, number: int) -> list[dict[str, Any]]:
    """The channel gives one order with a fulfillment of no DC; returns its right fulfillments."""
    orders = town.floor("channel", "state")["Orders"]
    boxes: list[dict[str, Any]] = next(one["Fulfillments"] for one in orders if one["ID"] == number)
    nowhere = {**boxes[0], "ID": 1, "DistributionCenterID": None, "Items": []}
    town.touch(number, Fulfillments=[*boxes, nowhere])
    return boxes


def test_an_order_that_cannot_be_read_is_parked_alone(tmp_path: Path) -> None:
    """The others are sent, the inbox names it, and it is sent when it is right and retried."""
    with open_town(tmp_path, Layout(customer="brightwick"), still=STILL) as town:
        expected = town.yard.world.expected["brightwick"]
        bad = expected[0]
        right = spoil(town, bad.order)

        first, again = town.run("run", "brightwick"), town.run("run", "brightwick")
        assert (first.code, again.code) == (5, 0)
        stored = {order["number"] for order in town.stored()}
        assert stored == {one.number for one in expected} - {bad.number}
        listed = town.run("inbox", "brightwick").out
        assert f"{bad.order}" in listed
        assert "orders.unreadable" in listed
        assert "DistributionCenterID is not a whole number" in listed

        town.touch(bad.order, Fulfillments=right)
        retried = town.run(
            "inbox", "brightwick", "retry", str(bad.order), "--reason", "mended", "--yes"
        )
        assert retried.code == 0, retried.err
        assert bad.number in {order["number"] for order in town.stored()}
