"""Products: lists, expansions, counts, and the figures that follow from the rest."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from tests.unit.sandbox.channeladvisor.account import Caller, account
from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    FBA,
    KIT,
    LAMP,
    MUG,
    MUG_ALIAS,
    ROPE,
    WEST,
    floor,
    goods,
    product,
    shop,
    stock,
)

EVERYTHING = "Attributes,Images,Labels,DCQuantities,BundleComponents,Children,AliasRelationships"


def test_a_product_is_found_by_sku_by_id_and_by_date() -> None:
    """The look-ups that clients make; another profile's product is not there."""
    foreign = product(90, "LAMP", profile=12000102)
    newer = product(91, "A'B", UpdateDateUtc="2026-11-09T00:00:00Z")
    caller = shop(*goods(), foreign, newer)

    assert caller.ids("/v1/Products?$filter=Sku%20eq%20'LAMP'&$select=ID") == [LAMP]
    assert caller.ids("/v1/Products?$filter=" + quote("Sku eq 'A''B'")) == [91]
    assert caller.ids("/v1/products?$filter=UpdateDateUtc%20ge%202026-11-05") == [91]
    assert caller.get(f"/v1/Products({LAMP})")["Sku"] == "LAMP"
    assert caller.call("GET", "/v1/Products(90)").status == 404


def test_a_product_can_be_fully_expanded() -> None:
    """Children carry the product's keys, also where the seed leaves them out."""
    rich = product(
        91,
        "RICH",
        Attributes=[{"Name": "Color", "Value": "red"}],
        Images=[{"PlacementName": "ITEMIMAGEURL1", "Abbreviation": "1", "Url": "https://x"}],
        Labels=[{"Name": "Walmart"}],
    )
    row = shop(rich).get(f"/v1/Products(91)?$expand={EVERYTHING}")
    keys = {"ProductID": 91, "ProfileID": 12000101}

    assert row["Attributes"] == [{"Name": "Color", "Value": "red", **keys}]
    assert row["Images"][0]["Abbreviation"] == "1"
    assert row["Labels"] == [{"Name": "Walmart", **keys}]
    assert row["DCQuantities"] == row["Children"] == row["AliasRelationships"] == []


def test_children_of_products_are_searched_and_cut_as_others_are() -> None:
    """Any() works on labels; a long list of attributes leads to its tail."""
    named = [{"Name": f"A{at:02}", "Value": "v"} for at in range(25)]
    caller = shop(product(91, "RICH", Attributes=named, Labels=[{"Name": "Amazon"}]))

    found = caller.get(
        "/v1/Products?$expand=Attributes&$filter=" + quote("Labels/Any (l: l/Name eq 'Amazon')")
    )["value"][0]
    rest = caller.get(found["Attributes@odata.nextLink"])["value"]

    assert len(found["Attributes"]) == 20
    assert [row["Name"] for row in rest] == ["A20", "A21", "A22", "A23", "A24"]
    assert len(caller.get("/v1/AttributeValues?$filter=ProductID%20eq%2091")["value"]) == 25


def test_a_set_is_counted() -> None:
    """`/$count` is a bare number and looks at the filter; it works on any list."""
    caller = shop()

    assert caller.call("GET", "/v1/Products/$count").body == b"5"
    named = caller.call("GET", "/v1/Products/$count?$filter=ProductType%20eq%20'Bundle'")
    assert (named.status, named.body) == (200, b"1")
    assert caller.call("GET", f"/v1/Products({LAMP})/DCQuantities/$count").body == b"3"


def test_short_selects_have_larger_pages() -> None:
    """The page size depends on how much is selected, so nobody may compute $skip."""
    caller = shop(page_sizes={"Products": 2}, select_page_sizes={"Products": 4}, short_select=2)

    assert [len(page) for page in caller.walk("/v1/Products")] == [2, 2, 1]
    assert [len(page) for page in caller.walk("/v1/Products?$select=ID,Sku")] == [4, 1]
    assert [len(page) for page in caller.walk("/v1/Products?$select=ID,Sku,Title")] == [2, 2, 1]


def test_a_walk_sees_what_changes_between_its_pages() -> None:
    """Pages are cut from the rows of the moment, so that a change can move a row out of sight."""
    caller = shop(page_sizes={"others": 2})
    first = caller.get("/v1/Products?$filter=TotalAvailableQuantity%20gt%200")
    assert [row["ID"] for row in first["value"]] == [LAMP, ROPE]

    floor(caller, f"products/{LAMP}", DCQuantities=[])

    assert [row["ID"] for row in caller.get(first["@odata.nextLink"])["value"]] == []
    assert caller.ids("/v1/Products?$filter=TotalAvailableQuantity%20gt%200") == [ROPE, MUG]


