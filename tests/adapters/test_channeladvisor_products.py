"""Products read from the ChannelAdvisor twin over real HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.adapters.channeladvisor import paging, protocol
from engine.adapters.channeladvisor.product_records import product_of
from engine.errors import ConfigurationError, ProtocolError
from engine.model.order import Unreadable
from engine.model.product import BundlePart, Product, ProductRef
from engine.model.product_json import product_from_json, product_to_json
from engine.sandbox.faults import FaultRule
from engine.shipped import shipped
from tests.adapters.ca_flows import Town, raw_product, town
from tests.adapters.rig import NOW, SINCE, Rig

PAGINGS = ("keyset", "windows")
PRODUCTS = "v1/Products"
EMPTY: dict[str, Any] = {
    name: [] for name in ("Attributes", "Images", "BundleComponents", "AliasRelationships")
}


def read(ca: Town, profiles: tuple[int, ...] = (), **settings: Any) -> list[Product | Unreadable]:
    """All products of November, as often as they come."""
    pages = ca.products(**settings).products(profiles, SINCE, NOW)
    return [product for page in pages for product in page]


def one(ca: Town, key: str = "1") -> Product:
    product = ca.products().by_key([key])[key]
    assert isinstance(product, Product)
    return product


@pytest.mark.parametrize("way", PAGINGS)
def test_every_product_of_the_window_comes_once(rig: Rig, way: str) -> None:
    """Many pages with equal and odd stamps hold each product of the window exactly once."""
    stamps = [f"2026-11-0{1 + n % 9}T00:00:{n % 7:02}.{n % 3}Z" for n in range(40)]
    products = [raw_product(n + 1, stamp) for n, stamp in enumerate(stamps)]
    outside = [
        raw_product(900, "2026-10-31T23:59:59.9999999Z"),
        raw_product(901, "2026-11-20T08:00:00Z"),
    ]
    ca = town(rig, products=[*products, *outside], page_sizes={"Products": 3, "others": 2})

    assert sorted(int(p.key) for p in read(ca, paging=way)) == list(range(1, 41))


@pytest.mark.parametrize("way", PAGINGS)
def test_one_stamp_that_fills_many_pages_is_read_whole(rig: Rig, way: str) -> None:
    """A bulk edit gives many products one stamp; with a spoilt link all are read all the same."""
    products = [raw_product(n) for n in range(1, 21)]
    ca = town(rig, products=products, page_sizes={"Products": 3, "others": 2})
    ca.faults(FaultRule(kind="repeat-next-link", path=PRODUCTS, nth=2))

    assert {int(p.key) for p in read(ca, paging=way)} == set(range(1, 21))


def test_only_the_named_profiles_are_read(rig: Rig) -> None:
    """One authorisation may reach several profiles; none named means all of them."""
    ca = town(rig, products=[raw_product(1), raw_product(2, ProfileID=12000102)])

    assert [p.key for p in read(ca, (12000102,))] == ["2"]
    assert {p.key for p in read(ca, (12000101, 12000102))} == {"1", "2"}
    assert {p.key for p in read(ca)} == {"1", "2"}


def test_a_product_becomes_canonical(rig: Rig) -> None:
    """Images are in the order of their places, components have their quantity in one bundle."""
    lamp = raw_product(2, Sku="LAMP-01")
    images = [
        {"PlacementName": f"ITEMIMAGEURL{n}", "Url": f"https://img.example.com/{n}.jpg"}
        for n in (10, 2, 1)
    ]
    kit = raw_product(
        1,
        Sku="KIT",
        Title="Camp kit",
        ProductType="Bundle",
        BundleType="BundleItem",
        AliasType="Reference",
        Attributes=[{"Name": "GTIN", "Value": "0017"}, {"Name": "Empty", "Value": None}],
        Images=[*images, {"PlacementName": "ITEMIMAGEURL3", "Url": None}],
        BundleComponents=[{"ComponentID": 2, "ComponentSku": "LAMP-01", "Quantity": 3}],
    )
    alias = raw_product(
        3, Sku="KIT-ALT", AliasType="Alias", ReferenceSku="KIT", ReferenceProductID=1
    )
    ca = town(rig, products=[lamp, kit, alias])

    product = one(ca)

    assert product == Product(
        key="1",
        profile=12000101,
        sku="KIT",
        updated=datetime(2026, 11, 5, 10, tzinfo=UTC),
        kind="bundle",
        title="Camp kit",
        aliases=("KIT-ALT",),
        attributes={"GTIN": "0017", "Empty": ""},
        images=tuple(f"https://img.example.com/{n}.jpg" for n in (1, 2, 10)),
        components=(BundlePart(sku="LAMP-01", quantity=3, product="2"),),
        raw=product.raw,
    )
    assert (one(ca, "3").alias_of, one(ca, "3").aliases) == ("KIT", ())
    assert one(ca, "2").alias_of is None


@pytest.mark.parametrize(
    ("members", "kind", "parent"),
    [
        ({}, "item", None),
        ({"ProductType": "Child", "ParentSku": "LAMP"}, "child", "LAMP"),
        ({"ProductType": "Parent"}, "parent", None),
        ({"ProductType": None, "IsParent": True}, "parent", None),
        ({"ProductType": "Bundle"}, "bundle", None),
        ({"BundleType": "AssemblyBundleItem"}, "bundle", None),
        ({"BundleType": "BundleComponent", "ParentSku": ""}, "item", None),
    ],
)
def test_kinds_of_products(members: dict[str, Any], kind: str, parent: str | None) -> None:
    """A component of a bundle is an item like another; types may be missing."""
    product = product_of({**raw_product(1), **EMPTY, **members})

    assert (product.kind, product.parent) == (kind, parent)


def test_a_product_that_was_never_changed_has_its_creation(rig: Rig) -> None:
    """Without an update date the day it was made stands for it."""
    ca = town(rig, products=[raw_product(1, UpdateDateUtc=None)])

    assert one(ca).updated == datetime(2026, 11, 2, 3, 4, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken",
    [
        {"Sku": None},
        {"Sku": ""},
        {"UpdateDateUtc": None, "CreateDateUtc": None},
        {"Attributes": [{"Name": None, "Value": "x"}]},
        {"BundleComponents": [{"ComponentID": 2, "Quantity": 1}]},
    ],
)
def test_one_bad_product_spoils_no_other(rig: Rig, broken: dict[str, Any]) -> None:
    """It is told by its id with what is wrong, and those beside it are read."""
    bad = raw_product(1, **broken)
    ca = town(rig, products=[bad, raw_product(2)])

    found = ca.products().by_key(["1", "2"])

    assert isinstance(found["1"], Unreadable)
    assert found["1"].why
    assert isinstance(found["2"], Product)


def test_a_list_that_was_not_expanded_is_not_an_empty_one() -> None:
    """Aliases that are missing from an answer must never look like aliases that are gone."""
    raw = {name: rows for name, rows in (raw_product(1) | EMPTY).items() if name != "Images"}

    with pytest.raises(ProtocolError, match="product 1 came without its Images"):
        product_of(raw)


def test_nested_tails_are_fetched(rig: Rig) -> None:
    """Attributes, images, components and aliases beyond the cut are all there, once."""
    aliases = [
        raw_product(
            50 + n, Sku=f"ALT-{n}", AliasType="Alias", ReferenceProductID=1, ReferenceSku="SKU-1"
        )
        for n in range(7)
    ]
    product = raw_product(
        1,
        Attributes=[{"Name": f"A{n}", "Value": str(n)} for n in range(7)],
        Images=[
            {"PlacementName": f"ITEMIMAGEURL{n}", "Url": f"https://img.example.com/{n}"}
            for n in range(7)
        ],
        BundleComponents=[
            {"ComponentID": 90 + n, "ComponentSku": f"PART-{n}", "Quantity": 1} for n in range(7)
        ],
    )
    ca = town(rig, products=[product, *aliases], nested_limit=2, page_sizes={"others": 2})

    whole = one(ca)

    counts = [len(whole.attributes), len(whole.images), len(whole.components), len(whole.aliases)]
    assert counts == [7, 7, 7, 7]
    assert not [name for name in whole.raw if "nextLink" in name]


def test_products_by_key(rig: Rig) -> None:
    """Many keys are few calls; what is gone is missing, and a key is a number, or that of a product
    that came without one.
    """
    ca = town(rig, products=[raw_product(n) for n in range(1, 90)], page_sizes={"Products": 20})
    keys = [str(n) for n in range(1, 100)]

    assert sorted(map(int, ca.products().by_key([*keys, "1"]))) == list(range(1, 90))
    nameless = ca.products().by_key(["1", "without-id"])
    assert isinstance(nameless.pop("without-id"), Unreadable)
    assert list(nameless) == ["1"]
    with pytest.raises(ProtocolError, match="is no product id"):
        ca.products().by_key(["1 or 1 eq 1"])


@pytest.mark.parametrize("letter_case", ["exact", "ignored"])
def test_products_by_sku(rig: Rig, letter_case: str) -> None:
    """All of the profile's products with the SKU are found, letter case and odd signs apart."""
    skus = {1: "O'Neil #1&2+3/4", 2: "lamp-01", 3: "LAMP-01", 4: "ROPE"}
    products = [raw_product(key, Sku=sku) for key, sku in skus.items()]
    other = raw_product(5, Sku="ROPE", ProfileID=12000102)
    ca = town(rig, products=[*products, other], letter_case=letter_case)

    asked = ["O'Neil #1&2+3/4", "Lamp-01", "rope", "NOPE", "rope"]
    found = ca.products().by_sku(12000101, asked)

    assert {sku: [ref.key for ref in refs] for sku, refs in found.items()} == {
        "O'Neil #1&2+3/4": ["1"],
        "Lamp-01": ["2", "3"],
        "rope": ["4"],
        "NOPE": [],
    }
    assert found["rope"] == [ProductRef(key="4", profile=12000101, sku="ROPE")]


