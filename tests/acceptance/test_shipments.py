"""What leaves the warehouse reaches the channel once, over real HTTP, on both kinds of site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Said, Town, machine_on, open_town
from tests.acceptance.wire import Wire

NAME = "brightwick"
US, MAIN = 12000101, 5
SHIPMENTS: dict[str, Any] = {
    "from": "wos",
    "to": "ca",
    "carriers": {"UPS/Ground": ["UPS", "GROUND"]},
}
HASTY = {"ca": {"timing": {"timeout": "1s", "late": "5s"}}}
LABEL = {"carrier": "UPS", "service": "Ground"}


def town_of(root: Path, site: str = "wos-assumed", **shipments: Any) -> Any:
    overlay = {"shipments": {**SHIPMENTS, **shipments}, "connections": HASTY}
    return open_town(root, Layout(customer=NAME), site=site, overlay=overlay)


def ordered(town: Town, *lines: tuple[str, int]) -> str:
    """The warehouse's number of a new order, which is in a batch by now."""
    sold = town.sell(US, *((sku, quantity, MAIN) for sku, quantity in lines))
    later(town, seconds=60)
    assert town.run("run", NAME).code == 0
    number = str(sold["ID"])
    town.batch(number, name=f"wave {number}")
    return number


def type_in(town: Town, body: Mapping[str, Any]) -> None:
    """Somebody puts this order into the warehouse."""
    url = f"{town.yard.warehouse}/api/OrderApi/AddOrder"
    asked = Request(url, json.dumps(body).encode(), {"X-Api-Key": "sandbox-wos-key"})
    urlopen(asked, timeout=30).close()


def later(town: Town, seconds: float) -> None:
    """So much later for everybody."""
    town.at(town.clock.now() + timedelta(seconds=seconds))


def shipped(town: Town, number: str) -> list[tuple[Mapping[str, int], str | None]]:
    """What left of an order: SKU -> quantity, and the tracking number, box by box."""
    found = [
        ({item["Sku"]: item["Quantity"] for item in one["Items"]}, one["TrackingNumber"])
        for one in town.fulfillments(int(number))
        if one["DeliveryStatus"] == "Complete"
    ]
    return sorted(found, key=lambda one: one[1] or "")


def calls(town: Town) -> list[str]:
    """The writes that tell a shipment or its tracking."""
    return [one for one in town.writes() if "/Ship" in one or "/Fulfillments(" in one]


def decisions(said: Said) -> dict[str, str]:
    """Key -> rule of each decision of a plan that was shown as JSON."""
    return {one["key"]: one["rule"] for one in said.lines if one["type"] == "decision"}


def planned(town: Town) -> dict[str, str]:
    """What a plan of shipments decides."""
    said, _ = town.plan("shipments", "--format", "json")
    assert said.code in (0, 2), said.err
    return decisions(said)


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_boxes_reach_the_channel_once(tmp_path: Path, site: str) -> None:
    """A plan writes nothing and shows the very bytes; short units stay open; run again, nothing."""
    with town_of(tmp_path, site) as town:
        number = ordered(town, ("LAMP-01", 3), ("KIT-STOVE", 2))
        kit = next(line for line in town.stored() if line["number"] == number)["lines"][1:]
        town.pick(
            number, {"1": 2, **{str(one["number"]): one["quantity"] for one in kit}}, finish=True
        )
        first = {"1": 2, str(kit[0]["number"]): kit[0]["quantity"]}
        rest = {str(one["number"]): one["quantity"] for one in kit[1:]}
        town.pack(
            number,
            {"id": "A", "contents": first, "tracking": "1ZA", **LABEL},
            {"id": "B", "contents": rest, "tracking": "1ZB", **LABEL},
        )
        before = town.writes()
        said, path = town.plan("shipments", "--format", "json")
        assert said.code == 2, said.err
        assert (town.writes(), shipped(town, number)) == (before, [])

        wire = Wire()
        applied = town.run_on(replace(machine_on(town.clock), writer=wire), "apply", path)
        assert applied.code == 0, applied.err
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        bodies = [
            one["request"]["body"]
            for line in lines
            for one in line.get("changes", ())
            if "key" in line
        ]
        assert [body for url, body in wire.sent if "/Ship" in url] == bodies
        told = shipped(town, number)
        assert told[0] == ({"LAMP-01": 2}, "1ZA")
        assert told[1][0] == {one["item"]: one["quantity"] for one in kit}
        assert told[1][1] == "1ZB"
        sent = calls(town)
        assert [town.run("run", NAME, "shipments").code for _ in range(2)] == [0, 0]
        assert calls(town) == sent
        # Less was picked than was ordered, and it is picked after all: a second shipment.
        town.pick(number, {"1": 1})
        town.pack(number, {"id": "C", "contents": {"1": 1}, "tracking": "1ZC", **LABEL})
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number)[2:] == [({"LAMP-01": 1}, "1ZC")]


