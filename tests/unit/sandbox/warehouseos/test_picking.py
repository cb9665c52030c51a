from __future__ import annotations

import pytest

from tests.unit.sandbox.warehouseos.site import Site
from tests.unit.sandbox.warehouseos.talk import levels, order_of, quantities, read

LAMPS = {"item": "LAMP-01", "quantity": 3, "hostId": "771"}
ROPES = {"item": "ROPE-10", "quantity": 2, "hostId": "772"}


@pytest.fixture
def stocked(site: Site) -> Site:
    """A site with ten of each item and one order of two lines."""
    for item in ("LAMP-01", "ROPE-10"):
        site.floor("put", {"item": item, "quantity": 10, "area": "Main"})
    site.create("A-1", LAMPS, ROPES, area="Main")
    return site


def test_an_order_lowers_available_and_a_pick_lowers_on_hand(stocked: Site) -> None:
    """Order entry leaves on hand alone; the pick takes it, and available stays as it was."""
    assert levels(stocked, "LAMP-01") == (10, 3, 7)
    stocked.floor("pick", {"number": "A-1"})
    assert levels(stocked, "LAMP-01") == (7, 0, 7)


def test_a_pick_of_everything_completes_the_order(stocked: Site) -> None:
    """Without lines all is picked, and the status answer says so with its times."""
    assert stocked.floor("start", {"number": "A-1"}).status == 204
    assert order_of(stocked, "A-1")["started"].startswith("2026-11-20T08:00")
    stocked.floor("pick", {"number": "A-1"})
    order = order_of(stocked, "A-1")
    assert order["status"] == stocked.profile["statuses"]["complete"][0]
    assert order["completed"].startswith("2026-11-20T08:00")
    assert (order["packed"], order["locked"]) == (False, True)
    assert quantities(stocked, "A-1") == [(3, 3, 0, 0), (2, 2, 0, 0)]


def test_a_line_named_with_less_is_short(stocked: Site) -> None:
    """A named line is settled, one that is not named stays open until it is picked or finished."""
    stocked.floor("pick", {"number": "A-1", "lines": {"771": 1}})
    assert quantities(stocked, "A-1") == [(3, 1, 2, 0), (2, 0, 0, 0)]
    assert order_of(stocked, "A-1")["status"] == stocked.profile["statuses"]["in-process"][0]
    assert "pick" not in {one.kind for one in read(stocked)}
    stocked.floor("pick", {"number": "A-1", "lines": {"2": 0}})
    assert quantities(stocked, "A-1") == [(3, 1, 2, 0), (2, 0, 2, 0)]
    assert order_of(stocked, "A-1")["status"] == stocked.profile["statuses"]["complete"][0]
    assert levels(stocked, "ROPE-10") == (10, 0, 10)


def test_finishing_makes_the_rest_short(stocked: Site) -> None:
    """`finish` completes an order whatever was not picked."""
    stocked.floor("pick", {"number": "A-1", "lines": {"1": 3}, "finish": True})
    assert quantities(stocked, "A-1") == [(3, 3, 0, 0), (2, 0, 2, 0)]


def test_what_was_short_can_be_picked_later(stocked: Site) -> None:
    """The rest of a short order is picked in a second go, which is told as a second message."""
    stocked.floor("pick", {"number": "A-1", "lines": {"1": 1}, "finish": True})
    stocked.floor("pick", {"number": "A-1", "lines": {"1": 2, "2": 1}})
    assert quantities(stocked, "A-1") == [(3, 3, 0, 0), (2, 1, 1, 0)]
    first, second = (one.event["lines"] for one in read(stocked) if one.kind == "pick")
    assert [(line["picked"], line["short"]) for line in first] == [(1, 2), (0, 2)]
    cumulative = stocked.profile["triggers"]["orders"] == "cumulative"
    again = [(3, 0), (1, 1)] if cumulative else [(2, 0), (1, 1)]
    assert [(line["picked"], line["short"]) for line in second] == again


def test_resetting_picks_starts_again_and_puts_nothing_back(stocked: Site) -> None:
    """The order is open again, as if nothing was picked; the shelf waits for a Put."""
    stocked.floor("batch", {"numbers": ["A-1"], "name": "B-7"})
    stocked.floor("pick", {"number": "A-1"})
    stocked.floor("pack", {"number": "A-1", "boxes": [{"id": "X"}]})
    stocked.floor("reset-picks", {"number": "A-1"})
    order = order_of(stocked, "A-1")
    assert order["status"] == stocked.profile["statuses"]["available"][0]
    assert (order["boxes"], order["packed"], order["completed"]) == ([], False, None)
    assert (order["batch"], order["locked"]) == ("B-7", True)
    assert quantities(stocked, "A-1") == [(3, 0, 0, 0), (2, 0, 0, 0)]
    assert levels(stocked, "LAMP-01") == (7, 3, 4)


