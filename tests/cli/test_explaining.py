"""A person asks why: the life of an order, a product or a booking, on the whole street."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import Town, open_town
from tests.cli.conftest import STILL

NAME = "northpeak"
OVERLAY: dict[str, Any] = {
    "items": {"owner": ["us"], "since": "2026-11-01"},
    "stock": {"from": "wos", "to": "ca", "putaway": "delta", "foreign-picks": "delta"},
    "gates": {"items.lost-aliases": {"max": 9}},
}
PLAIN, FREIGHT, NO_ADDRESS, TEST_ORDER = "31500132", "31500138", "31500137", "31500140"


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Town]:
    """The customer with every rule; nothing has been sent yet."""
    with open_town(tmp_path, Layout(customer=NAME), still=STILL, overlay=OVERLAY) as opened:
        yield opened


def explained(town: Town, key: str) -> Any:
    said = town.run("explain", NAME, key, "--format", "json")
    assert said.code == 0, said.err
    return said.json


def ruleset_of(town: Town) -> Path:
    """The base that holds the customer's rules."""
    return town.root / "mappings" / "town" / f"{NAME}.yaml"


def members(request: Any) -> dict[str, Any]:
    return {one["target"]: one for one in request["members"]}


def test_an_order_that_would_be_sent_tells_where_each_value_comes_from(north: Town) -> None:
    """Members with their values, expression, place, functions, row; buyers starred out."""
    told = explained(north, PLAIN)
    create, export = told["would_send"]
    known = members(create)
    assert (create["operation"], export["operation"]) == ("create", "export")
    assert known["number"]["pointers"] == ["/orderNumber"]
    assert [one["path"] for one in known["number"]["read"]] == [
        "profile.name",
        "ca.ID",
        "part.single",
    ]
    method = known["shipMethod"]
    assert method["row"]["table"] == "ship-method"
    line = int(method["row"]["place"].split(":")[1])
    text = ruleset_of(north).read_text(encoding="utf-8").splitlines()[line - 1]
    assert text.strip().startswith(f"{method['row']['key']}: {method['value']}")
    assert known["shipTo.city"]["value"] == "***"
    assert known["shipTo.city"]["read"] == [{"path": "ca.ShippingCity", "value": "***", "note": ""}]
    assert told["remembered"] is False
    assert f"ca: order {PLAIN}" in told["read"]


def test_nothing_is_written_and_no_buyer_is_shown(north: Town) -> None:
    """It reads as a plan does: no write in either log, no state folder, no buyer's data."""
    (order,) = [one for one in north.floor("channel", "state")["Orders"] if str(one["ID"]) == PLAIN]
    said = [north.run("explain", NAME, PLAIN, *form) for form in ((), ("--format", "json"))]
    assert [one.code for one in said] == [0, 0]
    assert north.writes() == []
    assert not (north.root / ".crossdock").exists()
    for member in ("ShippingLastName", "ShippingAddressLine1", "ShippingPostalCode"):
        assert order[member]
        assert all(order[member] not in one.out + one.err for one in said)


def test_after_a_pass_its_life_is_told_from_the_memory(north: Town) -> None:
    """Intent and answer of each write in the order of time, and what was sent with its origins."""
    assert north.run("run", NAME, "orders").code == 0
    told = explained(north, f"US-{PLAIN}")
    assert told["key"] == PLAIN
    assert [one["what"] for one in told["events"] if one["of"] == "memory"] == [
        f"create US-{PLAIN}: sent",
        f"create US-{PLAIN}: done",
        f"export {PLAIN}: sent",
        f"export {PLAIN}: done",
    ]
    assert [(one["operation"], one["state"]) for one in told["sent"]] == [
        ("create", "DONE"),
        ("export", "DONE"),
    ]
    assert not any(one["changed"] for one in told["sent"][0]["members"])
    assert told["decisions"][0]["rule"] == "orders.bound"
    assert "known from" in north.run("explain", NAME, PLAIN).out


