"""Fulfillments: the delivery-status trap, new ones, deleted ones, and units moved between them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.sandbox.channeladvisor.account import Caller, order, twin
from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    LAMP,
    MUG,
    OLD,
    PROFILE,
    WEST,
    boxes,
    sell,
    ship,
    shop,
    stock,
    whole,
)

EARLY, NOW = "2026-11-20T08:00:00Z", "2026-11-20T11:00:00Z"


def _sold(**settings: Any) -> tuple[Caller, dict[str, Any]]:
    """Three lamps and two ropes in EAST, sold at eight; it is eleven now."""
    caller = shop(**settings)
    sold = sell(caller, ("LAMP", 3, EAST), ("ROPE", 2, EAST))
    caller.now = caller.now.replace(hour=11)
    return caller, sold


def _patch(caller: Caller, key: int, **members: Any) -> int:
    return caller.call("PATCH", f"/v1/Fulfillments({key})", members).status


def _new(caller: Caller, order_id: int, **members: Any) -> int:
    body = {"OrderID": order_id, "ProfileID": PROFILE, **members}
    response = caller.call("POST", "/v1/Fulfillments", body)
    assert response.status == 201, response.body
    key: int = json.loads(response.body)["ID"]
    return key


def test_a_patch_without_delivery_status_ships() -> None:
    """The trap: a change of carrier alone marks the order as shipped."""
    caller, sold = _sold()
    key = sold["Fulfillments"][0]["ID"]

    assert _patch(caller, key, ShippingCarrier="UPS", ShippingClass="GROUND") == 204

    row = whole(caller, sold["ID"])
    assert (row["ShippingStatus"], row["UpdatedDateUtc"]) == ("Shipped", NOW)
    assert row["Fulfillments"][0]["ShippedDateUtc"] == NOW
    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 0


def test_no_change_keeps_an_open_one_open() -> None:
    """Tracking and carrier are no update of the order; the fulfillment's own date moves."""
    caller, sold = _sold()
    key = sold["Fulfillments"][0]["ID"]

    assert _patch(caller, key, DeliveryStatus="NoChange", TrackingNumber="1Z1") == 204

    row = whole(caller, sold["ID"])
    assert (row["ShippingStatus"], row["UpdatedDateUtc"]) == ("Unshipped", EARLY)
    fulfillment = row["Fulfillments"][0]
    assert (fulfillment["TrackingNumber"], fulfillment["UpdatedDateUtc"]) == ("1Z1", NOW)


def test_complete_corrects_a_shipped_one_and_no_change_unships_it() -> None:
    """The shipped date stays with a correction, and is gone when it is unshipped."""
    caller, sold = _sold()
    key = sold["Fulfillments"][0]["ID"]
    ship(caller, sold["ID"], ShippedDateUtc=EARLY)

    assert _patch(caller, key, DeliveryStatus="Complete", TrackingNumber="1Z3") == 204
    row = whole(caller, sold["ID"])["Fulfillments"][0]
    assert (row["TrackingNumber"], row["ShippedDateUtc"]) == ("1Z3", EARLY)

    members = {"DeliveryStatus": "Complete", "ShippedDateUtc": NOW}
    assert _patch(caller, key, **members) == 204
    assert whole(caller, sold["ID"])["Fulfillments"][0]["ShippedDateUtc"] == NOW

    assert _patch(caller, key, DeliveryStatus="NoChange") == 204
    row = whole(caller, sold["ID"])
    assert row["ShippingStatus"] == "Unshipped"
    assert row["Fulfillments"][0]["ShippedDateUtc"] is None
    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 3


def test_other_statuses_do_what_they_say() -> None:
    """Canceled and third-party ones hold nothing back, and the order follows."""
    caller, sold = _sold()
    key = sold["Fulfillments"][0]["ID"]

    for status in ("Canceled", "ThirdPartyManaged"):
        assert _patch(caller, key, DeliveryStatus=status) == 204
        assert whole(caller, sold["ID"])["ShippingStatus"] == status
        assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 0


@pytest.mark.parametrize(
    "members",
    [
        {"DeliveryStatus": "Lost"},
        {"DeliveryStatus": "NoChange", "ShippingCarrier": "UPS"},
        {"DeliveryStatus": "NoChange", "ShippingCarrier": "UPS", "ShippingClass": "PIGEON"},
        {"DeliveryStatus": "NoChange", "DistributionCenterID": 77},
        {"DeliveryStatus": "NoChange", "DistributionCenterID": OLD},
        {"DeliveryStatus": "NoChange", "OrderID": 1},
        {"DeliveryStatus": "NoChange", "Items": []},
        {"ShippedDateUtc": "today"},
    ],
)
def test_a_patch_that_cannot_be_done_changes_nothing(members: dict[str, Any]) -> None:
    """Half a pair, unknown DCs and wrong members are 400s, and do not spring the trap."""
    caller, sold = _sold()
    before = whole(caller, sold["ID"])

    assert _patch(caller, sold["Fulfillments"][0]["ID"], **members) == 400
    assert whole(caller, sold["ID"]) == before


