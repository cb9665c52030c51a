from __future__ import annotations

import pytest

from engine.sandbox.warehouseos.sandbox import WarehouseOSSandbox
from tests.unit.sandbox.warehouseos.site import Site
from tests.unit.sandbox.warehouseos.talk import levels, rows, write_items


@pytest.fixture
def stocked(site: Site) -> Site:
    """A site with lamps in three locations of two areas, and ropes in one."""
    site.floor("locations", {"name": "9-9", "area": "Main", "type": "Backstock"})
    for place, quantity in (("9-9", 40), ("Main-1", 3), ("Bulk-1", 7)):
        site.floor("put", {"item": "LAMP-01", "quantity": quantity, "location": place})
    site.floor("put", {"item": "ROPE-10", "quantity": 1, "location": "Bulk-1"})
    return site


def test_the_listing_shows_what_lies_where(stocked: Site) -> None:
    """Every record has item, location, its area and kind, and the quantity."""
    listed = rows(stocked, "inventory.list", "stock")
    shown = {(row["item"], row["location"]): (row["area"], row["quantity"]) for row in listed}
    assert shown == {
        ("LAMP-01", "9-9"): ("Main", 40),
        ("LAMP-01", "Main-1"): ("Main", 3),
        ("LAMP-01", "Bulk-1"): ("Bulk", 7),
        ("ROPE-10", "Bulk-1"): ("Bulk", 1),
    }
    kinds = {row["location"]: row["locationType"] for row in listed}
    assert kinds == {"9-9": "Backstock", "Main-1": "Pick", "Bulk-1": "Pick"}


def test_the_listing_is_paged_and_filtered(stocked: Site) -> None:
    """An area or an item chooses; pages have the total and end with an empty one."""
    names = stocked.names("stockList")
    first = stocked.call("inventory.list", area="Main", page="1", size="1").body
    second = stocked.call("inventory.list", area="Main", page="2", size="1").body
    third = stocked.call("inventory.list", area="Main", page="3", size="1").body
    assert (first[names["total"]], first[names["page"]], first[names["size"]]) == (2, 1, 1)
    assert [len(one[names["rows"]]) for one in (first, second, third)] == [1, 1, 0]
    assert first[names["rows"]] != second[names["rows"]]
    ropes = rows(stocked, "inventory.list", "stock", item="ROPE-10")
    assert [row["quantity"] for row in ropes] == [1]
    assert rows(stocked, "inventory.list", "stock", item="ROPE-10", area="Main") == []


def test_an_unknown_area_is_refused(stocked: Site) -> None:
    """A misspelled area is an error, not an empty warehouse."""
    reply = stocked.call("inventory.list", area="Nowhere")
    says_no_with_200 = stocked.profile["answers"]["not-found"]["status"] == 200
    assert reply.status == (200 if says_no_with_200 else 400)
    assert stocked.names("stockList")["rows"] not in reply.body


def test_open_orders_take_their_share_of_the_rows(stocked: Site) -> None:
    """Pick locations of the order's area are promised first, other areas not at all."""
    stocked.create("A-1", {"item": "LAMP-01", "quantity": 5}, area="Main", status="Hold")
    listed = rows(stocked, "inventory.list", "stock", item="LAMP-01")
    promised = {row["location"]: row["allocated"] for row in listed}
    assert promised == {"Main-1": 3, "9-9": 2, "Bulk-1": 0}
    assert levels(stocked, "LAMP-01") == (50, 5, 45)


def test_a_row_that_is_empty_stays_in_the_listing(stocked: Site) -> None:
    """A row that falls to 0 does not shift the pages behind it."""
    stocked.floor("pull", {"item": "ROPE-10", "quantity": 1, "location": "Bulk-1"})
    assert [
        row["quantity"] for row in rows(stocked, "inventory.list", "stock", item="ROPE-10")
    ] == [0]


def test_the_summary_is_by_item_and_can_be_negative(stocked: Site) -> None:
    """On hand, committed and available of every item; more promised than there is goes below 0."""
    stocked.create("A-1", {"item": "ROPE-10", "quantity": 4}, area="Main")
    listed = rows(stocked, "inventory.summary", "summary")
    ropes = next(row for row in listed if row["item"] == "ROPE-10")
    assert (ropes["onHand"], ropes["committed"], ropes["available"]) == (1, 4, -3)
    assert {row["item"] for row in listed} == set(stocked.twin.store.items)
    assert rows(stocked, "inventory.summary", "summary", item="GHOST-9") == []


def test_the_summary_can_be_asked_by_master_item(stocked: Site) -> None:
    """All items that share a master are answered, and no other."""
    for number in ("LAMP-01", "ROPE-10"):
        write_items(stocked, "items.patchMany", {"number": number, "master": "CAMP"})
    listed = rows(stocked, "inventory.summary", "summary", master="CAMP")
    assert [(row["item"], row["master"]) for row in listed] == [
        ("LAMP-01", "CAMP"),
        ("ROPE-10", "CAMP"),
    ]
    assert rows(stocked, "inventory.summary", "summary", master="SEA") == []


def test_the_summary_of_one_area_where_the_site_has_it() -> None:
    """A site that can be asked for an area answers with that area's figures alone."""
    site = Site("wos-ledgerline")
    site.floor("put", {"item": "LAMP-01", "quantity": 7, "area": "Bulk"})
    site.floor("put", {"item": "LAMP-01", "quantity": 2, "area": "Main"})
    site.create("A-1", {"item": "LAMP-01", "quantity": 5}, area="Main")
    for area, figures in {"Main": (2, 5, -3), "Bulk": (7, 0, 7)}.items():
        (row,) = rows(site, "inventory.summary", "summary", area=area, item="LAMP-01")
        assert (row["onHand"], row["committed"], row["available"]) == figures
        assert row["area"] == area


def test_the_summary_is_paged_where_the_profile_has_a_page(site: Site) -> None:
    """With a page in the query it comes in pages, without one all at once."""
    assert len(rows(site, "inventory.summary", "summary", page="1", size="3")) == 3
    query = site.profile["endpoints"]["inventory.summary"]["query"]
    site.profile["endpoints"]["inventory.summary"]["query"] = {"item": query["item"]}
    site.twin = WarehouseOSSandbox(site.twin.store.to_json(), site.profile)
    site.floor("settings", {"page_size": 1})
    assert len(rows(site, "inventory.summary", "summary")) == 4


def test_a_site_without_areas_has_one_place(site: Site) -> None:
    """Where there are no areas, stock lies on the floor and orders are picked from there."""
    state = {"items": [{"number": "LAMP-01"}], "inventory": []}
    site.twin = WarehouseOSSandbox(state, site.profile)
    site.floor("put", {"item": "LAMP-01", "quantity": 3, "location": "floor-1"})
    site.create("A-1", {"item": "LAMP-01", "quantity": 2})
    site.floor("pick", {"number": "A-1"})
    (row,) = rows(site, "inventory.list", "stock")
    assert (row["area"], row["quantity"], row["allocated"]) == (None, 1, 0)