def test_what_would_be_another_value_today_is_marked(north: Town) -> None:
    """A member whose rule was changed since is told to be another one than was sent."""
    assert north.run("run", NAME, "orders").code == 0
    path = ruleset_of(north)
    path.write_text(
        path.read_text("utf-8").replace("upper(profile.name)", "lower(profile.name)"), "utf-8"
    )
    told = explained(north, PLAIN)
    changed = [one for one in told["sent"][0]["members"] if one["changed"]]
    assert [(one["target"], one["value"], one["today"]) for one in changed] == [
        ("customField3", "US", "us")
    ]
    assert "by today's record and rules: 'us'" in north.run("explain", NAME, PLAIN).out


@pytest.mark.parametrize("city", ["Elsewhere", ""])
def test_a_buyer_who_has_moved_is_not_shown(tmp_path: Path, city: str) -> None:
    """Of an order that is created anew the values are told, and neither address is."""
    changes = {"orders": {"changes": {"address": {"available": "recreate"}}}}
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, still=STILL, overlay={**OVERLAY, **changes}) as town:
        assert town.run("run", NAME, "orders").code == 0
        (order,) = [
            one for one in town.floor("channel", "state")["Orders"] if one["ID"] == int(PLAIN)
        ]
        town.at(STILL + timedelta(minutes=30))
        town.touch(int(PLAIN), ShippingCity=city)
        told, shown = explained(town, PLAIN), town.run("explain", NAME, PLAIN).out
    moved = members(told["sent"][0])["shipTo.city"]
    assert (moved["changed"], moved["value"], moved["today"]) == (True, "***", city and "***")
    assert [one["operation"] for one in told["would_send"]] == ["delete", "create"]
    assert members(told["would_send"][1])["shipMethod"]["row"]["table"] == "ship-method"
    assert order["ShippingCity"]
    assert order["ShippingCity"] not in json.dumps(told) + shown
    assert "Elsewhere" not in json.dumps(told) + shown


def test_what_is_written_back_is_told_without_what_stood_there(tmp_path: Path) -> None:
    """The number and the note with their rules; the note's place is the buyer's and starred out."""
    back = {"write-back": {"number": "SellerOrderID", "note": "sent as {{ numbers | join(', ') }}"}}
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, still=STILL, overlay={**OVERLAY, "orders": back}) as town:
        fresh = explained(town, PLAIN)["would_send"]
        assert town.run("run", NAME, "orders").code == 0
        sent = explained(town, PLAIN)["sent"]
    for requests in (fresh, sent):
        (written,) = [one for one in requests if one["operation"] == "write-back"]
        known = members(written)
        assert known["number"]["value"] == f"US-{PLAIN}"
        assert known["notes"]["value"] == "***"
        assert known["notes"]["functions"] == ["join"]
        assert known["notes"]["place"].startswith("rulesets/northpeak/ruleset.yaml:1:")


def test_what_no_expression_makes_says_what_it_comes_from(north: Town) -> None:
    """An export, a shipment, a change of quantities each say it in a sentence."""
    export = explained(north, PLAIN)["would_send"][1]
    assert (export["operation"], "id in its path" in export["by"]) == ("export", True)
    north.put("LAMP-01", 9, "MAIN")
    told = explained(north, "LAMP-01")
    adjust = next(one for one in told["would_send"] if one["operation"] == "adjust")
    assert "bookings below" in adjust["by"]
    item = next(one for one in told["would_send"] if one["operation"] != "adjust")
    assert members(item)["number"]["pointers"] == ["/itemNumber"]
    assert (item["by"], item["fixed"]) == ("", [])