def test_a_started_order_or_batch_can_be_reset(stocked: Site) -> None:
    """An order without picks comes off its device; with picks it is refused."""
    stocked.create("A-2", LAMPS, area="Main")
    stocked.floor("batch", {"numbers": ["A-2"], "name": "B-7"})
    for number in ("A-1", "A-2"):
        stocked.floor("start", {"number": number})
    assert stocked.floor("reset", {"batch": "B-7"}).status == 204
    assert stocked.floor("reset", {"number": "A-1"}).status == 204
    for number in ("A-1", "A-2"):
        assert order_of(stocked, number)["status"] == stocked.profile["statuses"]["available"][0]
    assert stocked.floor("reset", {"number": "A-1"}).status == 400
    stocked.floor("pick", {"number": "A-1", "lines": {"1": 1}})
    assert stocked.floor("reset", {"number": "A-1"}).status == 400


def test_a_held_order_can_be_picked(site: Site) -> None:
    """Hold does not stop the floor: a scan activates the order."""
    site.create("H-1", LAMPS, status="Hold")
    site.floor("pick", {"number": "H-1"})
    assert order_of(site, "H-1")["status"] == site.profile["statuses"]["complete"][0]


def test_a_pick_takes_from_pick_locations_first(site: Site) -> None:
    """Backstock gives only what the pick locations of the area lack, other areas nothing."""
    site.floor("locations", {"name": "9-9", "area": "Main", "type": "Backstock"})
    for place in ({"location": "9-9"}, {"location": "Main-1"}, {"location": "Bulk-1"}):
        site.floor("put", {"item": "LAMP-01", "quantity": 2, **place})
    site.create("A-1", LAMPS, area="Main")
    site.floor("pick", {"number": "A-1"})
    state = site.send("GET", "/_floor/state").body
    there = {row["location"]: row["quantity"] for row in state["inventory"]}
    assert there == {"9-9": 1, "Main-1": 0, "Bulk-1": 2}
    site.create("A-2", {**LAMPS, "quantity": 1}, area="Main")
    site.floor("pick", {"number": "A-2"})
    assert levels(site, "LAMP-01")[0] == 2


def test_picks_need_stock_only_where_the_setting_says_so(site: Site) -> None:
    """Off, on hand falls below 0; on, the pick is refused and nothing has changed."""
    site.create("A-1", LAMPS, area="Main")
    site.create("A-2", LAMPS, area="Main")
    site.floor("pick", {"number": "A-1"})
    assert levels(site, "LAMP-01")[0] == -3
    site.floor("settings", {"picks_need_stock": True})
    assert site.floor("pick", {"number": "A-2"}).status == 400
    assert quantities(site, "A-2") == [(3, 0, 0, 0)]
    site.floor("put", {"item": "LAMP-01", "quantity": 6, "area": "Main"})
    assert site.floor("pick", {"number": "A-2"}).status == 204


@pytest.mark.parametrize(
    "lines", [{"1": 4}, {"9": 1}, {"1": -1}, {"1": True}, {"1": "2"}, {"nobody": 1}, 5]
)
def test_a_pick_that_makes_no_sense_is_refused(stocked: Site, lines: object) -> None:
    """More than is left, unknown lines and odd quantities answer 400 and pick nothing."""
    assert stocked.floor("pick", {"number": "A-1", "lines": lines}).status == 400
    assert quantities(stocked, "A-1") == [(3, 0, 0, 0), (2, 0, 0, 0)]


def test_a_host_id_of_several_lines_names_none(site: Site) -> None:
    """Components of one bundle share their host id, so they are picked by line number."""
    site.create("A-1", {"item": "KIT-CAMP", "quantity": 1, "hostId": "50"})
    assert site.floor("pick", {"number": "A-1", "lines": {"50": 1}}).status == 400
    assert site.floor("pick", {"number": "A-1", "lines": {"1": 1, "2": 2}}).status == 204


def test_a_complete_order_cannot_be_picked_again(stocked: Site) -> None:
    """There is nothing left to pick, and no second message."""
    stocked.floor("pick", {"number": "A-1"})
    assert stocked.floor("pick", {"number": "A-1"}).status == 400
    assert stocked.floor("reset-picks", {"number": "A-2"}).status == 400
    assert [one.kind for one in read(stocked)].count("pick") == 1
