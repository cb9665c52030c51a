from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from tests.unit.sandbox.warehouseos.site import Site
from tests.unit.sandbox.warehouseos.talk import read

LAMP = {"item": "LAMP-01", "area": "Main"}


def _journal(site: Site) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = site.twin.store.to_json()["journal"]
    return entries


def _day(site: Site) -> None:
    """A little of everything that changes a shelf."""
    site.floor("locations", {"name": "B-1", "area": "Bulk"})
    site.floor("put", {**LAMP, "quantity": 9})
    site.floor("pull", {**LAMP, "quantity": 2, "reason": "DMG"})
    site.floor("count", {**LAMP, "difference": -1})
    site.floor("move", {"item": "LAMP-01", "quantity": 3, "from": "Main-1", "to": "B-1"})
    site.floor("receive", {"po": "P1", "item": "LAMP-01", "quantity": 5})
    site.floor("putaway", {**LAMP, "po": "P1", "quantity": 4})
    line = {"item": "LAMP-01", "quantity": 6, "hostId": "41"}
    assert site.create("A1", line, area="Main").status == 200
    site.floor("pick", {"number": "A1", "lines": {"1": 5}, "finish": True})


def test_every_change_of_a_shelf_is_written_down(site: Site) -> None:
    """Kind, area and signed quantity of each, the reason of one that has it, a pick's line."""
    _day(site)
    entries = _journal(site)
    assert [(one["kind"], one["quantity"]) for one in entries] == [
        ("put", 9),
        ("pull", -2),
        ("count", -1),
        ("move", -3),
        ("putaway", 4),
        ("pick", -5),
    ]
    assert (entries[1]["reason"], entries[3]["to_area"]) == ("DMG", "Bulk")
    assert (entries[5]["order"], entries[5]["host_id"]) == ("A1", "41")


def test_the_journal_explains_what_lies_there(site: Site) -> None:
    """The entries of an area sum to its on hand, also below 0."""
    _day(site)
    site.floor("enter", {"number": "X1", "area": "Bulk", "lines": [{**LAMP, "quantity": 8}]})
    site.floor("pick", {"number": "X1"})
    sums: Counter[str] = Counter()
    for one in _journal(site):
        sums[one["area"]] += one["quantity"]
        if one["to_area"]:
            sums[one["to_area"]] -= one["quantity"]
    assert sums == {area: site.twin.store.stock.on_hand("LAMP-01", area) for area in sums}
    assert sums["Bulk"] == 3 - 8


def test_the_journal_survives_a_restart(site: Site) -> None:
    """A state that was read can be loaded again with its history."""
    _day(site)
    again = type(site.twin)(site.twin.store.to_json(), site.profile)
    assert again.store.to_json() == site.twin.store.to_json()


def test_an_order_of_another_host_has_no_host_ids(site: Site) -> None:
    """It is told and picked like any other, and its lines name nobody's."""
    site.floor("trigger-config", {"orderCreated": {"on": True}})
    answer = site.floor("enter", {"number": "X1", "lines": [{"item": "LAMP-01", "quantity": 2}]})
    assert answer.status == 204
    site.floor("pick", {"number": "X1"})
    order = site.twin.store.to_json()["orders"][0]
    assert (order["status"], order["lines"][0]["host_id"]) == ("complete", None)
    assert [told.kind for told in read(site)] == ["orderCreated", "pick"]


def test_an_order_that_cannot_be_entered_is_refused(site: Site) -> None:
    """A number that is taken, or an item that is unknown, enters nothing."""
    line = {"item": "LAMP-01", "quantity": 2}
    site.floor("enter", {"number": "X1", "lines": [line]})
    assert site.floor("enter", {"number": "X1", "lines": [line]}).status == 400
    ghost = {"item": "GHOST", "quantity": 2}
    assert site.floor("enter", {"number": "X2", "lines": [line, ghost]}).status == 400
    assert [order["number"] for order in site.twin.store.to_json()["orders"]] == ["X1"]


def test_a_difference_that_cannot_be_is_refused(site: Site) -> None:
    """A count cannot find fewer than none, nor a difference that is no number."""
    site.floor("put", {**LAMP, "quantity": 2})
    for difference in (-3, "1", True):
        assert site.floor("count", {**LAMP, "difference": difference}).status == 400
    assert site.floor("count", {**LAMP, "difference": -2}).status == 204


def test_who_has_seen_the_orders_is_told_of_those_touched_since(site: Site) -> None:
    """An order that was touched at that time or later is given as the state has it."""
    line = {"item": "LAMP-01", "quantity": 2}
    for number in ("X1", "X2"):
        site.floor("enter", {"number": number, "lines": [line]})
    assert len(site.floor("orders", {"since": ""}).body) == 2
    site.now += timedelta(hours=1)
    site.floor("batch", {"numbers": ["X2"], "name": "wave"})
    (touched,) = site.floor("orders", {"since": site.now.isoformat()[:19]}).body
    assert touched == site.twin.store.to_json()["orders"][1]
    assert touched["batch"] == "wave"