def test_many_skus_are_asked_for_in_addresses_that_are_short_enough(rig: Rig) -> None:
    """A thousand SKUs are many calls, none of them longer than servers take."""
    products = [raw_product(n, Sku=f"Ö'{n:04}-long-name-of-a-thing") for n in range(1, 301)]
    ca = town(rig, products=products)
    asked = [str(product["Sku"]) for product in products]

    found = ca.products().by_sku(12000101, asked)

    assert [len(found[sku]) for sku in asked] == [1] * 300
    assert max(len(line) for line in ca.asked) < 2048


def test_a_bad_page_name_is_told() -> None:
    """The same setting as for orders, with the same words."""
    with pytest.raises(ConfigurationError, match="has an unknown paging 'magic'"):
        paging.reader({"paging": "magic"}, "mine")


def test_the_time_is_the_systems_own(rig: Rig) -> None:
    """The cursor's time comes from the Date header."""
    ca = town(rig)
    ca.twin.floor._set_clock = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)

    assert ca.products().server_now() == datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_rows_without_ids_are_told_apart() -> None:
    """Each kind of child has its own identity, so that none is taken for another."""
    rows: list[dict[str, Any]] = [
        {"ProductID": 1, "Name": "a"},
        {"ProductID": 1, "Name": "b"},
        {"ProductID": 1, "PlacementName": "ITEMIMAGEURL1"},
        {"ProductID": 1, "ComponentID": 2},
        {"AliasProductID": 3, "ReferenceProductID": 1},
        {"AliasProductID": 4, "ReferenceProductID": 1},
        {"ProductID": 1, "DistributionCenterID": 0},
        {"ProductID": 1, "DistributionCenterID": -2},
    ]

    assert len({protocol.identity(row) for row in rows}) == len(rows)