@pytest.mark.parametrize("lost", ["cut-after", "cut-before", "500-after"])
def test_a_shipment_without_an_answer_is_looked_for_and_told_once(
    tmp_path: Path, lost: str
) -> None:
    """Until reading back has settled it nothing more of its order is told; then what is missing."""
    with town_of(tmp_path) as town:
        number = ordered(town, ("LAMP-01", 2), ("ROPE-10", 1))
        town.pick(number)
        town.pack(
            number,
            {"id": "A", "contents": {"1": 2}, "tracking": "1ZA", **LABEL},
            {"id": "B", "contents": {"2": 1}, "tracking": "1ZB", **LABEL},
        )
        town.faults("channel", {"kind": lost, "path": "/Ship", "count": 1})
        assert town.run("run", NAME, "shipments").code == 5
        assert planned(town) == {number: "shipments.in-flight"}
        for _ in range(4):
            later(town, seconds=600)
            code = town.run("run", NAME, "shipments").code
        assert code == 0
        assert shipped(town, number) == [({"LAMP-01": 2}, "1ZA"), ({"ROPE-10": 1}, "1ZB")]
        assert town.run("inbox", NAME, "list", "--format", "json").json["items"] == []


def test_a_box_behind_one_without_an_answer_is_not_forgotten(tmp_path: Path) -> None:
    """No message leads back to boxes that waited for their labels, nor does a change of late."""
    with town_of(tmp_path, tracking={"wait": "2d", "then": "hold"}) as town:
        number = ordered(town, ("LAMP-01", 2), ("ROPE-10", 1))
        town.pick(number)
        town.pack(
            number,
            {"id": "A", "contents": {"1": 1}, "tracking": "1ZA", **LABEL},
            {"id": "B", "contents": {"1": 1}},
            {"id": "C", "contents": {"2": 1}},
        )
        assert town.run("run", NAME, "shipments").code == 0
        town.label(number, "1ZB", box="B", service="Ground")
        town.label(number, "1ZC", box="C", service="Ground")
        town.faults("channel", {"kind": "cut-after", "path": "/Ship", "count": 1})
        assert town.run("run", NAME, "shipments").code == 5
        later(town, seconds=3600)
        assert town.run("run", NAME, "shipments").code == 0
        assert [box for _, box in shipped(town, number)] == ["1ZA", "1ZB", "1ZC"]


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_number_that_comes_later_is_added_and_does_not_unship(tmp_path: Path, site: str) -> None:
    """Told at picking, the first number goes on the fulfillment; of the second a person hears."""
    with town_of(tmp_path, site, at="picking") as town:
        number = ordered(town, ("LAMP-01", 2))
        town.pick(number)
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == [({"LAMP-01": 2}, None)]
        town.pack(number, {"id": "A", "contents": {"1": 1}}, {"id": "B", "contents": {"1": 1}})
        town.label(number, "1ZA", box="A", service="Ground")
        town.label(number, "1ZB", box="B", service="Ground")
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == [({"LAMP-01": 2}, "1ZA")]
        items = town.run("inbox", NAME, "list", "--format", "json").json["items"]
        assert [item["rule"] for item in items] == ["shipments.more-tracking"]
        sent = calls(town)
        assert town.run("run", NAME, "shipments").code == 0
        assert calls(town) == sent


def test_a_late_label_is_found_without_any_message(tmp_path: Path) -> None:
    """A shipment that went without a number is looked at again, and gets it when it is there."""
    with town_of(tmp_path, tracking={"wait": "10m"}) as town:
        number = ordered(town, ("LAMP-01", 2))
        town.pick(number)
        town.pack(number, {"id": "A"})
        assert town.run("run", NAME, "shipments").code == 0
        assert planned(town) == {f"{number}/main:A": "shipments.tracking-wait"}
        later(town, seconds=600)
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == [({"LAMP-01": 2}, None)]
        assert planned(town) == {f"{number}/main": "shipments.tracking-later"}
        town.label(number, "1ZA", box="A", service="Ground")
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == [({"LAMP-01": 2}, "1ZA")]
        assert planned(town) == {}


