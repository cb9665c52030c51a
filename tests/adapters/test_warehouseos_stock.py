"""What lies in the WarehouseOS twin, read on both site profiles."""

from __future__ import annotations

import pytest

from engine.adapters.warehouseos.profile import profile_of
from engine.adapters.warehouseos.records import RECORDS, shelf_of
from engine.errors import BadRecordError
from engine.model.stock import ShelfLevel
from engine.sandbox.faults import FaultRule
from tests.adapters.rig import SITES, Rig, site_profile
from tests.adapters.warehouse import Warehouse, warehouse

LAMPS = [
    ShelfLevel(item="LAMP-01", area="Main", on_hand=10, allocated=10),
    ShelfLevel(item="LAMP-01", area="Main", on_hand=40, allocated=2),
]
ROPES = [ShelfLevel(item="ROPE/10 #2", area="West", on_hand=7)]


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile, with an open order."""
    site = warehouse(rig, request.param)
    site.order("A-1", ("LAMP-01", 12))
    return site


def test_every_record_of_every_page(site: Warehouse) -> None:
    """One level for each location, with what open orders need of it, over several pages."""
    site.settings(page_size=1, page_size_max=2)

    pages = list(site.shelves().shelves())

    assert [level for page in pages for level in page] == LAMPS + ROPES
    assert len(pages) == 2


def test_the_shelves_of_some_items(site: Warehouse) -> None:
    """One question for each; an item that lies nowhere has no record."""
    found = site.shelves().shelf(["ROPE/10 #2", "NOPE", "LAMP-01", "LAMP-01"])

    assert found == {"ROPE/10 #2": ROPES, "NOPE": [], "LAMP-01": LAMPS}
    assert len([asked for asked in site.wos.asked if asked.startswith("GET")]) == 3


def without_item(site: Warehouse, endpoint: str) -> dict[str, object]:
    """The profile of a site that cannot be asked for one item."""
    call = site.wos.profile["endpoints"][endpoint]
    query = {word: name for word, name in call["query"].items() if word != "item"}
    return {**call, "query": query}


def test_a_site_that_cannot_be_asked_for_one_item(site: Warehouse) -> None:
    """All is read once, and the items that were asked for are taken out."""
    call = without_item(site, "inventory.list")
    profile = site.profile(endpoints={**site.wos.profile["endpoints"], "inventory.list": call})

    assert site.shelves(profile=profile).shelf(["ROPE/10 #2"]) == {"ROPE/10 #2": ROPES}


def test_a_site_with_its_summary_alone(site: Warehouse) -> None:
    """Without the listing, the summary tells on hand and committed by item, without areas."""
    shelves = site.shelves(profile=site.without("inventory.list"))

    (levels,) = list(shelves.shelves())

    assert levels == [
        ShelfLevel(item="LAMP-01", area=None, on_hand=50, allocated=12),
        ShelfLevel(item="ROPE/10 #2", area=None, on_hand=7),
    ]
    assert shelves.shelf(["ROPE/10 #2"]) == {"ROPE/10 #2": levels[1:]}


@pytest.mark.parametrize("kind", ["cut-after", "500", "html-502", "truncated", "429"])
def test_faults_between_pages_are_survived(site: Warehouse, kind: str) -> None:
    """No page is left out or told twice."""
    site.settings(page_size=1, page_size_max=1)
    site.wos.faults(FaultRule(kind=kind, nth=2, count=3))

    pages = list(site.shelves().shelves())

    assert [level for page in pages for level in page] == LAMPS + ROPES


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"quantity": 1}, "a stock record came without its item"),
        ({"itemNumber": "X"}, "the quantity of X is no whole number"),
        ({"itemNumber": "X", "quantity": 1, "allocatedQuantity": -1}, "allocated quantity of X"),
    ],
)
def test_a_record_that_cannot_be_read_is_not_left_out(row: dict[str, object], why: str) -> None:
    """A sum without it would be a lie, so it raises; on hand may be below 0."""
    profile = profile_of(site_profile("wos-assumed"))

    with pytest.raises(BadRecordError, match=why):
        shelf_of(profile, RECORDS, row)
    level = shelf_of(profile, RECORDS, {"itemNumber": "X", "quantity": -4})
    assert level == ShelfLevel(item="X", area=None, on_hand=-4)