def test_the_json_form_is_lossless_and_as_its_schema_says(rig: Rig) -> None:
    """What was read, and what has every member, comes back equal; the schema takes both."""
    ca = town(rig, products=[raw_product(1)])
    rich = Product(
        key="6",
        profile=1,
        sku="KIT",
        updated=datetime(2026, 11, 2, 3, 4, 5, 678, tzinfo=UTC),
        kind="bundle",
        title="Kit",
        aliases=("KIT-ALT",),
        alias_of="OTHER",
        parent="P",
        attributes={"a": "b"},
        images=("https://img.example.com/1.jpg",),
        components=(BundlePart(sku="LAMP", quantity=2, product="7"),),
        raw={"ID": 6},
    )
    schema = json.loads((shipped("schemas") / "records" / "product.schema.json").read_text("utf-8"))

    for product in (one(ca), rich):
        value = json.loads(json.dumps(product_to_json(product)))
        Draft202012Validator(schema).validate(value)
        assert product_from_json(value) == product
    least = {"key": "6", "profile": 1, "sku": "KIT", "updated": "2026-11-02T03:04:05.1234567Z"}
    assert product_from_json(least).kind == "item"
    with pytest.raises(ValueError, match="offset"):
        product_from_json({**least, "updated": "2026-11-02T03:04:05"})
