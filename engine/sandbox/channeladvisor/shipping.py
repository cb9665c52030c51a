"""POST Orders(ID)/Ship: which units leave, and what the fulfillments look like afterwards.

Documented: the members, no Items ships everything, fulfillments are created, split or re-used.
Inferred: a fulfillment that is taken whole is marked in place, a part of one is split off; of a
bundle, the parent ships its components in proportion and a component itself alone; what is not
there to ship, and an order that was cancelled, is a 400.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.bodies import checked, invalid_pair, required, value_of
from engine.sandbox.channeladvisor.scene import Scene, drop
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.units import SHIPPED, Key, Take, Taking, contents
from engine.sandbox.wire import SandboxRequest

KINDS: Mapping[str, str] = {
    "ShippedDateUtc": "date",
    "TrackingNumber": "string",
    "TrackingUrl": "string",
    "ReturnTrackingNumber": "string",
    "ShippingCarrier": "string",
    "ShippingClass": "string",
    "DistributionCenterID": "whole",
    "SellerFulfillmentID": "string",
    "DeliveryStatus": "DeliveryStatus",
    "FulfillmentType": "FulfillmentType",
    "PreventMarketplaceCommunication": "boolean",
    "SerialShippingContainerCode": "string",
    "Items": "rows",
}
ITEM_KINDS: Mapping[str, str] = {
    "OrderItemID": "whole",
    "ProductID": "whole",
    "Sku": "string",
    "Quantity": "whole",
    "SellerFulfillmentItemID": "string",
    "ReferenceSku": "string",
}
_COPIED = tuple(
    name
    for name in KINDS
    if name not in ("FulfillmentType", "PreventMarketplaceCommunication", "Items")
)
_NAMING = ("ProductID", "Sku", "ReferenceSku")


def ship(scene: Scene, order: Row, request: SandboxRequest) -> None:
    """Ships the units. Raises RefusedError (400) and ships none where one cannot be shipped."""
    members = value_of(request, KINDS)
    if not scene.settings.ships_by(members.get("ShippingCarrier"), members.get("ShippingClass")):
        raise invalid_pair()
    if members.get("DistributionCenterID") is not None:
        scene.check_center(members["DistributionCenterID"])
    if order["ShippingStatus"] == "Canceled":
        raise odata_error("The order has been canceled.")
    if not members.get("Items") and order["ShippingStatus"] == "Shipped":
        if scene.settings.ship_again == "ignored":
            return
        raise odata_error("The order has already been shipped.")
    _send(scene, order, members, _chosen(order, members))


def _chosen(order: Row, members: Row) -> list[tuple[Take, str | None]]:
    """The units that ship, each with the seller's ID of its item."""
    taking = Taking.of(order)
    center = members.get("DistributionCenterID")
    named: list[tuple[Take, str | None]] = []
    if not members.get("Items"):
        for key, quantity in list(taking.left.items()):
            taking.take(key, quantity, center)
        return [(take, None) for take in taking.takes]
    for row in members["Items"]:
        item = checked(row, ITEM_KINDS)
        required(item, "Quantity")
        before = len(taking.takes)
        if item["Quantity"] < 1 or not _take(taking, order["Items"], item, center):
            raise odata_error("An item is not in the order, or its quantity is not left to ship.")
        own = item.get("SellerFulfillmentItemID")
        named += [(take, own) for take in taking.takes[before:]]
    return named


def _take(taking: Taking, lines: Sequence[Row], item: Row, center: int | None) -> bool:
    """Takes an item's units line by line; False where there are too few."""
    wanted: int = item["Quantity"]
    for parts in _matching(lines, item):
        units = min(wanted, *(taking.left[key] // per for key, per in parts.items()))
        for key, per in parts.items():
            taking.take(key, units * per, center)
        wanted -= units
    return wanted == 0


def _matching(lines: Sequence[Row], item: Row) -> Iterator[dict[Key, int]]:
    """What a unit of the item is, for each line that it may mean; lines before components."""
    given = {name: item[name] for name in _NAMING if item.get(name) is not None}
    number = item.get("OrderItemID")
    if not given and number is None:
        raise odata_error("An item needs an OrderItemID, a ProductID or a Sku.")
    asked = [line for line in lines if number in (None, line["ID"])]
    whole = [line for line in asked if _named(line, given)]
    if whole:
        yield from (contents(line) for line in whole)
        return
    for line in asked:
        for component in line["BundleComponents"]:
            if _named(component, given):
                yield {(line["ID"], component["ProductID"]): 1}


def _named(row: Row, given: Row) -> bool:
    return all(row[name] == value for name, value in given.items())


def _send(scene: Scene, order: Row, members: Row, named: Sequence[tuple[Take, str | None]]) -> None:
    sources = {take.fulfillment["ID"]: take.fulfillment for take, _ in named}
    for source in sources.values():
        mine = [(take, own) for take, own in named if take.fulfillment is source]
        whole = sum(take.quantity for take, _ in mine) == sum(
            item["Quantity"] for item in source["Items"]
        )
        target = source if whole else _split(scene, order, source)
        _fill(scene, source, target, mine)
        _mark(scene, target, members)
    scene.settle(order, touch=True)


def _split(scene: Scene, order: Row, source: Row) -> Row:
    """A new fulfillment like this one, with nothing in it."""
    key = scene.store.next_id("Fulfillments")
    target = {**source, "ID": key, "CreatedDateUtc": scene.stamp, "Items": []}
    order["Fulfillments"].append(target)
    return target


def _fill(scene: Scene, source: Row, target: Row, mine: Sequence[tuple[Take, str | None]]) -> None:
    for take, own in mine:
        item = take.item
        if target is not source:
            item = scene.add_item(target, item, take.quantity)
            drop(source, take.item, take.quantity)
        if own is not None:
            item["SellerFulfillmentItemID"] = own


def _mark(scene: Scene, target: Row, members: Row) -> None:
    """The request's members on it; without DeliveryStatus it is Complete (inferred)."""
    given = {name: members[name] for name in _COPIED if members.get(name) is not None}
    given.setdefault("DeliveryStatus", "Complete")
    if given["DeliveryStatus"] in SHIPPED:
        given.setdefault("ShippedDateUtc", scene.stamp)
    target.update({**given, "UpdatedDateUtc": scene.stamp})
    target["Type"] = members.get("FulfillmentType") or target["Type"]
    silent = members.get("PreventMarketplaceCommunication")
    for item in target["Items"]:
        item["MarketplaceShippingStatus"] = "CompletedWithoutNotification" if silent else "Complete"
