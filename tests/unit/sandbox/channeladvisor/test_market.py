"""The floor's own events: sales, cancellations, other DCs, and buyers that are forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    KIT,
    LAMP,
    MUG,
    MUG_ALIAS,
    OLD,
    PROFILE,
    ROPE,
    WEST,
    boxes,
    floor,
    sell,
    shop,
    stock,
    whole,
)

LATER = "2026-11-20T09:00:00Z"


def test_a_sale_is_an_order_that_holds_units_back() -> None:
    """What was available is pending; the total stays; there is a fulfillment for each DC."""
    caller = shop()

    sold = sell(caller, ("LAMP", 2, EAST), ("LAMP", 1, WEST), ("ROPE", 4, EAST), SiteName="S")

    row = whole(caller, sold["ID"])
    assert (row["SiteName"], row["ShippingStatus"], row["PaymentStatus"]) == (
        "S",
        "Unshipped",
        "Cleared",
    )
    assert row["CreatedDateUtc"] == row["UpdatedDateUtc"] == "2026-11-20T08:00:00Z"
    assert boxes(caller, sold["ID"]) == [
        (EAST, "NoChange", {"LAMP": 2, "ROPE": 4}),
        (WEST, "NoChange", {"LAMP": 1}),
    ]
    lamp = caller.get(f"/v1/Products({LAMP})")
    assert (lamp["PendingShipmentQuantity"], lamp["TotalQuantity"]) == (3, 37)
    assert lamp["LastSaleDateUtc"] == "2026-11-20T08:00:00Z"
    assert stock(caller, LAMP) == {EAST: 18, WEST: 9, -2: 7}
    assert caller.ids("/v1/Orders?exported=false") == [sold["ID"]]


def test_what_is_added_to_an_order_is_held_back_too() -> None:
    """A line more, units more of a line, and of a bundle its components; the date moves."""
    caller = shop()
    sold = sell(caller, ("MUG", 2, EAST), ("KIT", 1, EAST))
    mug, kit = (line["ID"] for line in sold["Items"])
    caller.now = caller.now.replace(hour=9)

    floor(caller, "add", order=sold["ID"], line=mug, quantity=3)
    floor(caller, "add", order=sold["ID"], line=kit)
    more = [{"Sku": "LAMP", "Quantity": 1, "DistributionCenterID": WEST}]
    grown = floor(caller, "add", order=sold["ID"], Items=more)

    assert [line["Quantity"] for line in grown["Items"]] == [5, 2, 1]
    assert boxes(caller, sold["ID"]) == [
        (EAST, "NoChange", {"MUG": 5, "LAMP": 2, "ROPE": 4}),
        (WEST, "NoChange", {"LAMP": 1}),
    ]
    assert [stock(caller, key)[EAST] for key in (MUG, LAMP, ROPE)] == [45, 18, 26]
    assert stock(caller, LAMP)[WEST] == 9
    assert whole(caller, sold["ID"])["UpdatedDateUtc"] == LATER


def test_nothing_is_added_to_what_is_shipped_or_not_there() -> None:
    """A strange line, and an order that is being shipped, are refused."""
    caller = shop()
    sold = sell(caller, ("LAMP", 2, EAST))
    asked = {"order": sold["ID"], "line": 99}
    assert caller.send("POST", "/_floor/add", json.dumps(asked).encode()).status == 400
    ship = {"Value": {"DeliveryStatus": "Complete"}}
    caller.call("POST", f"/v1/Orders({sold['ID']})/Ship", ship)
    asked["line"] = sold["Items"][0]["ID"]
    assert caller.send("POST", "/_floor/add", json.dumps(asked).encode()).status == 400


def test_nothing_is_added_to_what_was_cancelled() -> None:
    """A marketplace does not take a cancellation back."""
    caller = shop()
    sold = sell(caller, ("LAMP", 2, EAST))
    asked: dict[str, int] = {"order": sold["ID"]}
    assert caller.send("POST", "/_floor/cancel", json.dumps(asked).encode()).status == 204
    asked["line"] = sold["Items"][0]["ID"]
    assert caller.send("POST", "/_floor/add", json.dumps(asked).encode()).status == 400


def test_a_sold_bundle_takes_its_components() -> None:
    """They are multiplied already, allocated one by one, and both sides hold back."""
    caller = shop()

    sold = sell(caller, ("KIT", 2, EAST))

    row = whole(caller, sold["ID"])
    assert row["Items"][0]["IsBundle"] is True
    assert [part["Quantity"] for part in row["Items"][0]["BundleComponents"]] == [2, 4]
    assert boxes(caller, sold["ID"]) == [(EAST, "NoChange", {"LAMP": 2, "ROPE": 4})]
    for key, held in ((KIT, 2), (LAMP, 2), (ROPE, 4)):
        assert caller.get(f"/v1/Products({key})")["PendingShipmentQuantity"] == held
    assert stock(caller, KIT)[EAST] == 13


def test_a_sale_under_an_alias_counts_for_the_real_product() -> None:
    """The line names both, the units are the real one's; the default DC sends it."""
    caller = shop()

    sold = floor(caller, "sell", ProfileID=PROFILE, Items=[{"Sku": "MUG-ALT", "Quantity": 5}])

    line = whole(caller, sold["ID"])["Items"][0]
    assert (line["ProductID"], line["ReferenceProductID"]) == (MUG_ALIAS, MUG)
    assert (line["Sku"], line["ReferenceSku"]) == ("MUG-ALT", "MUG")
    assert stock(caller, MUG) == {EAST: 45}
    assert caller.get(f"/v1/Products({MUG})")["PendingShipmentQuantity"] == 5


