"""What happens on the floor reaches the channel once, over real HTTP, on both kinds of site."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, Said, Town, machine_on, open_town
from tests.acceptance.wire import Wire

NAME = "northpeak"
STOCK: dict[str, Any] = {
    "from": "wos",
    "to": "ca",
    "putaway": "delta",
    "foreign-picks": "delta",
    "except-reasons": ["PUTBACK"],
}
LAMP, ROPE, MUG = 6300100, 6300101, 6300105
EAST, WEST = 7, 9
QUANTITY = "/UpdateQuantity"
HASTY = {"ca": {"timing": {"timeout": "1s", "late": "5s"}}}


def town_of(root: Path, site: str = "wos-assumed", **stock: Any) -> Any:
    overlay = {"stock": {**STOCK, **stock}, "connections": HASTY}
    return open_town(root, Layout(customer=NAME), site=site, overlay=overlay)


def changed(town: Town, before: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """(product, DC) -> how much more or less there is to sell than before; bundles follow."""
    after = town.channel_levels()
    found = {key: n - before[key] for key, n in after.items() if n != before[key]}
    return {key: n for key, n in found.items() if key[0] in (LAMP, ROPE, MUG)}


def decisions(said: Said) -> dict[str, str]:
    """Key -> rule of each decision of a plan that was shown as JSON."""
    return {one["key"]: one["rule"] for one in said.lines if one["type"] == "decision"}


def updates(town: Town) -> int:
    """How many calls for a quantity reached the channel."""
    return sum(QUANTITY in write for write in town.writes())


def work(town: Town) -> None:
    """A bit of everything that people do."""
    town.put("LAMP-01", 9, "MAIN")
    town.pull("LAMP-01", 2, "BULK", reason="DMG")
    town.count("ROPE-10", -3, "WEST")
    town.put("MUG-01", 5, "MAIN", reason="PUTBACK")
    town.move("LAMP-01", 4, origin="MAIN", target="WEST")
    town.move("LAMP-01", 7, origin="MAIN", target="BULK")
    town.move("ROPE-10", 1, origin="MAIN", target="OFFICE")
    town.receive("P1", "MUG-01", 6)
    town.putaway("P1", "MUG-01", 6, "WEST")
    town.enter("X1", "WEST", ("LAMP-01", 5))
    town.batch("X1")
    town.pick("X1", {"1": 3}, finish=True)


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_the_floor_reaches_the_channel_once(tmp_path: Path, site: str) -> None:
    """A plan writes nothing and shows the very bytes; a second pass has nothing left to say."""
    with town_of(tmp_path, site) as town:
        before = town.channel_levels()
        work(town)
        said, path = town.plan("stock", "--format", "json")
        assert said.code == 2, said.err
        assert (town.writes(), changed(town, before)) == ([], {})

        wire = Wire()
        applied = town.run_on(replace(machine_on(town.clock), writer=wire), "apply", path)
        assert applied.code == 0, applied.err
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        requests = [
            one["request"] for line in lines for one in line.get("changes", ()) if "key" in line
        ]
        sent = [(url, body) for url, body in wire.sent if QUANTITY in url]
        assert [body for _, body in sent] == [request["body"] for request in requests]
        assert changed(town, before) == {
            (LAMP, EAST): 9 - 2 - 4,
            (LAMP, WEST): 4 - 3,
            (ROPE, EAST): -1,
            (ROPE, WEST): -3,
            (MUG, WEST): 6,
        }
        calls = updates(town)
        again, once_more = (town.run("run", NAME, "stock") for _ in range(2))
        assert (again.code, once_more.code, updates(town)) == (0, 0, calls)
        assert "0 bookings read" in once_more.out + once_more.err


def doubt_of(town: Town) -> str:
    """The key of the one change in doubt; the inbox shows what was sent of it."""
    items = town.run("inbox", NAME, "list", "--format", "json").json["items"]
    (doubt,) = (item for item in items if item["rule"] == "effects.doubt")
    shown = town.run("inbox", NAME, "show", doubt["business_key"]).out
    assert "LAMP-01" in shown
    assert '{"DistributionCenterID": 7, "Quantity": 9}' in shown
    return str(doubt["business_key"])


@pytest.mark.parametrize("lost", ["cut-after", "cut-before"])
def test_a_change_without_an_answer_is_never_repeated(tmp_path: Path, lost: str) -> None:
    """It is in doubt, later ones of its product wait, and a person's word lets them go on."""
    with town_of(tmp_path) as town:
        before = town.channel_levels()
        town.put("LAMP-01", 9, "MAIN")
        town.faults("channel", {"kind": lost, "path": QUANTITY})
        assert town.run("run", NAME, "stock").code == 5
        town.faults("channel")
        town.put("LAMP-01", 1, "MAIN")
        town.put("ROPE-10", 1, "MAIN")
        town.clock.sleep(600)
        assert town.run("run", NAME, "stock").code == 5
        happened = lost == "cut-after"
        assert changed(town, before) == {(ROPE, EAST): 1} | ({(LAMP, EAST): 9} if happened else {})
        said, _ = town.plan("stock", "--format", "json")
        (held,) = (one for one in said.lines if one["type"] == "decision")
        assert (held["outcome"], held["rule"]) == ("hold", "stock.behind")

        key, because = doubt_of(town), ("--reason", "looked at it")
        closed = town.run("inbox", NAME, "resolve", key, *because)
        assert (closed.code, "in doubt" in closed.err) == (1, True)
        if happened:
            town.run("inbox", NAME, "resolve", key, "--happened", *because)
        else:
            assert town.run("inbox", NAME, "retry", key, "--yes", *because).code == 0
        assert town.run("run", NAME, "stock").code == 0
        assert changed(town, before) == {(LAMP, EAST): 10, (ROPE, EAST): 1}
        assert town.run("inbox", NAME, "list", "--format", "json").json["items"] == []
        assert town.run("plan", NAME, "stock").code == 0