@pytest.mark.parametrize(("follows", "west"), [(True, 7), (False, 10)])
def test_another_center_takes_units_along_by_setting(*, follows: bool, west: int) -> None:
    """What was held back in one DC is held back in the other; the total stays."""
    caller, sold = _sold(reroute_moves_stock=follows)
    members = {"DeliveryStatus": "NoChange", "DistributionCenterID": WEST}
    total = caller.get(f"/v1/Products({LAMP})")["TotalQuantity"]

    assert _patch(caller, sold["Fulfillments"][0]["ID"], **members) == 204

    assert stock(caller, LAMP)[WEST] == west
    assert caller.get(f"/v1/Products({LAMP})")["TotalQuantity"] == total
    assert whole(caller, sold["ID"])["UpdatedDateUtc"] == EARLY


def test_whether_another_center_is_an_update_is_a_setting() -> None:
    """It is not among the documented triggers."""
    caller, sold = _sold(reroute_stamps=True)
    members = {"DeliveryStatus": "NoChange", "DistributionCenterID": WEST}

    assert _patch(caller, sold["Fulfillments"][0]["ID"], **members) == 204
    assert whole(caller, sold["ID"])["UpdatedDateUtc"] == NOW


def test_a_new_fulfillment_is_empty_and_open() -> None:
    """It is answered as an entity, is of DC 0 where none is given, and updates the order."""
    caller, sold = _sold()
    body = {"OrderID": sold["ID"], "ProfileID": PROFILE}

    response = caller.call("POST", "/v1/Fulfillments", body)

    row = json.loads(response.body)
    assert response.status == 201
    assert row["@odata.context"].endswith("$metadata#Fulfillments/$entity")
    assert (row["DeliveryStatus"], row["DistributionCenterID"], row["Type"]) == (
        "NoChange",
        0,
        "Ship",
    )
    assert "Items" not in row
    assert caller.get(f"/v1/Fulfillments({row['ID']})?$expand=Items")["Items"] == []
    assert whole(caller, sold["ID"])["UpdatedDateUtc"] == NOW


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"ProfileID": PROFILE}, 400),
        ({"OrderID": 999}, 404),
        ({"OrderID": 1, "ProfileID": 12000102}, 400),
        ({"OrderID": 1, "Items": []}, 400),
        ({"OrderID": 1, "DistributionCenterID": 77}, 400),
        ({"OrderID": 1, "ShippingClass": "GROUND"}, 400),
    ],
)
def test_a_fulfillment_that_cannot_be_is_refused(members: dict[str, Any], status: int) -> None:
    """It needs an order that can be seen, and brings no items."""
    caller = shop()
    sell(caller, ("LAMP", 1, EAST), ID=1)

    assert caller.call("POST", "/v1/Fulfillments", members).status == status
    assert len(whole(caller, 1)["Fulfillments"]) == 1


def test_another_profiles_order_is_not_there() -> None:
    """A new fulfillment for it is a 404."""
    caller = twin(order(1, ProfileID=12000102))

    assert caller.call("POST", "/v1/Fulfillments", {"OrderID": 1}).status == 404


def test_an_empty_fulfillment_can_be_deleted() -> None:
    """One with items cannot, nor the last."""
    caller, sold = _sold()
    key = _new(caller, sold["ID"])

    assert caller.call("DELETE", f"/v1/Fulfillments({sold['Fulfillments'][0]['ID']})").status == 400
    assert caller.call("DELETE", f"/v1/Fulfillments({key})").status == 204
    assert caller.call("GET", f"/v1/Fulfillments({key})").status == 404
    assert _new(caller, sold["ID"]) > key

    bare = twin(order(1, Fulfillments=[{"ID": 11, "OrderID": 1}]))
    assert bare.call("DELETE", "/v1/Fulfillments(11)").status == 400


