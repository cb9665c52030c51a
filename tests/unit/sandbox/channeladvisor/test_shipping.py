"""Ship: whole orders, lines and parts of them; what is refused; what moves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    KIT,
    LAMP,
    MUG_ALIAS,
    OLD,
    ROPE,
    WEST,
    boxes,
    floor,
    sell,
    ship,
    shop,
    stock,
    whole,
)

LATER = "2026-11-20T09:30:00Z"


def test_without_items_everything_ships() -> None:
    """Every open fulfillment is marked in place; statuses, dates and figures follow."""
    caller = shop()
    sold = sell(caller, ("LAMP", 3, EAST), ("ROPE", 2, WEST))
    caller.now = caller.now.replace(hour=9, minute=30)

    members = {"TrackingNumber": "1Z1", "SellerFulfillmentID": "SHP-1"}
    assert ship(caller, sold["ID"], **members) == 204

    order = whole(caller, sold["ID"])
    assert (order["ShippingStatus"], order["ShippingDateUtc"]) == ("Shipped", LATER)
    assert order["UpdatedDateUtc"] == LATER
    assert boxes(caller, sold["ID"]) == [
        (EAST, "Complete", {"LAMP": 3}),
        (WEST, "Complete", {"ROPE": 2}),
    ]
    for row, before in zip(order["Fulfillments"], sold["Fulfillments"], strict=True):
        assert (row["ID"], row["TrackingNumber"]) == (before["ID"], "1Z1")
        assert (row["ShippedDateUtc"], row["SellerFulfillmentID"]) == (LATER, "SHP-1")
        assert (row["ShippingCarrier"], row["ShippingClass"]) == ("UPS", "GROUND")
        assert {item["MarketplaceShippingStatus"] for item in row["Items"]} == {"Complete"}
    lamp = caller.get(f"/v1/Products({LAMP})")
    assert (lamp["PendingShipmentQuantity"], lamp["TotalQuantity"]) == (0, 34)
    assert stock(caller, LAMP)[EAST] == 17


def test_a_part_is_split_off_and_the_rest_stays_open() -> None:
    """The second shipment takes the rest in place; each keeps its own number."""
    caller = shop()
    sold = sell(caller, ("LAMP", 3, EAST), ("ROPE", 2, EAST))
    line = sold["Items"][0]["ID"]
    first = {"OrderItemID": line, "Quantity": 2, "SellerFulfillmentItemID": "I-1"}

    assert ship(caller, sold["ID"], first, TrackingNumber="1Z1", SellerFulfillmentID="S-1") == 204
    assert whole(caller, sold["ID"])["ShippingStatus"] == "PartiallyShipped"
    assert boxes(caller, sold["ID"]) == [
        (EAST, "NoChange", {"LAMP": 1, "ROPE": 2}),
        (EAST, "Complete", {"LAMP": 2}),
    ]
    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 1

    assert ship(caller, sold["ID"], TrackingNumber="1Z2", SellerFulfillmentID="S-2") == 204
    order = whole(caller, sold["ID"])
    assert order["ShippingStatus"] == "Shipped"
    numbers = [(row["TrackingNumber"], row["SellerFulfillmentID"]) for row in order["Fulfillments"]]
    assert numbers == [("1Z2", "S-2"), ("1Z1", "S-1")]
    item = order["Fulfillments"][1]["Items"][0]
    assert (item["SellerFulfillmentItemID"], item["OrderItemID"]) == ("I-1", line)
    key = item["ID"]
    assert caller.get(f"/v1/FulfillmentItems({key})")["Quantity"] == 2


def test_a_line_is_named_by_product_or_sku_too() -> None:
    """Lines of one SKU are filled in turn; an alias's line is found by the real one's SKU."""
    caller = shop()
    sold = sell(caller, ("LAMP", 1, EAST), ("LAMP", 2, EAST), ("MUG-ALT", 4, EAST))

    assert ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 2}) == 204
    shipped = whole(caller, sold["ID"])["Fulfillments"][1]["Items"]
    first, second = (line["ID"] for line in sold["Items"][:2])
    assert [(row["OrderItemID"], row["Quantity"]) for row in shipped] == [(first, 1), (second, 1)]

    assert ship(caller, sold["ID"], {"ProductID": LAMP, "Quantity": 1}) == 204
    assert ship(caller, sold["ID"], {"ReferenceSku": "MUG", "Quantity": 1}) == 204
    assert (
        ship(caller, sold["ID"], {"ProductID": MUG_ALIAS, "Sku": "MUG-ALT", "Quantity": 3}) == 204
    )
    assert whole(caller, sold["ID"])["ShippingStatus"] == "Shipped"


def test_a_bundle_ships_by_its_parent_or_by_component() -> None:
    """The parent ships its components in proportion, a component ships alone."""
    caller = shop()
    sold = sell(caller, ("KIT", 3, EAST))
    line = sold["Items"][0]["ID"]

    assert ship(caller, sold["ID"], {"OrderItemID": line, "Quantity": 1}) == 204
    assert boxes(caller, sold["ID"])[1] == (EAST, "Complete", {"LAMP": 1, "ROPE": 2})

    assert ship(caller, sold["ID"], {"OrderItemID": line, "Sku": "ROPE", "Quantity": 4}) == 204
    assert boxes(caller, sold["ID"])[0] == (EAST, "NoChange", {"LAMP": 2})
    assert whole(caller, sold["ID"])["ShippingStatus"] == "PartiallyShipped"
    assert ship(caller, sold["ID"], {"Sku": "KIT", "Quantity": 1}) == 400

    assert ship(caller, sold["ID"], {"ProductID": LAMP, "Quantity": 2}) == 204
    assert whole(caller, sold["ID"])["ShippingStatus"] == "Shipped"


def test_another_center_may_ship() -> None:
    """Its own units are taken first; the stock of neither moves until the next update."""
    caller = shop()
    sold = sell(caller, ("LAMP", 2, EAST), ("LAMP", 2, WEST))
    before = stock(caller, LAMP)
    item = {"Sku": "LAMP", "Quantity": 1}

    assert ship(caller, sold["ID"], {**item, "OrderItemID": sold["Items"][1]["ID"]}) == 204
    assert (
        ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 3}, DistributionCenterID=WEST) == 204
    )

    assert boxes(caller, sold["ID"]) == [(WEST, "Complete", {"LAMP": n}) for n in (2, 1, 1)]
    assert stock(caller, LAMP) == before


@pytest.mark.parametrize(
    ("pair", "status"),
    [
        ({"ShippingCarrier": "UPS", "ShippingClass": "GROUND"}, 204),
        ({"ShippingCarrier": None, "ShippingClass": None}, 204),
        ({"ShippingCarrier": "UPS", "ShippingClass": None}, 400),
        ({"ShippingCarrier": None, "ShippingClass": "GROUND"}, 400),
        ({"ShippingCarrier": "UPS", "ShippingClass": "PRIORITY"}, 400),
        ({"ShippingCarrier": "ups", "ShippingClass": "GROUND"}, 400),
    ],
)
def test_carrier_and_class_are_a_pair_of_the_account(pair: dict[str, Any], status: int) -> None:
    """The known refusal; without either, the fulfillment keeps what was asked for."""
    caller = shop()
    sold = sell(caller, ("LAMP", 1, EAST), RequestedShippingClass="Standard")

    response = caller.call("POST", f"/v1/Orders({sold['ID']})/Ship", {"Value": pair})

    assert response.status == status
    row = whole(caller, sold["ID"])["Fulfillments"][0]
    if status == 204:
        assert row["ShippingClass"] == (pair["ShippingClass"] or "Standard")
    else:
        message = {"error": {"code": "", "message": "Carrier and Class is invalid."}}
        assert json.loads(response.body) == message
        assert row["DeliveryStatus"] == "NoChange"


def test_the_pairs_are_a_setting() -> None:
    """Also where the floor sets them as JSON."""
    caller = shop()
    sold = sell(caller, ("LAMP", 1, EAST))
    floor_body = json.dumps({"carriers": [["DHL", "EXPRESS"]]}).encode()
    caller.send("POST", "/_floor/settings", floor_body)

    assert ship(caller, sold["ID"]) == 400
    assert ship(caller, sold["ID"], ShippingCarrier="DHL", ShippingClass="EXPRESS") == 204


@pytest.mark.parametrize(
    ("items", "members"),
    [
        ([{"Sku": "LAMP", "Quantity": 4}], {}),
        ([{"Sku": "LAMP", "Quantity": 2}, {"Sku": "LAMP", "Quantity": 2}], {}),
        ([{"Sku": "LAMP", "Quantity": 0}], {}),
        ([{"Sku": "LAMP", "Quantity": -1}], {}),
        ([{"Sku": "LAMP"}], {}),
        ([{"Sku": "NOPE", "Quantity": 1}], {}),
        ([{"OrderItemID": 99999, "Quantity": 1}], {}),
        ([{"Quantity": 1}], {}),
        ([{"Sku": "LAMP", "Quantity": 1}, {"Sku": "NOPE", "Quantity": 1}], {}),
        ([], {"DistributionCenterID": 77}),
        ([], {"DistributionCenterID": OLD}),
        ([], {"DeliveryStatus": "Gone"}),
        ([], {"ShippedDateUtc": "yesterday"}),
        ([], {"Nonsense": 1}),
    ],
)
def test_what_cannot_ship_ships_nothing(
    items: list[dict[str, Any]], members: dict[str, Any]
) -> None:
    """Too many, unknown lines and wrong members are 400s, and leave the order as it was."""
    caller = shop()
    sold = sell(caller, ("LAMP", 3, EAST))
    before = whole(caller, sold["ID"])

    assert ship(caller, sold["ID"], *items, **members) == 400
    assert whole(caller, sold["ID"]) == before


def test_orders_that_are_gone_cannot_ship() -> None:
    """Unknown is 404, canceled 400."""
    caller = shop()
    sold = sell(caller, ("LAMP", 3, EAST))
    floor(caller, "cancel", order=sold["ID"])

    assert ship(caller, sold["ID"]) == 400
    assert ship(caller, 999) == 404


@pytest.mark.parametrize(("again", "status"), [("refused", 400), ("ignored", 204)])
def test_shipping_again_is_a_switch(again: str, status: int) -> None:
    """Of a whole order; a line that has left is never there to ship again."""
    caller = shop(ship_again=again)
    sold = sell(caller, ("LAMP", 3, EAST))
    ship(caller, sold["ID"], TrackingNumber="1Z1")
    before = whole(caller, sold["ID"])

    assert ship(caller, sold["ID"], TrackingNumber="1Z2") == status
    assert ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 1}) == 400
    assert whole(caller, sold["ID"]) == before


def test_the_request_may_say_status_date_and_type() -> None:
    """What is not Complete or InTransit has not left."""
    caller = shop()
    sold = sell(caller, ("LAMP", 1, EAST), ("ROPE", 1, EAST))
    given = {
        "DeliveryStatus": "InTransit",
        "ShippedDateUtc": "2026-11-19T10:00:00+00:00",
        "FulfillmentType": "Courier",
        "PreventMarketplaceCommunication": True,
        "SerialShippingContainerCode": "SSCC",
    }

    assert ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 1}, **given) == 204
    row = whole(caller, sold["ID"])["Fulfillments"][1]
    assert (row["DeliveryStatus"], row["Type"]) == ("InTransit", "Courier")
    assert row["ShippedDateUtc"] == given["ShippedDateUtc"]
    assert row["SerialShippingContainerCode"] == "SSCC"
    assert row["Items"][0]["MarketplaceShippingStatus"] == "CompletedWithoutNotification"

    assert ship(caller, sold["ID"], DeliveryStatus="ReadyForPickup") == 204
    order = whole(caller, sold["ID"])
    assert order["ShippingStatus"] == "PartiallyShipped"
    assert order["Fulfillments"][0]["ShippedDateUtc"] is None
    assert caller.get(f"/v1/Products({ROPE})")["PendingShipmentQuantity"] == 1


def test_the_bundle_counts_what_it_holds_back() -> None:
    """In bundles, as long as a part of one has not left."""
    caller = shop()
    sold = sell(caller, ("KIT", 2, EAST))
    assert caller.get(f"/v1/Products({KIT})")["PendingShipmentQuantity"] == 2

    ship(caller, sold["ID"], {"Sku": "ROPE", "Quantity": 4})
    assert caller.get(f"/v1/Products({KIT})")["PendingShipmentQuantity"] == 2
    ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 1})
    assert caller.get(f"/v1/Products({KIT})")["PendingShipmentQuantity"] == 1