def test_a_number_that_an_order_would_get_finds_it(north: Town) -> None:
    """The number of an order that was never sent leads to it, as a part's key does."""
    assert explained(north, f"US-{PLAIN}")["key"] == PLAIN
    assert explained(north, f"{PLAIN}/east")["key"] == PLAIN
    assert explained(north, f"order:{PLAIN}")["key"] == PLAIN


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        (FREIGHT, "      Standard: GROUND\n", "      Standard: GROUND\n      Freight: LTL\n"),
        (NO_ADDRESS, "  hold:\n    no-address:", '  hold:\n    never: "tags == `1`"\n    x:'),
    ],
)
def test_a_way_out_that_is_followed_lets_it_through(
    north: Town, key: str, old: str, new: str
) -> None:
    """What explain proposes for the ruleset, written into it, has the plan send the order."""
    told = explained(north, key)
    ways = told["decisions"][0]["advice"]["lets_through"]
    assert "ruleset" in {one["where"] for one in ways}
    assert "would flow: ruleset" in north.run("explain", NAME, key).out
    path = ruleset_of(north)
    text = path.read_text(encoding="utf-8")
    assert old in text
    if key == FREIGHT:
        path.write_text(text.replace(old, new), encoding="utf-8")
    else:
        lines = [line for line in text.splitlines() if "no-address" not in line]
        path.write_text("\n".join(lines).replace("  hold:\n", ""), encoding="utf-8")
    after = explained(north, key)
    assert [one["outcome"] for one in after["decisions"]] == ["send"]


def test_a_skipped_order_tells_the_rule_and_what_it_read(north: Town) -> None:
    """The place of the rule in the file, its text, the member that it looked at, the advice."""
    said = north.plan("--format", "json")[0]
    key = next(one["key"] for one in said.lines if one.get("rule") == "orders.skip.test-order")
    (told,) = explained(north, key)["decisions"]
    line = int(told["place"].split(":")[1])
    lines = ruleset_of(north).read_text(encoding="utf-8").splitlines()
    assert lines[line - 1].strip().startswith("test-order:")
    assert told["text"] in lines[line - 1]
    assert [one["path"] for one in told["read"]] == ["ca.SiteOrderID"]
    assert "leave out orders.skip.test-order" in north.run("explain", NAME, key).out


def test_a_held_order_tells_the_hold_and_its_inbox(north: Town) -> None:
    """What is held is on the time line, with the rule that the memory has of it."""
    assert north.run("run", NAME, "orders").code == 0
    told = explained(north, FREIGHT)
    held = [one["what"] for one in told["events"] if "held by" in one["what"]]
    assert held == [f"{FREIGHT}/west held by orders.lookup.ship-method"]
    (decision,) = told["decisions"]
    assert decision["members"][0]["target"] == "shipMethod"
    assert "no row" in decision["members"][0]["problem"]


def test_where_a_system_is_away_the_memory_is_told(north: Town) -> None:
    """The part of the memory is shown, and that the rest could not be had, and why."""
    assert north.run("run", NAME, "orders").code == 0
    north.faults("channel", {"kind": "500", "count": None})
    told, shown = explained(north, PLAIN), north.run("explain", NAME, PLAIN)
    assert told["away"]
    assert (told["decisions"], len(told["sent"])) == ([], 2)
    assert "Not to be had now" in shown.out
    assert "from the memory alone" in shown.out