def test_quantities_are_listed_by_center() -> None:
    """The flat set has every product's row, and can be filtered by DC."""
    rows = shop().get(f"/v1/DCQuantities?$filter=DistributionCenterID%20eq%20{WEST}")["value"]

    assert {row["ProductID"]: row["AvailableQuantity"] for row in rows} == {
        KIT: 3,
        LAMP: 10,
        ROPE: 7,
    }


def test_a_bundle_has_what_its_components_allow() -> None:
    """Per DC the fewest whole bundles; a DC without one of the components has none."""
    caller = shop()

    assert stock(caller, KIT) == {EAST: 15, WEST: 3, FBA: 0}
    row = caller.get(f"/v1/Products({KIT})")
    assert (row["TotalAvailableQuantity"], row["QuantityUpdateDateUtc"]) == (18, None)


def test_a_bundle_whose_components_are_not_known_keeps_its_figures() -> None:
    """A seed may hold a bundle alone."""
    parts = [{"ComponentID": 1, "Quantity": 1}]

    assert stock(shop(product(70, "B", stock={EAST: 4}, BundleComponents=parts)), 70) == {EAST: 4}


def test_a_parent_has_no_total_and_lists_its_children() -> None:
    """Children are found by what they say of themselves, whichever is stored first."""
    child = product(81, "P-RED", ProductType="Child", ParentProductID=80)
    other = product(82, "P-BLUE", ProductType="Child", ParentProductID=80)
    caller = shop(child, product(80, "P", ProductType="Parent", IsParent=True), other)
    row = caller.get("/v1/Products(80)?$expand=Children")

    assert row["TotalAvailableQuantity"] is None
    assert [child["ChildProductID"] for child in row["Children"]] == [81, 82]
    assert caller.ids("/v1/Products?$filter=ParentProductID%20eq%2080") == [81, 82]


def test_an_alias_is_listed_with_the_real_one() -> None:
    """Aliases are products of their own that name the product behind them."""
    rows = shop().get(f"/v1/Products({MUG})?$expand=AliasRelationships")["AliasRelationships"]

    assert [(row["AliasProductID"], row["AliasProductSku"]) for row in rows] == [
        (MUG_ALIAS, "MUG-ALT")
    ]


def test_the_total_is_the_sum_of_its_parts() -> None:
    """Available and open allocated; the pooled figures are the same where nothing is shared."""
    row = shop(product(91, "X", stock={EAST: 4, WEST: 3}, OpenAllocatedQuantity=2)).get(
        "/v1/Products(91)"
    )

    assert (row["TotalAvailableQuantity"], row["TotalQuantity"]) == (7, 9)
    assert (row["OpenAllocatedQuantityPooled"], row["TotalQuantityPooled"]) == (2, 9)


def test_the_floor_stores_and_changes_products() -> None:
    """A change of members stamps UpdateDateUtc, unless it brings its own."""
    caller = shop()

    floor(caller, "products", **product(91, "NEW", stock={EAST: 1}))
    floor(caller, f"products/{LAMP}", Title="Brighter")
    floor(caller, f"products/{ROPE}", Title="Longer", UpdateDateUtc="2026-11-03T00:00:00Z")

    assert caller.get("/v1/Products(91)")["TotalAvailableQuantity"] == 1
    lamp, rope = caller.get(f"/v1/Products({LAMP})"), caller.get(f"/v1/Products({ROPE})")
    assert (lamp["Title"], lamp["UpdateDateUtc"]) == ("Brighter", "2026-11-20T08:00:00Z")
    assert (rope["Title"], rope["UpdateDateUtc"]) == ("Longer", "2026-11-03T00:00:00Z")
    assert stock(caller, KIT) == {EAST: 15, WEST: 3, FBA: 0}


@pytest.mark.parametrize("path", ["products/999", "products/x", "products"])
def test_the_floor_says_what_is_wrong_with_a_product(path: str) -> None:
    """One without its keys, or a change of one that is not there, is a 400 with a text."""
    response = shop().send("POST", f"/_floor/{path}", b"{}")

    assert response.status == 400
    assert json.loads(response.body)["error"]


def test_products_are_not_written_here() -> None:
    """The twin takes quantities only; other writes are told by status."""
    caller = shop()

    assert caller.call("PATCH", f"/v1/Products({LAMP})", {"Title": "x"}).status == 405
    assert caller.call("POST", "/v1/Products", {"Sku": "x"}).status == 405
    assert caller.call("DELETE", f"/v1/Products({LAMP})").status == 405


def test_a_state_with_products_makes_an_equal_twin() -> None:
    """What was calculated once is calculated again to the same."""
    state = json.loads(shop().send("GET", "/_floor/state").body)
    again = ChannelAdvisorSandbox({**state, "applications": account()["applications"]})

    assert json.loads(Caller(again).send("GET", "/_floor/state").body) == state