def test_what_an_order_waits_for_is_counted_apart() -> None:
    """A payment that clears moves the units from one figure to the next."""
    caller = shop()
    sold = sell(caller, ("LAMP", 2, EAST), CheckoutStatus="NotVisited", PaymentStatus="Submitted")

    def held() -> list[int]:
        row = caller.get(f"/v1/Products({LAMP})")
        return [row[f"Pending{name}Quantity"] for name in ("Checkout", "Payment", "Shipment")]

    found = [held()]
    for change in ({"CheckoutStatus": "Completed"}, {"PaymentStatus": "Cleared"}):
        assert caller.call("PATCH", f"/v1/Orders({sold['ID']})", change).status == 204
        found.append(held())

    assert found == [[2, 0, 0], [0, 2, 0], [0, 0, 2]]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"ProfileID": PROFILE},
        {"ProfileID": PROFILE, "Items": []},
        {"ProfileID": PROFILE, "Items": [{"Sku": "NOPE", "Quantity": 1}]},
        {"ProfileID": PROFILE, "Items": [{"Sku": "LAMP"}]},
        {"ProfileID": PROFILE, "Items": [{"Sku": "LAMP", "Quantity": 0}]},
        {
            "ProfileID": PROFILE,
            "Items": [{"Sku": "LAMP", "Quantity": 1, "DistributionCenterID": 77}],
        },
        {"ProfileID": PROFILE, "ID": 1, "Items": [{"Sku": "LAMP", "Quantity": 1}]},
    ],
)
def test_a_sale_that_cannot_be_says_why(members: dict[str, Any]) -> None:
    """The answer is a 400 with a text, and no stock moves."""
    caller = shop()
    sell(caller, ("ROPE", 1, EAST), ID=1)

    response = caller.send("POST", "/_floor/sell", json.dumps(members).encode())

    assert response.status == 400
    assert json.loads(response.body)["error"]
    assert caller.ids("/v1/Orders") == [1]
    assert stock(caller, LAMP)[EAST] == 20


