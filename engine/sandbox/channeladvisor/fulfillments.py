"""Fulfillments: created, changed, deleted, and units moved between them.

Documented: a change without DeliveryStatus marks the fulfillment as shipped (the trap), NoChange
makes it unshipped again, values are not checked against its state; a new one has no items, is
NoChange and of DC 0 where these are left out; Move takes all items, or some of one.
Inferred: only an empty fulfillment that is not the order's last can be deleted; units that go to
another DC take their available units from there (a setting).
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.bodies import checked, invalid_pair, object_of, required
from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.scene import Scene, drop
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.units import SHIPPED, is_open
from engine.sandbox.wire import SandboxRequest

WRITABLE: Mapping[str, str] = {
    "DeliveryStatus": "DeliveryStatus",
    "Type": "FulfillmentType",
    "DistributionCenterID": "whole",
    "TrackingNumber": "string",
    "TrackingUrl": "string",
    "ReturnTrackingNumber": "string",
    "ShippingCarrier": "string",
    "ShippingClass": "string",
    "ShippedDateUtc": "date",
    "SellerFulfillmentID": "string",
    "ShippingCost": "number",
    "InsuranceCost": "number",
    "TaxCost": "number",
    "ExternalFulfillmentStatus": "ExternalFulfillmentStatus",
    "ExternalFulfillmentNumber": "string",
    "ExternalFulfillmentReferenceNumber": "string",
    "SerialShippingContainerCode": "string",
}
_CREATED: Mapping[str, str] = {**WRITABLE, "OrderID": "whole", "ProfileID": "whole"}
_PAIR = ("ShippingCarrier", "ShippingClass")
_TRIGGERS = ("DeliveryStatus", "ExternalFulfillmentStatus")


def order_of(request: SandboxRequest) -> int:
    """The order that a new fulfillment is for. Raises RefusedError (400)."""
    members = checked(object_of(request), _CREATED)
    required(members, "OrderID")
    return int(members["OrderID"])


def create(scene: Scene, order: Row, request: SandboxRequest) -> Row:
    """Adds an empty fulfillment and returns it. Raises RefusedError (400)."""
    members = checked(object_of(request), _CREATED)
    if members.get("ProfileID") not in (None, order["ProfileID"]):
        raise odata_error("The order is not of this profile.")
    _check(scene, members, {})
    row = {
        "ID": scene.store.next_id("Fulfillments"),
        "ProfileID": order["ProfileID"],
        "Type": "Ship",
        "DeliveryStatus": "NoChange",
        "DistributionCenterID": 0,
        **{name: value for name, value in members.items() if value is not None},
        "OrderID": order["ID"],
        "CreatedDateUtc": scene.stamp,
        "UpdatedDateUtc": scene.stamp,
    }
    fulfillment = schema.complete(row, schema.FULFILLMENT)
    order["Fulfillments"].append(fulfillment)
    scene.settle(order, touch=True)
    return fulfillment


def change(scene: Scene, fulfillment: Row, order: Row, request: SandboxRequest) -> None:
    """PATCH or PUT of a fulfillment. Raises RefusedError (400) and changes nothing then."""
    members = checked(object_of(request), WRITABLE)
    _check(scene, members, fulfillment)
    members["DeliveryStatus"] = members.get("DeliveryStatus") or "Complete"
    before = {name: fulfillment[name] for name in _TRIGGERS}
    if members["DeliveryStatus"] not in SHIPPED:
        members["ShippedDateUtc"] = None
    elif not members.get("ShippedDateUtc"):
        members["ShippedDateUtc"] = fulfillment["ShippedDateUtc"] or scene.stamp
    center = members.pop("DistributionCenterID", None)
    if center is not None:
        _redirect(scene, fulfillment, order, center)
    fulfillment.update({**members, "UpdatedDateUtc": scene.stamp})
    touch = any(fulfillment[name] != value for name, value in before.items())
    scene.settle(order, touch=touch or (center is not None and scene.settings.reroute_stamps))


def delete(scene: Scene, fulfillment: Row, order: Row, _request: SandboxRequest) -> None:
    """DELETE of a fulfillment. Raises RefusedError (400)."""
    if fulfillment["Items"] or len(order["Fulfillments"]) == 1:
        raise odata_error("A fulfillment with items, or the last of its order, cannot be deleted.")
    order["Fulfillments"].remove(fulfillment)
    scene.settle(order, touch=False)


def reroute(scene: Scene, fulfillment: Row, order: Row, center: int, *, touch: bool) -> None:
    """Another DC sends the fulfillment."""
    _redirect(scene, fulfillment, order, center)
    fulfillment["UpdatedDateUtc"] = scene.stamp
    scene.settle(order, touch=touch)


def move_all(scene: Scene, fulfillment: Row, order: Row, request: SandboxRequest) -> None:
    """Fulfillments(ID)/Move. Raises RefusedError (400)."""
    members = checked(object_of(request), {"DestinationFulfillmentID": "whole"})
    target = _target(order, fulfillment, members)
    for item in list(fulfillment["Items"]):
        _move(scene, order, item, (fulfillment, target, item["Quantity"]))
    scene.settle(order, touch=scene.settings.reroute_stamps)


def move_some(scene: Scene, item: Row, order: Row, request: SandboxRequest) -> None:
    """FulfillmentItems(ID)/Move; without Quantity, all of it. Raises RefusedError (400)."""
    kinds = {"DestinationFulfillmentID": "whole", "Quantity": "whole"}
    members = checked(object_of(request), kinds)
    source = next(row for row in order["Fulfillments"] if item in row["Items"])
    target = _target(order, source, members)
    quantity = members.get("Quantity")
    quantity = item["Quantity"] if quantity is None else quantity
    if not 0 < quantity <= item["Quantity"]:
        raise odata_error("The quantity is not in the fulfillment item.")
    _move(scene, order, item, (source, target, quantity))
    scene.settle(order, touch=scene.settings.reroute_stamps)


def _check(scene: Scene, members: Row, present: Row) -> None:
    if any(name in members for name in _PAIR):
        pair = [members.get(name, present.get(name)) for name in _PAIR]
        if not scene.settings.ships_by(*pair):
            raise invalid_pair()
    if members.get("DistributionCenterID") is not None:
        scene.check_center(members["DistributionCenterID"])


def _redirect(scene: Scene, fulfillment: Row, order: Row, center: int) -> None:
    before = held(order)
    fulfillment["DistributionCenterID"] = center
    if scene.settings.reroute_moves_stock:
        scene.release(order, before)


def _target(order: Row, source: Row, members: Row) -> Row:
    required(members, "DestinationFulfillmentID")
    key = members["DestinationFulfillmentID"]
    rows: list[Row] = order["Fulfillments"]
    for row in rows:
        if row["ID"] == key and row is not source:
            return row
    raise odata_error(f"The order has no other fulfillment {key} to move to.")


def _move(scene: Scene, order: Row, item: Row, way: tuple[Row, Row, int]) -> None:
    """Units of an item from one fulfillment to another; open ones take their stock along."""
    source, target, quantity = way
    before = held(order)
    scene.add_item(target, item, quantity)
    drop(source, item, quantity)
    if is_open(source) and is_open(target) and scene.settings.reroute_moves_stock:
        scene.release(order, before)
    source["UpdatedDateUtc"] = target["UpdatedDateUtc"] = scene.stamp
