"""Shipments and tracking told to the ChannelAdvisor twin over real HTTP, and read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from engine.errors import LibraryFaultError, ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.effect import AnswerKind, Proof
from engine.model.order import Order
from engine.model.shipment import DesiredShipment, DesiredTracking, ShippedLine
from engine.sandbox.faults import FaultRule
from tests.adapters.ca_flows import LATER, Town, body_of, effect, town
from tests.adapters.rig import NOW, Rig, raw_order

TWO = ShippedLine(line="100", sku="SKU-1", quantity=2)
SHIPMENT = DesiredShipment(
    order="1",
    marker="xd-5f2c",
    shipped_at=datetime(2026, 11, 19, 14, 5, 6, 789, tzinfo=timezone(timedelta(hours=-5))),
    dc=0,
    lines=(TWO,),
    carrier="UPS",
    service="GROUND",
    tracking="1Z0000000000000002",
)
ONE = replace(SHIPMENT, lines=(replace(TWO, quantity=1),))
PLAIN = replace(SHIPMENT, carrier=None, service=None, tracking=None)


def bundle_order(key: int = 1) -> dict[str, Any]:
    """An order of four kits of one lamp and two ropes each, over two centers."""
    base = raw_order(key)
    line = {**base["Items"][0], "ProductID": 50, "Sku": "KIT", "Quantity": 4, "IsBundle": True}
    part = {"OrderItemID": line["ID"], "BundleProductID": 50, "BundleSku": "KIT"}
    line["BundleComponents"] = [
        {**part, "ProductID": 51, "Sku": "LAMP", "Quantity": 4},
        {**part, "ProductID": 52, "Sku": "ROPE", "Quantity": 8},
    ]
    item = {"OrderItemID": line["ID"]}
    halves = [
        {
            **base["Fulfillments"][0],
            "ID": key * 100 + 50 + n,
            "DistributionCenterID": center,
            "Items": [
                {**item, "ID": key * 100 + 60 + n, "ProductID": 51, "Sku": "LAMP", "Quantity": 2},
                {**item, "ID": key * 100 + 70 + n, "ProductID": 52, "Sku": "ROPE", "Quantity": 4},
            ],
        }
        for n, center in enumerate((0, 7))
    ]
    return {**base, "Items": [line], "Fulfillments": halves}


KITS = replace(SHIPMENT, lines=(ShippedLine(line="100", sku="KIT", quantity=3),))


def told(ca: Town, desired: DesiredShipment) -> PreparedRequest:
    """The rendered shipment, sent and taken."""
    request = ca.shipments().shipment(desired)
    assert ca.operation("ship").send(request, LATER).kind is AnswerKind.DONE
    return request


def proof(ca: Town, desired: DesiredShipment) -> Proof:
    return ca.operation("ship").verify(effect(ca.shipments().shipment(desired))).proof


def order(ca: Town, key: str = "1") -> Order:
    read = ca.source().by_key([key])[key]
    assert isinstance(read, Order)
    return read


def test_a_shipment_is_rendered_whole(rig: Rig) -> None:
    """Every member is as the service wants it, the lines always listed, the time in UTC."""
    request = town(rig).shipments().shipment(SHIPMENT)

    assert (request.method, request.path) == ("POST", "/v1/Orders(1)/Ship")
    assert body_of(request) == {
        "Value": {
            "ShippedDateUtc": "2026-11-19T19:05:06Z",
            "TrackingNumber": "1Z0000000000000002",
            "ShippingCarrier": "UPS",
            "ShippingClass": "GROUND",
            "DistributionCenterID": 0,
            "DeliveryStatus": "Complete",
            "FulfillmentType": "Ship",
            "SellerFulfillmentID": "xd-5f2c",
            "Items": [
                {
                    "OrderItemID": 100,
                    "Sku": "SKU-1",
                    "Quantity": 2,
                    "SellerFulfillmentItemID": "xd-5f2c-1",
                }
            ],
        }
    }


def test_what_is_not_known_is_left_out(rig: Rig) -> None:
    """Without tracking, carrier and SKU their members are not sent at all."""
    lines = (replace(TWO, sku=None), replace(TWO, line="101", sku=None))

    value = body_of(town(rig).shipments().shipment(replace(PLAIN, lines=lines)))["Value"]

    assert not {"TrackingNumber", "ShippingCarrier", "ShippingClass"} & value.keys()
    assert [item.get("Sku", "none") for item in value["Items"]] == ["none", "none"]
    assert [item["SellerFulfillmentItemID"] for item in value["Items"]] == [
        "xd-5f2c-1",
        "xd-5f2c-2",
    ]


@pytest.mark.parametrize(
    "desired",
    [
        replace(SHIPMENT, lines=()),
        replace(SHIPMENT, lines=(replace(TWO, quantity=0),)),
        replace(SHIPMENT, carrier=None),
        replace(SHIPMENT, service=None),
    ],
)
def test_what_would_ship_something_else_is_never_rendered(
    rig: Rig, desired: DesiredShipment
) -> None:
    """No lines would mean the whole order, and half a carrier is refused by the service."""
    with pytest.raises(LibraryFaultError):
        town(rig).shipments().shipment(desired)


@pytest.mark.parametrize("broken", [{"order": "1)/Ship"}, {"lines": (replace(TWO, line="x"),)}])
def test_ids_are_numbers(rig: Rig, broken: dict[str, Any]) -> None:
    """Nothing but a whole number gets into an address or stands for a line."""
    with pytest.raises(ProtocolError, match=r"is no (order|line) id"):
        town(rig).shipments().shipment(replace(SHIPMENT, **broken))


def test_a_shipment_is_told_and_read_back(rig: Rig) -> None:
    """It is absent before, present after, and the order shows our mark and its tracking."""
    ca = town(rig, orders=[raw_order(1)])
    assert proof(ca, SHIPMENT) is Proof.ABSENT

    told(ca, SHIPMENT)

    assert proof(ca, SHIPMENT) is Proof.PRESENT
    (allocation,) = order(ca).allocations
    assert (allocation.marker, allocation.tracking) == ("xd-5f2c", "1Z0000000000000002")
    assert (allocation.status, order(ca).shipping) == ("Complete", "Shipped")


def test_a_part_is_told_and_the_rest_stays_open(rig: Rig) -> None:
    """One of two units ships; the second shipment has its own mark, and both are found."""
    ca = town(rig, orders=[raw_order(1)])
    rest = replace(ONE, marker="xd-rest", tracking=None)

    told(ca, ONE)
    assert order(ca).shipping == "PartiallyShipped"
    assert (proof(ca, ONE), proof(ca, rest)) == (Proof.PRESENT, Proof.ABSENT)
    told(ca, rest)

    assert order(ca).shipping == "Shipped"
    assert (proof(ca, ONE), proof(ca, rest)) == (Proof.PRESENT, Proof.PRESENT)


def test_bundles_are_read_back_in_components(rig: Rig) -> None:
    """Three whole kits over two fulfillments are six of one half and three of another there."""
    ca = town(rig, orders=[bundle_order()])

    told(ca, KITS)

    ours = [one for one in order(ca).allocations if one.marker == "xd-5f2c"]
    assert len(ours) == 2
    assert proof(ca, KITS) is Proof.PRESENT
    fewer = replace(KITS, lines=(replace(KITS.lines[0], quantity=2),))
    assert proof(ca, fewer) is Proof.DIFFERENT


def test_a_fulfillment_may_name_the_bundle_itself(rig: Rig) -> None:
    """Where the service lists the bundle and not its components, that is the same."""
    raw = bundle_order()
    item = {"ID": 190, "OrderItemID": 100, "ProductID": 50, "Sku": "KIT", "Quantity": 3}
    ours = {**raw["Fulfillments"][0], "SellerFulfillmentID": "xd-5f2c", "Items": [item]}
    ca = town(rig, orders=[{**raw, "Fulfillments": [ours]}])

    assert proof(ca, KITS) is Proof.PRESENT


@pytest.mark.parametrize(
    ("desired", "expected"),
    [
        (replace(SHIPMENT, marker="xd-other"), Proof.UNCLEAR),
        (replace(PLAIN, marker="xd-other"), Proof.ABSENT),
        (ONE, Proof.DIFFERENT),
        (replace(SHIPMENT, lines=(replace(TWO, line="999"),)), Proof.DIFFERENT),
        (replace(SHIPMENT, order="999"), Proof.UNCLEAR),
    ],
    ids=["our tracking, not our mark", "another's", "other units", "another line", "order gone"],
)
def test_what_reading_back_shows(rig: Rig, desired: DesiredShipment, expected: Proof) -> None:
    """The mark and the lines decide; a tracking number alone proves nothing either way."""
    ca = town(rig, orders=[raw_order(1)])
    told(ca, SHIPMENT)

    assert proof(ca, desired) is expected


def test_an_unknown_pair_is_refused(rig: Rig) -> None:
    """The service's own words say so, and nothing was shipped."""
    ca = town(rig, orders=[raw_order(1)])
    request = ca.shipments().shipment(replace(SHIPMENT, service="TELEPORT"))

    answer = ca.operation("ship").send(request, LATER)

    assert (answer.kind, answer.status) == (AnswerKind.REFUSED, 400)
    assert answer.detail == "Carrier and Class is invalid."
    assert order(ca).shipping == "Unshipped"