def test_what_never_left_goes_out_again_as_it_was(tmp_path: Path) -> None:
    """A throttled change keeps its bookings; what came since is another change behind it."""
    with town_of(tmp_path) as town:
        before = town.channel_levels()
        town.put("LAMP-01", 9, "MAIN")
        town.pull("LAMP-01", 2, "MAIN")
        town.faults("channel", {"kind": "429", "path": QUANTITY, "count": 1, "retry_after": 3000})
        assert town.run("run", NAME, "stock").code == 5
        town.put("LAMP-01", 1, "MAIN")
        said, path = town.plan("stock", "--format", "json")
        assert sorted(decisions(said).values()) == ["stock.adjust", "stock.adjust", "stock.netted"]
        applied = town.run("apply", path)
        assert applied.code == 0, applied.err
        assert changed(town, before) == {(LAMP, EAST): 8}
        assert town.run("run", NAME, "stock").code == 0
        assert updates(town) == 2


def test_a_crash_before_the_messages_are_settled_tells_nothing_twice(tmp_path: Path) -> None:
    """A queue that delivers everything again after it was told changes nothing."""
    with town_of(tmp_path) as town:
        before = town.channel_levels()
        town.floor("warehouse", "settings", {"queue_duplicates": 2})
        work(town)
        town.faults("warehouse", {"kind": "cut-after", "path": "Acknowledge|ack", "count": 2})
        for _ in range(3):
            town.run("run", NAME, "stock")
        assert town.struck("warehouse") >= 2
        after = changed(town, before)
        assert after[LAMP, EAST] == 3
        assert after[LAMP, WEST] == 1
        assert town.run("run", NAME, "stock").code == 0
        assert changed(town, before) == after


def test_an_item_that_the_channel_does_not_know_waits_in_order(tmp_path: Path) -> None:
    """Its bookings go out once there is one product with its number, and only then."""
    with town_of(tmp_path) as town:
        town.floor("warehouse", "items", {"number": "NEW-1"})
        town.put("NEW-1", 4, "MAIN")
        town.pull("NEW-1", 1, "MAIN")
        town.put("LAMP-01", 1, "MAIN")
        assert town.run("run", NAME, "stock").code == 5
        said, _ = town.plan("stock", "--format", "json")
        assert sorted(decisions(said).values()) == ["stock.product-unknown", "stock.waits"]
        before = town.channel_levels()
        town.floor("channel", f"products/{MUG}", {"Sku": "new-1"})
        assert town.run("run", NAME, "stock").code == 0
        assert changed(town, before) == {(MUG, EAST): 3}
        assert town.run("inbox", NAME, "list", "--format", "json").json["items"] == []
        assert town.run("plan", NAME, "stock").code == 0