def test_items_move_as_a_whole_or_in_part() -> None:
    """A split is a new fulfillment and a move; moved units join those of their line."""
    caller, sold = _sold()
    first, key = sold["Fulfillments"][0], _new(caller, sold["ID"], DistributionCenterID=WEST)
    item = first["Items"][0]["ID"]
    place = f"/v1/FulfillmentItems({item})/Move"

    assert (
        caller.call("POST", place, {"DestinationFulfillmentID": key, "Quantity": 1}).status == 204
    )
    assert boxes(caller, sold["ID"]) == [
        (EAST, "NoChange", {"LAMP": 2, "ROPE": 2}),
        (WEST, "NoChange", {"LAMP": 1}),
    ]
    assert stock(caller, LAMP) == {EAST: 18, WEST: 9, -2: 7}

    assert caller.call("POST", place, {"DestinationFulfillmentID": key}).status == 204
    assert boxes(caller, sold["ID"])[1] == (WEST, "NoChange", {"LAMP": 3})
    assert caller.call("GET", f"/v1/FulfillmentItems({item})").status == 404

    back = {"DestinationFulfillmentID": first["ID"]}
    assert caller.call("POST", f"/v1/Fulfillments({key})/Move", back).status == 204
    assert boxes(caller, sold["ID"]) == [
        (EAST, "NoChange", {"ROPE": 2, "LAMP": 3}),
        (WEST, "NoChange", {}),
    ]
    assert stock(caller, LAMP) == {EAST: 17, WEST: 10, -2: 7}


def test_units_that_move_to_a_shipped_fulfillment_have_left() -> None:
    """The order's status follows, whatever the settings say about moves."""
    caller, sold = _sold()
    ship(caller, sold["ID"], {"Sku": "ROPE", "Quantity": 2})
    rest, gone = (row["ID"] for row in whole(caller, sold["ID"])["Fulfillments"])
    caller.now = caller.now.replace(hour=12)

    body = {"DestinationFulfillmentID": gone}
    assert caller.call("POST", f"/v1/Fulfillments({rest})/Move", body).status == 204

    row = whole(caller, sold["ID"])
    assert (row["ShippingStatus"], row["UpdatedDateUtc"]) == ("Shipped", "2026-11-20T12:00:00Z")
    assert stock(caller, LAMP)[EAST] == 17


@pytest.mark.parametrize("stamps", [True, False])
def test_whether_a_move_is_an_update_is_a_setting(*, stamps: bool) -> None:
    """Another DC without a new fulfillment is not a documented trigger."""
    caller, sold = _sold(reroute_stamps=stamps)
    key = _new(caller, sold["ID"], DistributionCenterID=WEST)
    caller.now = caller.now.replace(hour=12)

    body = {"DestinationFulfillmentID": key}
    caller.call("POST", f"/v1/Fulfillments({sold['Fulfillments'][0]['ID']})/Move", body)

    updated = whole(caller, sold["ID"])["UpdatedDateUtc"]
    assert updated == ("2026-11-20T12:00:00Z" if stamps else NOW)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"DestinationFulfillmentID": 999},
        {"DestinationFulfillmentID": "own"},
        {"DestinationFulfillmentID": "new", "Quantity": 4},
        {"DestinationFulfillmentID": "new", "Quantity": 0},
        {"Value": {"DestinationFulfillmentID": "new"}},
    ],
)
def test_a_move_that_cannot_be_done_is_refused(body: dict[str, Any]) -> None:
    """Only within the order, only units that are there, parameters at the top."""
    caller, sold = _sold()
    names = {"own": sold["Fulfillments"][0]["ID"], "new": _new(caller, sold["ID"])}
    body = {name: names.get(str(value), value) for name, value in body.items()}
    before = boxes(caller, sold["ID"])

    item = sold["Fulfillments"][0]["Items"][0]["ID"]
    assert caller.call("POST", f"/v1/FulfillmentItems({item})/Move", body).status == 400
    assert boxes(caller, sold["ID"]) == before


def test_a_line_takes_the_sellers_id_and_another_product() -> None:
    """Nothing else of a line can be changed; what is allocated follows its product."""
    caller, sold = _sold()
    line = sold["Items"][0]["ID"]
    place = f"/v1/OrderItems({line})"

    assert caller.call("PATCH", place, {"sellerorderitemid": "W-1"}).status == 204
    row = whole(caller, sold["ID"])
    assert (row["Items"][0]["SellerOrderItemID"], row["UpdatedDateUtc"]) == ("W-1", NOW)

    assert caller.call("PUT", place, {"ProductID": MUG}).status == 204
    assert caller.get(f"/v1/Products({MUG})")["PendingShipmentQuantity"] == 3
    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 0

    assert caller.call("PATCH", place, {"ProductID": 999}).status == 400
    assert caller.call("PATCH", place, {"Quantity": 1}).status == 400
    assert caller.call("PATCH", "/v1/OrderItems(999)", {}).status == 404


def test_tags_alone_are_an_update_by_setting() -> None:
    """Tag edits are not among the documented triggers."""
    for stamps, updated in ((False, EARLY), (True, NOW)):
        caller, sold = _sold(tags_stamp=stamps)
        caller.call("PATCH", f"/v1/Orders({sold['ID']})", {"OrderTags": "Customized"})
        assert whole(caller, sold["ID"])["UpdatedDateUtc"] == updated
