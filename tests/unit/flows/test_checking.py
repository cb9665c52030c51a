"""Judging a ruleset against what was read of the live systems."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from engine.diagnostics import Place
from engine.flows import checking, checking_products
from engine.flows.checking_products import Catalog, KnownBundle
from engine.model.desired import ItemState
from engine.model.finding import ERROR, OK, WARNING, Finding
from engine.model.ruleset import Bundles, Link
from engine.model.stock import Center, ChannelLevel

PLACE = Place(file="r.yaml", line=1, column=1)
CENTERS = (
    Center(id=7, code="EAST3PL", name="East"),
    Center(id=9, code="WEST"),
    Center(id=0, code=None, name="Dock"),
    Center(id=11, code="OLD", deleted=True),
    Center(id=12, code="FBA", external=True),
    Center(id=13, code="TWO"),
    Center(id=14, code="two"),
    Center(id=15, code="west", deleted=True),
)


def link(name: str, dc: str | int, *areas: str, pick: str | None = None) -> Link:
    return Link(name=name, dc=dc, areas=areas, pick=pick, stock="us", place=PLACE)


def told(found: Iterable[Finding]) -> list[tuple[str, str]]:
    """Severity and about of each finding."""
    return [(one.severity, one.about) for one in found]


def level(product: str, sku: str, *, profile: int = 1, bundle: bool = False) -> ChannelLevel:
    kind = "bundle" if bundle else "item"
    return ChannelLevel(product=product, profile=profile, sku=sku, available={}, kind=kind)


def test_a_profile_that_the_credentials_do_not_reach_is_an_error() -> None:
    """The finding names those that they do reach."""
    found = list(checking.profiles_found({"us": 1, "eu": 3}, {1: "US", 2: ""}))

    assert told(found) == [(OK, "profiles.us"), (ERROR, "profiles.eu")]
    assert "They reach: 1 US, 2." in found[1].advice


@pytest.mark.parametrize(
    ("dc", "severity", "says"),
    [
        ("east3pl", OK, "EAST3PL (7) is there"),
        (7, OK, "EAST3PL (7)"),
        (0, OK, "Dock (0)"),
        ("West", OK, "WEST (9)"),
        ("OLD", ERROR, "was deleted"),
        (11, ERROR, "was deleted"),
        ("FBA", ERROR, "managed by somebody else"),
        ("TWO", ERROR, "several distribution centers have the code TWO: 13, 14"),
        ("EAST3P", ERROR, "Did you mean 'EAST3PL'?"),
        (-5, ERROR, "the channel has no distribution center -5"),
    ],
)
def test_a_link_needs_one_live_center_of_the_sellers_own(
    dc: str | int, severity: str, says: str
) -> None:
    """By code whatever its letter case, or by id; anything else is an error that says why."""
    (found,) = checking.centers_found([link("east", dc)], CENTERS)

    assert found.severity == severity
    assert says in f"{found.text}. {found.advice}"


def test_two_links_to_one_center_are_an_error() -> None:
    """The second of them is named, whether it gives the code or the id."""
    found = list(checking.centers_found([link("a", "EAST3PL"), link("b", 7)], CENTERS))

    assert told(found) == [(OK, "links.a.dc"), (ERROR, "links.b.dc")]


def test_without_any_center_the_advice_says_where_to_look() -> None:
    """An empty list of centers gives no names to suggest."""
    (found,) = checking.centers_found([link("a", "EAST")], ())

    assert found.advice.startswith("Look at the channel's list")


def test_an_area_with_a_near_name_is_an_error_and_an_empty_one_a_warning() -> None:
    """Nothing tells an empty area from one that does not exist, but a slip of the pen shows."""
    links = [link("east", 7, "main", "BULKK", "YARD", pick="main")]
    found = list(checking.areas_found(links, {"MAIN", "BULK"}))

    assert [one.severity for one in found] == [OK, ERROR, WARNING]
    assert "'BULK'" in found[1].advice
    assert found[2].advice == "Something lies in: BULK, MAIN."


def test_areas_of_an_empty_warehouse_have_no_names_to_show() -> None:
    """Where nothing lies anywhere, that is said."""
    (found,) = checking.areas_found([link("east", 7, "MAIN")], ())

    assert found.advice == "Something lies in: none."


def test_areas_that_nobody_tells_are_not_checked() -> None:
    """One warning names them; a site without areas has nothing to check."""
    (found,) = checking.areas_unseen([link("east", 7, "MAIN")])

    assert (found.severity, "MAIN" in found.text) == (WARNING, True)
    assert list(checking.areas_unseen([link("east", 7)])) == []


def test_custom_fields_are_compared_with_the_site_profile() -> None:
    """Those that it has are told, one that it lacks is an error, others are no matter."""
    written = ["customField1", "notes", "customField12"]

    assert told(checking.fields_written(written, {"customField1"})) == [(ERROR, "orders.map")]
    assert told(checking.fields_written(written, None)) == [(OK, "orders.map")]
    assert list(checking.fields_written(["notes"], {"notes"})) == []


def test_a_pair_of_carrier_and_service_without_a_row_is_a_warning() -> None:
    """It says how often it was seen and which row is near; where all have one, that is told."""
    rows = ["UPS/Ground"]
    found = list(checking.carriers_seen({"UPS/Ground": 4, "UPS/Grnd": 2, "Bike": 1}, rows))

    assert told(found) == [(WARNING, "carriers table")] * 2
    assert found[0].text.startswith("2 of the boxes")
    assert "did you mean 'UPS/Ground'?" in found[0].advice
    assert "nothing to compare" in next(checking.carriers_seen({}, rows)).text
    assert told(checking.carriers_seen({"UPS/Ground": 4}, rows)) == [(OK, "carriers table")]
    assert "there is no row yet" in next(checking.carriers_seen({"Bike": 1}, [])).advice


def test_a_sku_of_two_products_is_found_whatever_its_letter_case() -> None:
    """Within the profile that is told, and over all owners of items together."""
    catalog = Catalog()
    catalog.add([level("1", "MUG"), level("2", "mug"), level("3", "CUP")])
    catalog.add([level("4", "CUP", profile=2)])
    groups = {"stock of us": [1], "stock of eu": [2], "items.owner": [1, 2, 1]}
    found = list(checking_products.twice(catalog, groups))

    assert told(found) == [
        (WARNING, "stock of us"),
        (OK, "stock of eu"),
        (WARNING, "items.owner"),
        (WARNING, "items.owner"),
    ]
    assert "MUG (1), mug (2)" in found[0].text


def test_only_the_first_of_many_are_named() -> None:
    """A count stands for the others, of SKUs and of bundles."""
    catalog = Catalog()
    catalog.add(level(f"{n}{half}", f"S{n}", bundle=True) for n in range(30) for half in "ab")
    skus = list(checking_products.twice(catalog, {"stock of us": [1]}))
    known = [KnownBundle(sku=sku) for sku in catalog.bundles]
    states = dict.fromkeys(catalog.bundles, ItemState.ITEM)
    bundles = list(checking_products.bundles_found(Bundles(), known, states))

    assert (len(skus), skus[-1].text) == (21, "10 more SKUs are several products'")
    assert (len(bundles), bundles[-1].text) == (21, "10 more of the kind")
    assert checking.listing(map(str, range(22))).endswith("19 and 2 more")


@pytest.mark.parametrize(
    ("way", "states", "says"),
    [
        ("split", {"KIT": ItemState.ITEM}, "an item of its number"),
        ("split", {"A": ItemState.BUNDLE}, "would split it again"),
        ("split", {}, "KIT-B is a bundle of the channel itself"),
        ("keep", {"KIT": ItemState.UNKNOWN}, "says keep, and the warehouse has nothing"),
        ("keep", {"KIT": ItemState.BUNDLE}, "says keep, and the warehouse has a bundle"),
        ("wos", {"KIT": ItemState.ITEM}, "says wos, and the warehouse has an item"),
    ],
)
def test_a_bundle_that_is_not_as_its_way_needs_is_a_warning(
    way: str, states: dict[str, ItemState], says: str
) -> None:
    """A kept one needs an item, a left one a bundle, a split one components that are items."""
    ways = {name: frozenset({"KIT"} if name == way else ()) for name in ("split", "keep", "wos")}
    bundles = [KnownBundle(sku="KIT", components=("A", "KIT-B")), KnownBundle(sku="KIT-B")]
    found = checking_products.bundles_found(Bundles(**ways), bundles, states)
    mine = [one for one in found if one.about == "bundle KIT"]

    assert says in mine[0].text
    assert {one.severity for one in mine} == {WARNING}


def test_bundles_that_are_as_they_must_be_are_told_in_one_line() -> None:
    """What could not be looked at is no problem of theirs."""
    bundles = [KnownBundle(sku="KIT", components=("A",)), KnownBundle(sku="BOX")]
    states = {"KIT": ItemState.UNKNOWN, "A": ItemState.ITEM, "BOX": ItemState.UNCHECKED}
    found = checking_products.bundles_found(Bundles(keep=frozenset({"BOX"})), bundles, states)

    assert told(found) == [(OK, "bundles")]
