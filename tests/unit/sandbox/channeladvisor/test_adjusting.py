"""Adjust: what is cancelled, what is refunded, and where restocked units go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox.channeladvisor.account import Caller
from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    KIT,
    LAMP,
    ROPE,
    WEST,
    boxes,
    sell,
    ship,
    shop,
    stock,
    whole,
)

CANCEL = {"Reason": "BuyerCancelled"}


def _sold(**settings: Any) -> tuple[Caller, dict[str, Any]]:
    """Three lamps in EAST, two ropes in WEST."""
    caller = shop(**settings)
    return caller, sell(caller, ("LAMP", 3, EAST), ("ROPE", 2, WEST))


def _line(caller: Caller, line: dict[str, Any], quantity: Any, **members: Any) -> int:
    body = {**CANCEL, "Quantity": quantity, **members}
    return caller.call("POST", f"/v1/OrderItems({line['ID']})/Adjust", body).status


def _order(caller: Caller, key: int, **members: Any) -> int:
    return caller.call("POST", f"/v1/Orders({key})/Adjust", {**CANCEL, **members}).status


def _kinds(line: dict[str, Any]) -> list[tuple[str, int]]:
    return [(row["Type"], row["Quantity"]) for row in line["Adjustments"]]


def test_a_whole_order_is_cancelled() -> None:
    """It has an adjustment of its own and one of each line; its fulfillments are Canceled."""
    caller, sold = _sold()
    caller.now = caller.now.replace(hour=9)

    assert _order(caller, sold["ID"], AdjustmentAmount=12.5, SellerAdjustmentID="A-1") == 204

    row = whole(caller, sold["ID"])
    assert (row["ShippingStatus"], row["UpdatedDateUtc"]) == ("Canceled", "2026-11-20T09:00:00Z")
    (own,) = row["Adjustments"]
    assert (
        own["Type"],
        own["ItemAdjustment"],
        own["SellerAdjustmentID"],
        own["CreatedSource"],
    ) == (
        "Cancellation",
        12.5,
        "A-1",
        "Api",
    )
    assert [_kinds(line) for line in row["Items"]] == [[("Cancellation", 3)], [("Cancellation", 2)]]
    assert {status for _, status, _ in boxes(caller, sold["ID"])} == {"Canceled"}
    assert _order(caller, sold["ID"]) == 400


@pytest.mark.parametrize(("restock", "left"), [(True, 20), (False, 17), (None, 17)])
def test_restock_brings_units_back(restock: bool | None, left: int) -> None:
    """They are available again in the DC that held them, or gone."""
    caller, sold = _sold()

    members = {} if restock is None else {"Restock": restock}
    assert _order(caller, sold["ID"], **members) == 204

    lamp = caller.get(f"/v1/Products({LAMP})")
    assert stock(caller, LAMP)[EAST] == left
    assert (lamp["PendingShipmentQuantity"], lamp["TotalQuantity"]) == (0, left + 17)
    row = whole(caller, sold["ID"])["Adjustments"][0]
    assert (row["IsRestock"], row["RestockStatus"]) == (
        (True, "PostProcessingComplete") if restock else (False, "NoChange")
    )


def test_a_part_of_a_line_is_cancelled() -> None:
    """The units leave the fulfillment; nobody can ship them any more."""
    caller, sold = _sold()

    assert _line(caller, sold["Items"][0], 1, ItemAdjustmentAmount=5, Restock=True) == 204

    row = whole(caller, sold["ID"])
    assert row["ShippingStatus"] == "Unshipped"
    assert boxes(caller, sold["ID"])[0] == (EAST, "NoChange", {"LAMP": 2})
    (adjustment,) = row["Items"][0]["Adjustments"]
    assert (adjustment["Quantity"], adjustment["ItemAdjustment"]) == (1, 5)
    assert stock(caller, LAMP)[EAST] == 18
    assert ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 3}) == 400
    assert ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 2}) == 204


def test_what_is_not_shipped_is_cancelled_first() -> None:
    """The rest of the quantity is a refund of what was shipped, which comes back where it left."""
    caller, sold = _sold()
    ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 2})

    assert _line(caller, sold["Items"][0], 2, Restock=True) == 204

    row = whole(caller, sold["ID"])
    assert _kinds(row["Items"][0]) == [("Cancellation", 1), ("Refund", 1)]
    assert row["ShippingStatus"] == "PartiallyShipped"
    assert stock(caller, LAMP)[EAST] == 19
    assert _line(caller, sold["Items"][0], 2) == 400
    assert _line(caller, sold["Items"][0], 1) == 204


def test_a_returned_bundle_comes_back_as_components() -> None:
    """To the DC that sent them, beside what else was in the box."""
    caller = shop()
    sold = sell(caller, ("MUG-ALT", 1, EAST), ("KIT", 2, EAST))
    ship(caller, sold["ID"])

    assert _line(caller, sold["Items"][1], 1, Restock=True) == 204

    assert (stock(caller, LAMP)[EAST], stock(caller, ROPE)[EAST]) == (19, 28)
    assert whole(caller, sold["ID"])["ShippingStatus"] == "Shipped"


def test_refund_only_cancels_nothing() -> None:
    """Of a line, only what was shipped can be refunded; of an order, money alone."""
    caller, sold = _sold()
    assert _line(caller, sold["Items"][0], 1, RefundOnly=True) == 400
    ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 2})

    assert _line(caller, sold["Items"][0], 2, RefundOnly=True) == 204
    assert _order(caller, sold["ID"], RefundOnly=True, AdjustmentAmount=3) == 204

    row = whole(caller, sold["ID"])
    assert _kinds(row["Items"][0]) == [("Refund", 2)]
    assert row["Adjustments"][0]["Type"] == "Refund"
    assert boxes(caller, sold["ID"])[0] == (EAST, "NoChange", {"LAMP": 1})


def test_the_rest_of_an_order_is_cancelled() -> None:
    """What has left stays shipped, and so the order is."""
    caller, sold = _sold()
    ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 2})

    assert _order(caller, sold["ID"]) == 204

    row = whole(caller, sold["ID"])
    assert row["ShippingStatus"] == "Shipped"
    assert [_kinds(line) for line in row["Items"]] == [[("Cancellation", 1)], [("Cancellation", 2)]]
    assert _order(caller, sold["ID"]) == 204
    assert [row["Type"] for row in whole(caller, sold["ID"])["Adjustments"]] == [
        "Cancellation",
        "Refund",
    ]


def test_bundles_are_cancelled_whole() -> None:
    """Components in proportion; of an order, also the rest of a bundle that was begun."""
    caller = shop()
    sold = sell(caller, ("KIT", 3, EAST))

    assert _line(caller, sold["Items"][0], 1, Restock=True) == 204
    assert boxes(caller, sold["ID"]) == [(EAST, "NoChange", {"LAMP": 2, "ROPE": 4})]
    assert (stock(caller, LAMP)[EAST], stock(caller, ROPE)[EAST]) == (18, 26)

    ship(caller, sold["ID"], {"Sku": "ROPE", "Quantity": 1})
    assert _line(caller, sold["Items"][0], 2) == 400
    assert _order(caller, sold["ID"]) == 204
    row = caller.get(f"/v1/Products({KIT})")
    assert row["PendingShipmentQuantity"] == 0
    assert whole(caller, sold["ID"])["ShippingStatus"] == "Shipped"


def test_whether_fulfillments_are_netted_is_a_setting() -> None:
    """Where they are not, cancelled units still stand there, but cannot be shipped."""
    caller, sold = _sold(adjust_nets=False)

    assert _line(caller, sold["Items"][0], 2, Restock=True) == 204

    assert boxes(caller, sold["ID"])[0] == (EAST, "NoChange", {"LAMP": 3})
    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 1
    assert stock(caller, LAMP)[EAST] == 19
    assert ship(caller, sold["ID"], {"Sku": "LAMP", "Quantity": 2}) == 400
    assert ship(caller, sold["ID"]) == 204
    assert whole(caller, sold["ID"])["ShippingStatus"] == "Shipped"


def test_without_netting_a_line_over_two_centers_is_held_once() -> None:
    """What is left of it counts in the first fulfillment; the cancelled units nowhere."""
    caller, sold = _sold(adjust_nets=False)
    body = {"OrderID": sold["ID"], "DistributionCenterID": WEST}
    assert caller.call("POST", "/v1/Fulfillments", body).status == 201
    target = whole(caller, sold["ID"])["Fulfillments"][-1]["ID"]
    place = f"/v1/FulfillmentItems({sold['Fulfillments'][0]['Items'][0]['ID']})/Move"
    caller.call("POST", place, {"DestinationFulfillmentID": target, "Quantity": 1})

    assert _line(caller, sold["Items"][0], 1) == 204

    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 2
    assert [units for _, _, units in boxes(caller, sold["ID"])] == [
        {"LAMP": 2},
        {"ROPE": 2},
        {"LAMP": 1},
    ]


def test_an_order_may_be_cancelled_without_netting() -> None:
    """Its status says so, and nothing is held back."""
    caller, sold = _sold(adjust_nets=False)

    assert _order(caller, sold["ID"]) == 204

    assert whole(caller, sold["ID"])["ShippingStatus"] == "Canceled"
    assert caller.get(f"/v1/Products({LAMP})")["PendingShipmentQuantity"] == 0


@pytest.mark.parametrize(
    "members",
    [
        {"Quantity": 4},
        {"Quantity": 0},
        {"Quantity": None},
        {"Reason": None},
        {"Reason": "Mood"},
        {"Restock": "yes"},
        {"AdjustmentAmount": 3},
        {"Value": {"Quantity": 1}},
    ],
)
def test_an_adjustment_that_cannot_be_done_changes_nothing(members: dict[str, Any]) -> None:
    """Too many, wrong kinds, members of the other call, and a wrapped body are 400s."""
    caller, sold = _sold()
    before = whole(caller, sold["ID"])
    body = {"Quantity": 1, **CANCEL, **members}

    place = f"/v1/OrderItems({sold['Items'][0]['ID']})/Adjust"
    assert caller.call("POST", place, body).status == 400
    assert whole(caller, sold["ID"]) == before


def test_an_order_adjustment_needs_its_reason_at_the_top() -> None:
    """A wrapped body and a line's members are refused."""
    caller, sold = _sold()
    place = f"/v1/Orders({sold['ID']})/Adjust"

    for body in ({}, {"Value": CANCEL}, {**CANCEL, "Quantity": 1}):
        assert caller.call("POST", place, body).status == 400