@pytest.mark.parametrize(
    ("kind", "expected", "shown"),
    [
        ("cut-before", AnswerKind.UNKNOWN, Proof.ABSENT),
        ("cut-after", AnswerKind.UNKNOWN, Proof.PRESENT),
        ("500-after", AnswerKind.UNKNOWN, Proof.PRESENT),
        ("html-502", AnswerKind.UNKNOWN, Proof.ABSENT),
        ("429", AnswerKind.NOT_SENT, Proof.ABSENT),
        ("401-once", AnswerKind.DONE, Proof.PRESENT),
    ],
)
def test_a_lost_answer_is_settled_by_reading(
    rig: Rig, kind: str, expected: AnswerKind, shown: Proof
) -> None:
    """A shipment is never repeated on suspicion: what happened is read."""
    ca = town(rig, orders=[raw_order(1)])
    ca.faults(FaultRule(kind=kind, method="POST", path="Ship"))
    ship = ca.operation("ship")

    assert ship.send(ca.shipments().shipment(SHIPMENT), LATER).kind is expected

    assert not ship.resend_at_once
    assert proof(ca, SHIPMENT) is shown


def test_a_system_that_says_odd_things_proves_nothing(rig: Rig) -> None:
    """An order that cannot be read, and a request of another kind, are for a person."""
    ca = town(rig, orders=[raw_order(1)])
    ca.row("Orders", 1)["CreatedDateUtc"] = "yesterday"
    request = ca.shipments().shipment(SHIPMENT)

    assert proof(ca, SHIPMENT) is Proof.UNCLEAR
    for odd in (replace(request, path="/v1/Orders(1)/Export"), replace(request, body=None)):
        assert ca.operation("ship").verify(effect(odd)).proof is Proof.UNCLEAR
    listed = replace(request, body="[1]")
    assert ca.operation("ship").verify(effect(listed)).proof is Proof.UNCLEAR


