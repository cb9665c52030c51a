from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from engine.sandbox.warehouseos.store import Store
from engine.sandbox.world.catalog import MAIN_PROFILES, SHELVED, STOCKED, UNSTOCKED
from engine.sandbox.world.model import World
from engine.sandbox.world.shelves import AREAS

SPECIAL = ("SHIRT", "LAMP-01", "KIT-STOVE", *UNSTOCKED)


def _rows(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.channeladvisor["Products"]
    return rows


def _of(world: World, sku: str, profile: int = 12000123) -> dict[str, Any]:
    return next(row for row in _rows(world) if (row["Sku"], row["ProfileID"]) == (sku, profile))


@pytest.mark.parametrize("customer", MAIN_PROFILES)
def test_a_fresh_world_agrees_with_itself(bigger: World, customer: str) -> None:
    """On hand in a DC's areas is what is available there and what open orders hold back."""
    channel = ChannelAdvisorSandbox(bigger.channeladvisor).store.stock
    site = Store(bigger.sites[customer])
    compared = 0
    for sku in (*STOCKED, *SHELVED):
        product = channel.find(MAIN_PROFILES[customer], sku)
        assert product is not None
        for center, areas in AREAS[customer].items():
            believed = channel.available(product, center) + sum(
                channel.withheld(product, center).values()
            )
            assert sum(site.stock.on_hand(sku, area) for area in areas) == believed > 0
            compared += 1
    assert compared == 24 * len(AREAS[customer])


def test_items_lie_in_several_places_of_both_kinds(smallest: World) -> None:
    """Every item lies in pick locations and in backstock, and in more than two locations."""
    site = Store(smallest.sites["northpeak"])
    for sku in STOCKED:
        places = site.stock.places(sku, None)
        assert {row.location.type for row in places} == {"Pick", "Backstock"}
        assert len(places) > 2
        assert all(row.quantity > 0 for row in places)
    assert site.areas == ["MAIN", "BULK", "WEST", "DEPOT", "OFFICE"]


def test_two_items_in_three_hold_their_products_id(smallest: World) -> None:
    """The id that an item holds is that of the main profile's product of its SKU."""
    for customer, profile in MAIN_PROFILES.items():
        items = smallest.sites[customer]["items"]
        told = [item for item in items if item["members"]]
        assert 0.5 < len(told) / len(items) < 0.75
        for item in told:
            product = _of(smallest, item["number"], profile)
            assert item["members"] == {"customField1": str(product["ID"])}


def test_every_line_names_a_product_that_is_there(bigger: World) -> None:
    """The product of a line with a SKU exists, has that SKU, and belongs to the seller."""
    rows = {row["ID"]: row for row in _rows(bigger)}
    for order in bigger.channeladvisor["Orders"]:
        for line in order["Items"]:
            if line["Sku"]:
                product = rows[line["ProductID"]]
                assert product["Sku"] == line["Sku"]
                assert product["ProfileID"] in {order["ProfileID"], 12000123}


def test_every_kind_of_product_occurs(smallest: World) -> None:
    """Bundles, a parent with two children, an alias, and goods without end."""
    twin = ChannelAdvisorSandbox(smallest.channeladvisor).store.stock
    find: dict[str, Any] = {sku: twin.find(12000123, sku) for sku in SPECIAL}
    kinds = Counter(row["ProductType"] for row in _rows(smallest) if row["ProfileID"] == 12000123)
    assert kinds == {"Item": 29, "Bundle": 5, "Child": 2, "Parent": 1}
    assert len(find["SHIRT"]["Children"]) == 2
    assert [row["AliasProductSku"] for row in find["LAMP-01"]["AliasRelationships"]] == [
        "LAMP-01-EBAY"
    ]
    assert all(find[sku]["InfiniteQuantity"] for sku in UNSTOCKED)
    assert twin.available(find["KIT-STOVE"], 7) > 0


def test_skus_that_are_two_products(smallest: World) -> None:
    """Two SKUs differ in letter case alone, and one SKU is a product of two profiles."""
    skus = Counter(row["Sku"].lower() for row in _rows(smallest) if row["ProfileID"] == 12000123)
    assert [sku for sku, times in skus.items() if times > 1] == ["mug-02"]
    ids = {_of(smallest, "LANTERN", profile)["ID"] for profile in (12000123, 12000124)}
    assert len(ids) == 2


def test_products_have_codes_pictures_and_facts(smallest: World) -> None:
    """Codes are unique within a profile; some products lack one, or have no picture."""
    rows = [row for row in _rows(smallest) if row["ProfileID"] == 12000101]
    for member in ("UPC", "EAN", "ASIN"):
        codes = [row[member] for row in rows if row[member]]
        assert len(set(codes)) == len(codes) > 5
    assert {len(row["Images"]) for row in rows} == {0, 1, 2, 3}
    assert {len(row["Attributes"]) for row in rows} == {1, 2}
    assert _of(smallest, "LAMP-01")["EAN"] == "0840012300017"
