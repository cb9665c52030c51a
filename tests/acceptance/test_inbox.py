"""The inbox over real HTTP: what a person is asked ends by itself once the answer can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.test_bad_records import spoil
from tests.acceptance.test_shipments import LABEL, SHIPMENTS, type_in
from tests.acceptance.test_stock import NAME, QUANTITY, doubt_of, town_of, updates
from tests.acceptance.town import Town, open_town
from tests.cli.telling import STILL, refusing_town
from tests.cli.test_inbox import WHY, inbox

KEY = "31500111/main"
BRIGHTWICK = Layout(customer="brightwick")


def items(town: Town) -> list[dict[str, Any]]:
    """The open items, as machines see them."""
    found: list[dict[str, Any]] = town.run("inbox", town.name, "--format", "json").json["items"]
    return found


def test_a_refused_order_that_somebody_typed_in_is_ours(tmp_path: Path) -> None:
    """It is found by its number, bound, and its flag is set; nobody needs to say anything."""
    with refusing_town(tmp_path) as town:
        town.floor("warehouse", "settings", {"unknown_item": "reject"})
        assert town.run("run", "brightwick").code == 5
        (item,) = items(town)
        shown = inbox(town, "show", KEY, "--format", "json").json["items"][0]
        town.floor("warehouse", "items", {"number": "GHOST-9"})
        type_in(town, {**shown["request"]["body"], "shipTo": None})
        town.clock.sleep(120)
        said = town.run("run", "brightwick")

        assert (item["kind"], item["sends"], item["about"]) == ("failed", 1, "31500111")
        assert said.code == 0, said.out
        assert items(town) == []
        assert 31500111 in town.exported()


def test_what_left_of_a_typed_in_order_is_told_once_somebody_says_it_is_ours(
    tmp_path: Path,
) -> None:
    """Typed in otherwise than it was refused, nobody finds out that it is ours: until a person says
    so, what the warehouse tells of it waits.
    """
    overlay = {"orders": {"items": {"check": "off"}}, "shipments": SHIPMENTS}
    with open_town(tmp_path, BRIGHTWICK, still=STILL, overlay=overlay) as town:
        town.floor("warehouse", "settings", {"unknown_item": "reject"})
        assert town.run("run", "brightwick", "orders").code == 5
        body = inbox(town, "show", KEY, "--format", "json").json["items"][0]["request"]["body"]
        type_in(town, {**body, "shipTo": None, "orderLines": body["orderLines"][:1]})
        town.batch("31500111")
        town.pick("31500111")
        town.pack("31500111", {"id": "A", "tracking": "1ZA", **LABEL})
        town.clock.sleep(120)
        waits = town.run("run", "brightwick", "shipments")
        assert (waits.code, [one["rule"] for one in items(town)]) == (0, ["effects.failed"])

        assert inbox(town, "resolve", KEY, "--happened", *WHY).code == 0
        town.clock.sleep(120)
        said = town.run("run", "brightwick")
        assert (said.code, items(town)) == (0, []), said.out
        told = [one["TrackingNumber"] for one in town.fulfillments(31500111)]
        assert told.count("1ZA") == 1


def test_a_bad_record_that_is_right_again_closes_its_item(tmp_path: Path) -> None:
    """The next pass reads it, sends it, and the item is history."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        bad = town.yard.world.expected["brightwick"][0]
        right = spoil(town, bad.order)
        assert town.run("run", "brightwick").code == 5
        assert [one["rule"] for one in items(town)] == ["orders.unreadable"]
        town.touch(bad.order, Fulfillments=right)
        said = town.run("run", "brightwick")

        assert said.code == 0, said.out + said.err
        assert items(town) == []
        assert bad.number in {order["number"] for order in town.stored()}


def test_a_retry_of_what_cannot_be_retried_says_what_to_do(tmp_path: Path) -> None:
    """Exit 1, nothing is sent, and the rule's own advice is given with the customer's name."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        _, path = town.plan("--only", "404")
        assert town.run("apply", path).code == 0
        before = town.writes()
        said = inbox(town, "retry", "404", *WHY, "--yes")

        assert (said.code, town.writes()) == (1, before)
        assert "(report, orders.gone)" in said.err
        assert "crossdock inbox brightwick resolve 404" in said.err


def test_a_retry_that_would_send_nothing_says_what_to_do(tmp_path: Path) -> None:
    """The order still cannot be read: nothing is asked, nothing is sent, the item stands."""
    with open_town(tmp_path, BRIGHTWICK, still=STILL) as town:
        bad = town.yard.world.expected["brightwick"][0]
        spoil(town, bad.order)
        assert town.run("run", "brightwick").code == 5
        said = inbox(town, "retry", str(bad.order), *WHY)

        assert said.code == 0
        assert "A retry sends nothing as it is. Look at the order in the channel" in said.out
        assert [one["rule"] for one in items(town)] == ["orders.unreadable"]


def test_a_delta_in_doubt_is_sent_again_with_its_figures_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would add, and what the channel shows now, stand above the question."""
    with town_of(tmp_path) as town:
        town.put("LAMP-01", 9, "MAIN")
        town.faults("channel", {"kind": "cut-after", "path": QUANTITY})
        assert town.run("run", NAME, "stock").code == 5
        town.faults("channel")
        town.clock.sleep(600)
        town.run("run", NAME, "stock")
        key, calls = doubt_of(town), updates(town)
        shown = town.channel_levels()[6300100, 7]
        monkeypatch.setattr(click, "confirm", lambda *_, **__: False)
        said = town.run("inbox", NAME, "retry", key, *WHY)

        assert said.code == 0
        assert "By your word this goes out a second time" in said.out
        assert f"a change of +9; the channel shows {shown} now" in said.out
        assert f"It showed {shown - 9} before" in said.out
        assert said.out.index("second time") < said.out.index("Nothing was sent.")
        assert updates(town) == calls