def test_a_plan_whose_bookings_were_told_meanwhile_is_stale(tmp_path: Path) -> None:
    """Between plan and apply another pass told them: nothing is sent twice."""
    with town_of(tmp_path) as town:
        before = town.channel_levels()
        work(town)
        _, path = town.plan("stock")
        town.put("LAMP-01", 1, "MAIN")
        assert town.run("run", NAME, "stock").code == 0
        after = changed(town, before)
        calls = updates(town)
        assert town.run("apply", path).code == 3
        assert (updates(town), changed(town, before)) == (calls, after)
        assert town.run("apply", path, "--partial").code == 0
        assert (updates(town), changed(town, before)) == (calls, after)


def test_only_what_is_more_than_the_gate_allows_is_blocked(tmp_path: Path) -> None:
    """A gate on units holds the whole flow back until a person approves it by name."""
    overlay = {"stock": STOCK, "gates": {"stock": {"units": 5}}}
    with open_town(tmp_path, Layout(customer=NAME), overlay=overlay) as town:
        town.put("LAMP-01", 9, "MAIN")
        assert town.run("run", NAME, "stock").code == 4
        _, path = town.plan("stock")
        assert updates(town) == 0
        assert town.run("apply", path, "--approve", "stock").code == 0
        assert updates(town) == 1


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_picks_are_told_of_foreign_orders_alone(tmp_path: Path, site: str) -> None:
    """The channel's own orders are their shipments' matter; of others each unit is told once."""
    with town_of(tmp_path, site) as town:
        assert town.run("run", NAME, "orders").code in {0, 5}
        before = town.channel_levels()
        own = next(one for one in town.stored() if one["status"] == "available")
        town.enter("X1", "MAIN", ("LAMP-01", 5))
        for number in (own["number"], "X1"):
            town.batch(number, name=number)
        town.pick(own["number"])
        town.pick("X1", {"1": 2}, finish=True)
        assert town.run("run", NAME, "stock").code == 0
        assert changed(town, before) == {(LAMP, EAST): -2}
        town.pick("X1", {"1": 3})
        assert town.run("run", NAME, "stock").code == 0
        assert town.run("run", NAME, "stock").code == 0
        assert changed(town, before) == {(LAMP, EAST): -5}
        assert updates(town) == 2


def test_a_foreign_order_that_was_packed_too_is_told_by_its_picks(tmp_path: Path) -> None:
    """Two flows live on the same messages: neither takes away what the other one needs."""
    overlay = {"stock": STOCK, "shipments": {"from": "wos", "to": "ca"}}
    with open_town(tmp_path, Layout(customer=NAME), overlay=overlay) as town:
        assert town.run("run", NAME, "orders").code in {0, 5}
        before = town.channel_levels()
        town.enter("X1", "WEST", ("LAMP-01", 5))
        town.batch("X1")
        town.pick("X1")
        town.pack("X1")
        for flow in ("shipments", "stock", "shipments", "stock"):
            assert town.run("run", NAME, flow).code == 0
        assert changed(town, before) == {(LAMP, WEST): -5}
        assert updates(town) == 1


def test_a_refused_change_is_for_a_person_and_can_be_tried_again(tmp_path: Path) -> None:
    """What the channel refuses is in the inbox once; its legs stay with it, others go on."""
    with town_of(tmp_path) as town:
        town.floor("channel", f"products/{MUG}", {"ProductType": "Parent"})
        before = town.channel_levels()
        town.put("MUG-01", 2, "MAIN")
        town.put("LAMP-01", 1, "MAIN")
        assert town.run("run", NAME, "stock").code == 5
        assert changed(town, before) == {(LAMP, EAST): 1}
        items = town.run("inbox", NAME, "list", "--format", "json").json["items"]
        (failed,) = (item for item in items if item["rule"] == "effects.failed")
        assert town.run("plan", NAME, "stock").code == 0

        town.floor("channel", f"products/{MUG}", {"ProductType": "Item"})
        key = failed["business_key"]
        retried = town.run("inbox", NAME, "retry", key, "--yes", "--reason", "it is no parent")
        assert retried.code == 0, retried.err
        assert changed(town, before) == {(LAMP, EAST): 1, (MUG, EAST): 2}
        assert town.run("inbox", NAME, "list", "--format", "json").json["items"] == []
