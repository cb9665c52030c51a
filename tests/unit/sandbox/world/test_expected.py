from __future__ import annotations

import pytest

from engine.sandbox.world.model import ExpectedOrder, World

# special -> for each part: area, then item and quantity of each line as the warehouse stores it
ARRIVES = {
    "split-bundle": [("Main", [("STOVE-1", 2), ("FUEL-2", 4)])],
    "leading-zeros": [("Main", [("00017", 1), ("007-B", 2)])],
    "beside-an-unlinked-dc": [("Main", [("LAMP-01", 2)])],
    "cancelled-line": [("Main", [("ROPE-10", 1)])],
    "many-nulls": [("Main", [("LAMP-01", 1)])],
    "kept-bundle": [("MAIN", [("KIT-GIFT", 2)])],
    "bundle-left-to-wos": [("MAIN", [("LAMP-01", 3), ("ROPE-10", 6), ("LAMP-01", 1)])],
    "split-bundle-with-more": [("WEST", [("SAIL-1", 2), ("SHACKLE", 8), ("MUG-01", 1)])],
    "two-linked-dcs": [
        ("MAIN", [("LAMP-01", 2), ("COMPASS", 1)]),
        ("WEST", [("LAMP-01", 1), ("STOVE-1", 1), ("FUEL-2", 2)]),
    ],
    "line-over-fba": [("MAIN", [("TENT-2P", 1)])],
    "one-sku-on-many-lines": [("MAIN", [("TEA-05", 1), ("TEA-05", 1), ("TEA-05", 1)])],
    "odd-skus": [
        (
            "WEST",
            [
                ("BOLT #8", 1),
                ("CLIP+PIN", 2),
                ("NUT&WASHER", 3),
                ("ROD 1/2", 4),
                ("O'RING-5", 5),
                ("WOOL 50%", 6),
            ],
        )
    ],
    "non-shippable-lines": [("MAIN", [("LAMP-01", 1)])],
    "cancelled-subtracted": [
        (
            "MAIN",
            [("LAMP-01", 3), ("STOVE-1", 2), ("FUEL-2", 4), ("LAMP-01", 1), ("ROPE-10", 2)],
        )
    ],
    "partially-shipped": [("MAIN", [("LAMP-01", 9)])],
    "held-in-wos": [("WEST", [("LAMP-01", 1)])],
    "kept-by-default": [("DOCK", [("KIT-CAMP", 2)])],
    "split-by-exception": [("ANNEX", [("SAIL-1", 1), ("SHACKLE", 4)])],
    "dcs-zero-and-negative": [
        ("DOCK", [("LAMP-01", 2), ("KIT-GIFT", 1)]),
        ("ANNEX", [("LAMP-01", 3), ("KIT-GIFT", 2)]),
    ],
    "bad-lines-dropped": [("DOCK", [("LAMP-01", 1), ("ROD 1/2", 3)])],
    "class-by-default": [("ANNEX", [("00017", 4)])],
}
COUNTED = {"over-20-lines": 23, "over-20-fulfillment-items": 22}
NOTHING = {
    "line-without-sku",
    "only-gift-wrap",
    "all-cancelled",
    "pickup-skipped",
    "unknown-item",
    "shipped",
    "canceled",
    "third-party",
    "payment-not-yet",
    "payment-failed",
    "checkout-not-visited",
    "checkout-visited",
    "checkout-disabled",
    "checkout-on-hold",
    "too-old",
    "component-is-wos-bundle",
    "line-of-quantity-0",
    "cancelled-over-two-dcs",
    "test-order",
    "blank-address",
    "unmapped-class",
    "foreign-profile",
    "nothing-open",
    "only-a-deleted-dc",
    "nothing-left",
    "test-store",
    "negative-total",
}


def _of(world: World, label: str) -> list[ExpectedOrder]:
    number = world.specials[label]
    return [
        order for orders in world.expected.values() for order in orders if order.order == number
    ]


def test_every_special_is_told_by_hand(smallest: World) -> None:
    """The hand-written lists of this file name every special of the world, and nothing else."""
    assert {*ARRIVES, *COUNTED, *NOTHING} == set(smallest.specials)