def test_a_marketplace_cancels_and_gives_back() -> None:
    """A whole order, a whole line or so many of it; restocked unless said otherwise."""
    caller = shop()
    sold = sell(caller, ("LAMP", 4, EAST), ("ROPE", 2, EAST))
    lamps, ropes = (line["ID"] for line in sold["Items"])

    floor(caller, "cancel", order=sold["ID"], line=lamps, quantity=1, restock=False)
    assert stock(caller, LAMP)[EAST] == 16
    floor(caller, "cancel", order=sold["ID"], line=ropes, reason="CouldNotShip")
    assert stock(caller, ROPE)[EAST] == 30
    floor(caller, "cancel", order=sold["ID"])
    assert stock(caller, LAMP)[EAST] == 19

    row = whole(caller, sold["ID"])
    assert row["ShippingStatus"] == "Canceled"
    found = [adjustment for line in row["Items"] for adjustment in line["Adjustments"]]
    assert [(one["Quantity"], one["Reason"], one["CreatedSource"]) for one in found] == [
        (1, "BuyerCancelled", "Channel"),
        (3, "BuyerCancelled", "Channel"),
        (2, "CouldNotShip", "Channel"),
    ]


@pytest.mark.parametrize(("stamp", "updated"), [(True, LATER), (False, "2026-11-20T08:00:00Z")])
def test_another_center_gets_a_fulfillment(*, stamp: bool, updated: str) -> None:
    """With and without moving UpdatedDateUtc; what is held back goes along."""
    caller = shop()
    sold = sell(caller, ("LAMP", 4, EAST))
    caller.now = caller.now.replace(hour=9)

    floor(caller, "reroute", fulfillment=sold["Fulfillments"][0]["ID"], dc=WEST, stamp=stamp)

    row = whole(caller, sold["ID"])
    assert row["UpdatedDateUtc"] == updated
    assert row["Fulfillments"][0]["UpdatedDateUtc"] == LATER
    assert boxes(caller, sold["ID"]) == [(WEST, "NoChange", {"LAMP": 4})]
    assert stock(caller, LAMP) == {EAST: 20, WEST: 6, -2: 7}


def test_a_buyer_is_forgotten() -> None:
    """Names, addresses and mail are null; the order comes up as updated, its class stays."""
    caller = shop()
    buyer = {
        "ShippingFirstName": "Dana",
        "ShippingAddressLine1": "12 Sample Way",
        "ShippingStateOrProvince": "NC",
        "BillingLastName": "O'Neil",
        "BuyerEmailAddress": "dana@example.com",
        "BuyerUserId": "dana",
    }
    sold = sell(caller, ("LAMP", 1, EAST), RequestedShippingClass="Standard", **buyer)
    caller.now = caller.now.replace(hour=9)

    floor(caller, "scrub", order=sold["ID"])

    row = whole(caller, sold["ID"])
    assert [row[name] for name in buyer] == [None] * len(buyer)
    assert (row["UserDataPresent"], row["UserDataRemovalDateUTC"]) == (0, LATER)
    assert row["UpdatedDateUtc"] == LATER
    assert (row["RequestedShippingClass"], row["ShippingStatus"]) == ("Standard", "Unshipped")


@pytest.mark.parametrize(
    ("control", "members"),
    [
        ("cancel", {}),
        ("cancel", {"order": 999}),
        ("cancel", {"order": 1, "line": 999}),
        ("cancel", {"order": 1, "line": 1, "quantity": 9}),
        ("cancel", {"order": 1, "nonsense": 1}),
        ("cancel", {"order": "1"}),
        ("reroute", {"fulfillment": 1}),
        ("reroute", {"fulfillment": 999, "dc": WEST}),
        ("reroute", {"fulfillment": 1, "dc": OLD}),
        ("scrub", {"order": 999}),
    ],
)
def test_an_event_that_cannot_be_says_why(control: str, members: dict[str, Any]) -> None:
    """The answer is a 400 with a text, and the order stays as it was."""
    caller = shop()
    sell(caller, ("LAMP", 1, EAST), ID=1)
    before = whole(caller, 1)

    response = caller.send("POST", f"/_floor/{control}", json.dumps(members).encode())

    assert response.status == 400
    assert json.loads(response.body)["error"]
    assert whole(caller, 1) == before


def test_events_have_no_address_below_them() -> None:
    """A key belongs into the body."""
    assert shop().send("POST", "/_floor/sell/1", b"{}").status == 404