def test_without_credentials_the_memory_is_told(
    north: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that is missing is no reason to keep quiet about what is on record."""
    north.put("LAMP-01", 9, "MAIN")
    assert north.run("run", NAME).code == 0
    (booking,) = {
        leg.rpartition(":")[0]
        for request in explained(north, "LAMP-01")["sent"]
        for leg in request["legs"]
    }
    monkeypatch.delenv("CA_REFRESH_TOKEN")
    order, product, told = (explained(north, key) for key in (PLAIN, "LAMP-01", booking))
    assert "CA_REFRESH_TOKEN" in order["away"][0]
    assert [one["operation"] for one in order["sent"]] == ["create", "export"]
    assert {one["operation"] for one in product["sent"]} == {"patch-item", "adjust"}
    assert [one["operation"] for one in told["sent"]] == ["adjust"]


def test_products_are_found_where_only_stock_is_told(tmp_path: Path) -> None:
    """A ruleset without items knows products by the changes of their quantities."""
    stock = {"stock": OVERLAY["stock"]}
    layout = Layout(customer=NAME)
    with open_town(tmp_path, layout, still=STILL, overlay=stock) as town:
        town.put("LAMP-01", 9, "MAIN")
        assert town.run("run", NAME, "stock").code == 0
        told = explained(town, "LAMP-01")
    assert (told["kind"], told["key"]) == ("product", "6300100")
    assert [one["operation"] for one in told["sent"]] == ["adjust"]


def test_where_only_orders_are_told_there_are_no_products(town: Town) -> None:
    """A ruleset with orders alone has nothing to say of a SKU, and finds its orders."""
    said = town.run("explain", "brightwick", "LAMP-01")
    assert said.code == 1
    assert "neither the memory nor the channel knows LAMP-01" in said.err
    shown = town.run("explain", "brightwick", "31500101")
    assert shown.code == 0
    assert "would be sent by orders.send" in shown.out


def test_what_nobody_knows_is_said_to_be_unknown(north: Town) -> None:
    """A key without a record ends with 1 and says what a key may be."""
    said = north.run("explain", NAME, "nothing-like-it")
    assert said.code == 1
    assert "neither the memory nor the channel knows nothing-like-it" in said.err
    assert "a SKU" in said.err


def test_what_nobody_can_look_for_is_no_answer(north: Town) -> None:
    """With the channel away, a key that the memory lacks ends with the channel's own trouble."""
    north.faults("channel", {"kind": "500", "count": None})
    said = north.run("explain", NAME, PLAIN)
    assert said.code == 1
    assert "neither the memory" not in said.err


def test_a_product_is_told_by_sku_and_by_id(north: Town) -> None:
    """Its decision, the members of the item with their origins, and what was written later."""
    by_sku, by_id = explained(north, "LAMP-01"), explained(north, "6300100")
    assert by_sku["key"] == by_id["key"] == "6300100"
    (request,) = by_sku["would_send"]
    title = members(request)["description"]
    assert [one["path"] for one in title["read"]] == ["title"]
    assert north.run("run", NAME, "items").code == 0
    after = explained(north, "LAMP-01")
    assert [one["state"] for one in after["sent"]] == ["DONE"]
    assert [one["rule"] for one in after["decisions"]] == ["items.same"]
    assert members(after["sent"][0])["description"]["value"] == title["value"]


def test_a_key_of_two_products_says_which(north: Town) -> None:
    """A SKU that several products have is not guessed: each is named, and how to say which."""
    said = north.run("explain", NAME, "Mug-02")
    assert said.code == 1
    assert "means more than one record: the product" in said.err
    assert "product:" in said.err


def test_a_booking_is_told_before_and_after_it_is_sent(north: Town) -> None:
    """What it says of itself, the key that decides, and the change that it went out with."""
    north.put("LAMP-01", 9, "MAIN")
    north.move("LAMP-01", 7, origin="MAIN", target="BULK")
    lines = north.plan("stock", "--format", "json")[0].lines
    rules = {one["rule"]: one["key"] for one in lines if one["type"] == "decision"}
    put, move = rules["stock.adjust"], rules["stock.one-dc"]
    waiting = explained(north, put)
    assert waiting["kind"] == "transaction"
    assert {"path": "quantity", "value": 9, "note": ""} in waiting["decisions"][0]["read"]
    assert waiting["would_send"][0]["legs"] == {f"{put}:7": 9}
    assert north.run("run", NAME, "stock").code == 0
    sent, dealt = explained(north, put), explained(north, move)
    assert [one["state"] for one in sent["sent"]] == ["DONE"]
    assert "+9 in DC 7 by booking" in north.run("explain", NAME, put).out
    assert dealt["decisions"][0]["rule"] == "stock.one-dc"
    assert "dealt with before" in dealt["decisions"][0]["note"]


def test_picks_of_strangers_are_told_too(north: Town) -> None:
    """A pick of an order that is not the channel's is a booking under the order's number."""
    north.enter("X1", "WEST", ("LAMP-01", 5))
    north.batch("X1")
    north.pick("X1", {"1": 3}, finish=True)
    assert explained(north, "pick:X1:1")["decisions"][0]["rule"] == "stock.adjust"
    assert north.run("run", NAME, "stock").code == 0
    assert [one["operation"] for one in explained(north, "pick:X1:1")["sent"]] == ["adjust"]


def test_json_goes_to_stdout_alone(north: Town) -> None:
    """With --format json stdout is one JSON document with its version."""
    said = north.run("explain", NAME, PLAIN, "--format", "json")
    assert json.loads(said.out)["format_version"] == 1
    assert said.err == ""
