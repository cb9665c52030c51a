"""A person asks why of what is no new order: a shipment, a change of an order, a set quantity."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.sandbox.yard import Layout
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL
from tests.cli.test_explaining import members

NAME = "brightwick"
US, MAIN = 12000101, 5
MOVED, SLOW = "31500101", "31500102"
SHIPMENTS: dict[str, Any] = {
    "from": "wos",
    "to": "ca",
    "carriers": {"UPS/Ground": ["UPS", "GROUND"]},
}
CHANGES: dict[str, Any] = {
    "address": {"available": "recreate"},
    "shipping-method": "wos-hold",
}
STOCK: dict[str, Any] = {
    "from": "wos",
    "to": "ca",
    "foreign-picks": "ignore",
    "count": "delta",
    "rules": {"recount": {"when": "kind == 'count'", "do": "set"}},
}


def explained(town: Town, key: str) -> Any:
    """What is told of a record, for machines."""
    said = town.run("explain", town.name, key, "--format", "json")
    assert said.code == 0, said.err
    return said.json


def request_of(told: Any, operation: str) -> Any:
    """The one request of an operation."""
    (found,) = [one for one in told if one["operation"] == operation]
    return found


def test_a_shipment_is_told_before_and_after_it_is_sent(tmp_path: Path) -> None:
    """The box that it comes from, the carrier's row with its line, and the same once it is told."""
    layout, overlay = Layout(customer=NAME), {"shipments": SHIPMENTS}
    with open_town(tmp_path, layout, still=STILL, overlay=overlay) as town:
        number = str(town.sell(US, ("LAMP-01", 3, MAIN))["ID"])
        town.at(STILL + timedelta(minutes=1))
        assert town.run("run", NAME).code == 0
        town.batch(number)
        town.pick(number, {"1": 2}, finish=True)
        box = {"id": "A", "contents": {"1": 2}, "tracking": "1ZA"}
        town.pack(number, {**box, "carrier": "UPS", "service": "Ground"})
        fresh = request_of(explained(town, number)["would_send"], "ship")
        assert town.run("run", NAME, "shipments").code == 0
        sent = request_of(explained(town, number)["sent"], "ship")
        shown = town.run("explain", NAME, number).out
    assert sent["state"] == "DONE"
    for known in (members(fresh), members(sent)):
        assert known["lines[0].quantity"]["value"] == 2
        read = [one["path"] for one in known["lines[0].quantity"]["read"]]
        assert "progress.boxes[0].contents[0].quantity" in read
        assert known["tracking"]["value"] == "1ZA"
        assert known["carrier"]["row"]["place"].startswith("rulesets/brightwick/ruleset.yaml:1:")
    assert "progress.boxes[0].tracking = '1ZA'" in shown
    assert "shipments.carriers" in shown


def test_changes_of_orders_are_told_before_and_after_they_are_made(tmp_path: Path) -> None:
    """A delete and a hold say their number and their cell, with the line of the ruleset."""
    layout, overlay = Layout(customer=NAME), {"orders": {"changes": CHANGES}}
    with open_town(tmp_path, layout, still=STILL, overlay=overlay) as town:
        assert town.run("run", NAME).code == 0
        town.at(STILL + timedelta(minutes=1))
        town.touch(int(MOVED), ShippingLastName="Elsewhere")
        town.touch(int(SLOW), RequestedShippingClass="Overnight")
        town.at(STILL + timedelta(minutes=2))
        fresh = [explained(town, key)["would_send"] for key in (MOVED, SLOW)]
        assert town.run("run", NAME, "order-changes").code == 0
        sent = [explained(town, key)["sent"] for key in (MOVED, SLOW)]
    for deleted, held in (fresh, sent):
        delete, hold = request_of(deleted, "delete"), request_of(held, "set-header")
        assert members(delete)["number"]["value"] == MOVED
        assert members(delete)["action"]["text"].startswith("orders.changes.address")
        assert members(delete)["action"]["place"].startswith("rulesets/brightwick/ruleset.yaml:1:")
        assert members(hold)["status"]["pointers"]
        assert members(hold)["status"]["text"].startswith("orders.changes.shipping-method")


def test_a_set_quantity_is_told_before_and_after_it_is_sent(tmp_path: Path) -> None:
    """What lies there, by which rule, and the key that says how the channel is to understand it."""
    layout, overlay = Layout(customer="northpeak"), {"stock": STOCK}
    with open_town(tmp_path, layout, still=STILL, overlay=overlay) as town:
        town.count("LAMP-01", 1, "MAIN")
        fresh = request_of(explained(town, "LAMP-01")["would_send"], "set-quantity")
        assert town.run("run", "northpeak", "stock").code == 0
        sent = request_of(explained(town, "LAMP-01")["sent"], "set-quantity")
    assert sent["state"] == "DONE"
    for known in (members(fresh), members(sent)):
        assert known["type"]["text"] == "stock.set.type"
        assert known["quantity"]["pointers"] == ["/Value/Updates/0/Quantity"]
        assert f"{known['quantity']['value']} lie there" in known["quantity"]["text"]
        assert known["DC 7"]["place"].startswith("mappings/town/northpeak.yaml:")