@pytest.mark.parametrize("label", sorted(ARRIVES))
def test_a_special_arrives_as_told_by_hand(smallest: World, label: str) -> None:
    """The areas and lines that the generator expects are those that a person counted."""
    found = [
        (order.area, [(item, quantity) for _, item, quantity in order.lines])
        for order in _of(smallest, label)
    ]
    assert found == ARRIVES[label]


@pytest.mark.parametrize("label", sorted(NOTHING))
def test_a_special_that_must_not_arrive_is_not_expected(smallest: World, label: str) -> None:
    """Filtered, skipped, held and empty orders are in nobody's expected list."""
    assert _of(smallest, label) == []


@pytest.mark.parametrize("label", sorted(COUNTED))
def test_a_long_order_arrives_whole(smallest: World, label: str) -> None:
    """Orders with more children than a list shows arrive with all of them."""
    (order,) = _of(smallest, label)
    assert len(order.lines) == COUNTED[label]


@pytest.mark.parametrize(
    ("label", "numbers"),
    [
        ("split-bundle", ["{id}"]),
        ("kept-bundle", ["US-{id}"]),
        ("two-linked-dcs", ["OUTLET-{id}-east", "OUTLET-{id}-west"]),
        ("kept-by-default", ["TW{id}"]),
        ("dcs-zero-and-negative", ["TW{id}.dock", "TW{id}.annex"]),
    ],
)
def test_numbers_follow_the_customers_templates(
    smallest: World, label: str, numbers: list[str]
) -> None:
    """A part that is alone has the plain number, several carry their link's name."""
    expected = [number.format(id=smallest.specials[label]) for number in numbers]
    assert [order.number for order in _of(smallest, label)] == expected


def test_headers_are_mapped_as_each_customer_wants(smallest: World) -> None:
    """Tags, site, profile, shipping method and notes are mapped per customer."""
    (many,) = _of(smallest, "one-sku-on-many-lines")
    (kept,) = _of(smallest, "kept-by-default")
    (nulls,) = _of(smallest, "many-nulls")
    (split,) = _of(smallest, "split-by-exception")
    assert many.fields == {
        "customField1": "AmazonBusiness, AutoGeneratedSku, eBayBuyerCancel",
        "customField2": "Walmart Marketplace",
        "customField3": "US",
        "shipMethod": "GROUND",
        "notes": "Bitte vorsichtig — “zerbrechlich”, 日本 ☃",
    }
    assert kept.fields["customField1"] == "Zeta,AmzBOPIS,Alpha"
    assert kept.fields["customField4"].isdecimal()
    assert split.fields["shipMethod"] == "GROUND"
    assert nulls.fields == {"customField1": ""}
    assert nulls.ship_to == {"shipTo.country": "US"}
    assert many.ship_to["shipTo.name"] == "Zoë D'Arcy-Møller"
    assert _of(smallest, "leading-zeros")[0].ship_to["shipTo.postalCode"] == "02142"


def test_only_the_customized_order_is_on_hold_there(smallest: World) -> None:
    """WarehouseOS's own hold is expected where the tag asks for it."""
    held = [o for orders in smallest.expected.values() for o in orders if o.status == "hold"]
    assert held == _of(smallest, "held-in-wos")


def test_the_counts_add_up(bigger: World) -> None:
    """Each order of a one-link customer is expected or has one reason; others may have parts."""
    applications = bigger.channeladvisor["applications"]
    for name, application in zip(bigger.expected, applications, strict=True):
        seen = {
            order["ID"]
            for order in bigger.channeladvisor["Orders"]
            if order["ProfileID"] in application["profiles"]
        }
        arriving = {order.order for order in bigger.expected[name]}
        judged = len(bigger.expected[name]) + bigger.reasons[name].total()
        assert arriving <= seen
        assert judged == len(seen) if name == "brightwick" else judged > len(seen)
        assert 0.6 < len(arriving) / len(seen) < 0.95


def test_numbers_are_unique_and_lines_are_storable(bigger: World) -> None:
    """No two expected orders share a number, and each line is one that the site can store."""
    for name, orders in bigger.expected.items():
        known = {item["number"] for item in bigger.sites[name]["items"]}
        assert len({order.number for order in orders}) == len(orders)
        for order in orders:
            assert order.lines
            assert order.area in bigger.sites[name]["areas"]
            assert all(item in known and quantity > 0 for _, item, quantity in order.lines)
