from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.warehouseos.site import Site
from tests.unit.sandbox.warehouseos.talk import levels, order_of, read, rows

LAMP = {"item": "LAMP-01"}
MAIN = {"item": "LAMP-01", "area": "Main"}


def _words(site: Site, kind: str) -> str:
    return str(site.profile["triggers"]["transactions"][kind][0])


def test_puts_and_pulls_are_told_as_the_site_counts_them(site: Site) -> None:
    """A pull of two is -2, or 2 with the word for a pull; levels, reason and user come along."""
    site.floor("put", {**MAIN, "quantity": 5, "user": "jo"})
    site.floor("pull", {**MAIN, "quantity": 2, "reason": "DMG"})
    put, pull = (one.event for one in read(site))
    signed = site.profile["triggers"]["quantities"] == "signed"
    assert (put["transaction"], put["quantity"], put["user"]) == (_words(site, "put"), 5, "jo")
    assert (pull["transaction"], pull["reason"]) == (_words(site, "pull"), "DMG")
    assert pull["quantity"] == (-2 if signed else 2)
    assert (pull["before"], pull["after"]) == (5, 3)
    assert (pull["location"], pull["area"]) == ("Main-1", "Main")
    assert pull["at"].startswith("2026-11-20T08:00")
    assert levels(site, "LAMP-01") == (3, 0, 3)


@pytest.mark.parametrize(("counted", "difference"), [(7, 2), (1, -4)])
def test_a_count_is_applied_and_told_as_its_difference(
    site: Site, counted: int, difference: int
) -> None:
    """Counts are signed on every site: counted less expected."""
    site.floor("put", {**MAIN, "quantity": 5})
    assert site.floor("count", {**MAIN, "quantity": counted}).status == 204
    event = read(site)[1].event
    assert (event["transaction"], event["quantity"]) == (_words(site, "count"), difference)
    assert levels(site, "LAMP-01")[0] == counted


def test_an_area_means_where_the_item_lies(site: Site) -> None:
    """Puts, pulls and both ends of a move find the item's own location, else the area's first."""
    for name, area in (("M-2", "Main"), ("B-2", "Bulk")):
        site.floor("locations", {"name": name, "area": area})
    site.floor("put", {**LAMP, "quantity": 5, "location": "M-2"})
    site.floor("put", {**MAIN, "quantity": 3})
    site.floor("pull", {**MAIN, "quantity": 1})
    site.floor("move", {**LAMP, "quantity": 4, "fromArea": "Main", "toArea": "Bulk"})
    rows = {row["location"]: row["quantity"] for row in site.twin.store.to_json()["inventory"]}
    assert rows == {"M-2": 3, "Bulk-1": 4}


def test_a_count_that_finds_what_was_expected_is_not_told(site: Site) -> None:
    """Nothing changed, so there is nothing to say."""
    site.floor("count", {**MAIN, "quantity": 0})
    assert read(site) == []


def test_a_count_may_wait_for_its_confirmation(site: Site) -> None:
    """Without auto-apply stock and message come at the confirmation, with what was counted then."""
    site.floor("settings", {"counts_apply": False})
    site.floor("put", {**MAIN, "quantity": 5})
    waiting = site.floor("count", {**MAIN, "quantity": 4}).body
    site.floor("pull", {**MAIN, "quantity": 2})
    assert levels(site, "LAMP-01")[0] == 3
    assert len(read(site)) == 2
    assert site.floor("count-confirm", waiting).status == 204
    assert levels(site, "LAMP-01")[0] == 2
    assert read(site)[2].event["quantity"] == -1
    assert site.floor("count-confirm", waiting).status == 400


def test_a_move_changes_no_total(site: Site) -> None:
    """A move between areas is told with both ends; on hand of the site stays."""
    site.floor("put", {**MAIN, "quantity": 5})
    site.floor("move", {**LAMP, "quantity": 2, "from": "Main-1", "to": "Bulk-1", "reason": "R"})
    move = read(site)[1]
    assert move.kind == "move"
    assert (move.event["fromArea"], move.event["toArea"]) == ("Main", "Bulk")
    assert (move.event["fromLocation"], move.event["toLocation"]) == ("Main-1", "Bulk-1")
    assert (move.event["quantity"], move.event["reason"]) == (2, "R")
    assert levels(site, "LAMP-01")[0] == 5
    listed = rows(site, "inventory.list", "stock", area="Bulk")
    assert [(row["item"], row["quantity"]) for row in listed] == [("LAMP-01", 2)]


def test_goods_become_stock_when_they_are_put_away(site: Site) -> None:
    """A receipt is a record only; the putaway makes the stock and the message."""
    line = {**LAMP, "po": "PO-7", "hostId": "L-1"}
    site.floor("receive", {**line, "quantity": 24})
    assert levels(site, "LAMP-01")[0] == 0
    assert read(site) == []
    site.floor("putaway", {**line, "quantity": 20, "area": "Main"})
    assert levels(site, "LAMP-01")[0] == 20
    (message,) = read(site)
    assert (message.kind, message.event["po"], message.event["hostId"]) == (
        "putaway",
        "PO-7",
        "L-1",
    )
    assert (message.event["quantity"], message.event["area"]) == (20, "Main")
    assert site.floor("putaway", {**line, "quantity": 5, "area": "Main"}).status == 400
    assert (
        site.floor("putaway", {**line, "po": "PO-8", "quantity": 1, "area": "Main"}).status == 400
    )


@pytest.mark.parametrize(
    ("control", "members"),
    [
        ("put", {"item": "GHOST-9", "quantity": 1, "area": "Main"}),
        ("put", {**MAIN, "quantity": 0}),
        ("put", {**MAIN, "quantity": 1.5}),
        ("put", {**LAMP, "quantity": 1}),
        ("put", {**LAMP, "quantity": 1, "area": "Nowhere"}),
        ("put", {**LAMP, "quantity": 1, "location": "Nowhere"}),
        ("pull", {**MAIN, "quantity": 1}),
        ("count", {**MAIN, "quantity": -1}),
        ("move", {**LAMP, "quantity": 1, "from": "Main-1", "to": "Main-1"}),
        ("move", {**LAMP, "quantity": 1, "from": "Main-1", "to": "Bulk-1"}),
        ("locations", {"name": "Main-1", "area": "Bulk"}),
        ("items", {"number": "LAMP-01", "aliases": 5}),
    ],
)
def test_a_movement_that_cannot_be_done_says_why(
    site: Site, control: str, members: dict[str, Any]
) -> None:
    """Unknown items and places, odd quantities and more than is there: 400, and no message."""
    reply = site.floor(control, members)
    assert reply.status == 400
    assert reply.body["error"]
    assert read(site) == []
    assert levels(site, "LAMP-01")[0] == 0


def test_a_location_may_open_an_area(site: Site) -> None:
    """A location in a new area makes orders for that area possible."""
    assert site.create("A-1", {**LAMP, "quantity": 1}, area="Annex").status != 204
    assert site.twin.store.find("A-1") is None
    site.floor("locations", {"name": "X-1", "area": "Annex"})
    site.create("A-1", {**LAMP, "quantity": 1}, area="Annex")
    assert order_of(site, "A-1")["area"] == "Annex"