def shipped_without_tracking(rig: Rig) -> tuple[Town, str]:
    """An order that was shipped at picking, and the fulfillment that it is in."""
    ca = town(rig, orders=[raw_order(1)])
    told(ca, PLAIN)
    return ca, order(ca).allocations[0].id


def test_tracking_that_comes_later_does_not_unship(rig: Rig) -> None:
    """It is added to the fulfillment, which stays complete; a repeat changes nothing."""
    ca, key = shipped_without_tracking(rig)
    desired = DesiredTracking(
        fulfillment=key, tracking="1Z0000000000000009", carrier="UPS", service="GROUND"
    )
    request, track = ca.shipments().tracking(desired), ca.operation("track")
    assert body_of(request)["DeliveryStatus"] == "Complete"
    assert track.verify(effect(request)).proof is Proof.ABSENT

    answers = [track.send(request, LATER).kind for _ in range(2)]

    assert answers == [AnswerKind.DONE] * 2
    assert track.verify(effect(request)).proof is Proof.PRESENT
    assert (order(ca).shipping, order(ca).allocations[0].marker) == ("Shipped", "xd-5f2c")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"TrackingNumber": "1Z-ANOTHER"}, Proof.DIFFERENT),
        ({"TrackingNumber": "1Z-OURS", "DeliveryStatus": "NoChange"}, Proof.DIFFERENT),
        ({"TrackingNumber": "1Z-OURS"}, Proof.PRESENT),
        ({"TrackingNumber": ""}, Proof.ABSENT),
    ],
)
def test_what_reading_tracking_back_shows(
    rig: Rig, members: dict[str, Any], expected: Proof
) -> None:
    """Only our number on a fulfillment that is still complete is ours."""
    ca, key = shipped_without_tracking(rig)
    ca.row("Fulfillments", int(key)).update(members)
    request = ca.shipments().tracking(DesiredTracking(fulfillment=key, tracking="1Z-OURS"))

    assert ca.operation("track").verify(effect(request)).proof is expected
    assert not ca.operation("track").resend_at_once


def test_tracking_for_a_fulfillment_that_is_gone(rig: Rig) -> None:
    """It is refused, and reading back cannot tell."""
    ca = town(rig, orders=[raw_order(1)])
    request = ca.shipments().tracking(DesiredTracking(fulfillment="777", tracking="1Z-OURS"))

    assert ca.operation("track").send(request, LATER).kind is AnswerKind.REFUSED
    assert ca.operation("track").verify(effect(request)).proof is Proof.UNCLEAR


def test_nothing_is_told_after_its_window(rig: Rig) -> None:
    """A sender that wakes up late sends nothing."""
    ca = town(rig, orders=[raw_order(1)])
    request = ca.shipments().shipment(SHIPMENT)

    assert ca.operation("ship").send(request, NOW).kind is AnswerKind.NOT_SENT
    assert ca.writes("Ship") == 0