def test_orders_are_found_when_the_queue_was_missed(tmp_path: Path) -> None:
    """Without any message the next look at what changed tells the box all the same."""
    with town_of(tmp_path) as town:
        number = ordered(town, ("LAMP-01", 2))
        town.floor(
            "warehouse", "trigger-config", {kind: {"on": False} for kind in ("pick", "pack", "box")}
        )
        town.pick(number)
        town.pack(number, {"id": "A", "tracking": "1ZA", **LABEL})
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == []
        later(town, seconds=24 * 3600)
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == [({"LAMP-01": 2}, "1ZA")]


def test_a_plan_is_stale_once_its_boxes_changed(tmp_path: Path) -> None:
    """A label that is printed after the plan was made keeps its bytes from going out."""
    with town_of(tmp_path) as town:
        number = ordered(town, ("LAMP-01", 2))
        town.pick(number)
        town.pack(number, {"id": "A"})
        _, path = town.plan("shipments")
        town.label(number, "1ZA", box="A", service="Ground")
        said = town.run("apply", path)
        assert (said.code, calls(town)) == (3, [])
        assert f"{number}/main:A" in said.out + said.err
        _, path = town.plan("shipments")
        assert [town.run("apply", path).code for _ in range(2)] == [0, 0]
        assert shipped(town, number) == [({"LAMP-01": 2}, "1ZA")]


def test_half_of_a_plan_goes_on_where_it_ended(tmp_path: Path) -> None:
    """What an earlier apply of the same file told does not make the rest of it stale."""
    with town_of(tmp_path) as town:
        number = ordered(town, ("LAMP-01", 2), ("ROPE-10", 1))
        town.pick(number)
        town.pack(
            number,
            {"id": "A", "contents": {"1": 2}, "tracking": "1ZA", **LABEL},
            {"id": "B", "contents": {"2": 1}, "tracking": "1ZB", **LABEL},
        )
        _, path = town.plan("shipments")
        town.faults(
            "channel", {"kind": "429", "path": "/Ship", "nth": 2, "count": 9, "retry_after": 1}
        )
        assert town.run("apply", path).code == 5
        town.faults("channel")
        later(town, seconds=60)
        assert town.run("apply", path).code == 0
        assert [what for what, _ in shipped(town, number)] == [{"LAMP-01": 2}, {"ROPE-10": 1}]


def test_what_was_called_off_after_batching_is_not_told(tmp_path: Path) -> None:
    """A cancelled order that is packed all the same asks a person, and ships nothing."""
    with town_of(tmp_path) as town:
        number = ordered(town, ("LAMP-01", 2))
        town.touch(int(number), ShippingStatus="Canceled")
        town.pick(number)
        town.pack(number, {"id": "A", "tracking": "1ZA", **LABEL})
        assert town.run("run", NAME, "shipments").code == 0
        items = town.run("inbox", NAME, "list", "--format", "json").json["items"]
        assert ("shipments.cancelled", f"{number}/main:A") in {
            (item["rule"], item["business_key"]) for item in items
        }
        assert calls(town) == []


def test_what_left_before_an_order_was_found_to_be_ours_is_told(tmp_path: Path) -> None:
    """Somebody typed it in, picked and packed it before it was read from the channel: until it is
    found its messages are somebody else's, and then it is looked at for what they told.
    """
    with town_of(tmp_path) as town:
        ordered(town, ("LAMP-01", 1))
        sold = town.sell(US, ("LAMP-01", 1, MAIN))
        number = str(sold["ID"])
        line = {"lineNumber": 1, "hostId": str(sold["Items"][0]["ID"]), "itemNumber": "LAMP-01"}
        body = {"orderNumber": number, "pickAreaName": "Main", "orderStatus": "Available"}
        type_in(town, {**body, "orderLines": [{**line, "quantity": 1}]})
        town.batch(number, name="typed in")
        town.pick(number, finish=True)
        town.pack(number, {"id": "A", "tracking": "1ZA", **LABEL})
        assert town.run("run", NAME, "shipments").code == 0
        later(town, seconds=60)
        assert town.run("run", NAME, "orders").code == 0
        later(town, seconds=60)
        assert town.run("run", NAME, "shipments").code == 0
        assert shipped(town, number) == [({"LAMP-01": 1}, "1ZA")]
        assert planned(town) == {}
