"""Adjust: units and money of an order or a line are cancelled or refunded.

Documented: the members, at the top level of the body; without RefundOnly, what is not shipped is
cancelled first; Restock is false where it is left out. Inferred: a fulfillment that is cancelled
whole becomes Canceled, of another the units are taken out (a setting says whether they are at
all); a cancelled order has one adjustment of its own and one of each line; restocked units come
back to the DC that held or sent them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.bodies import checked, object_of, required
from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.scene import Scene, drop
from engine.sandbox.channeladvisor.schema import EntityType, Row
from engine.sandbox.channeladvisor.units import SHIPPED, Take, Taking, contents, remaining, shipped
from engine.sandbox.wire import SandboxRequest

_ASKED: Mapping[str, str] = {
    "Reason": "AdjustmentReason",
    "PreventSiteProcessing": "boolean",
    "SellerAdjustmentID": "string",
    "Restock": "boolean",
    "RefundOnly": "boolean",
}
ORDER_KINDS: Mapping[str, str] = {**_ASKED, "AdjustmentAmount": "number"}
_AMOUNTS: Mapping[str, str] = {
    f"{name}AdjustmentAmount": f"{name}Adjustment"
    for name in ("Item", "Tax", "Shipping", "ShippingTax", "GiftWrap", "GiftWrapTax")
} | {"RecyclingFeeAdjustmentAmount": "RecyclingFeeAdjustment"}
LINE_KINDS: Mapping[str, str] = {
    **_ASKED,
    "Quantity": "whole",
    **dict.fromkeys(_AMOUNTS, "number"),
    "ForceCalculateOmittedAmounts": "boolean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be adjusted: the checked members, and who asks (Api or Channel)."""

    members: Row
    source: str = "Api"

    @property
    def restock(self) -> bool:
        return bool(self.members.get("Restock"))


def adjust_order(scene: Scene, order: Row, request: SandboxRequest) -> None:
    """Orders(ID)/Adjust. Raises RefusedError (400)."""
    members = checked(object_of(request), ORDER_KINDS)
    required(members, "Reason")
    cancel_order(scene, order, Wish(members=members))


def adjust_line(scene: Scene, line: Row, order: Row, request: SandboxRequest) -> None:
    """OrderItems(ID)/Adjust. Raises RefusedError (400)."""
    members = checked(object_of(request), LINE_KINDS)
    required(members, "Reason", "Quantity")
    cancel_line(scene, line, order, Wish(members=members))


def cancel_order(scene: Scene, order: Row, wish: Wish) -> None:
    """Cancels what has not been shipped of all lines, or refunds only. Raises RefusedError."""
    ended = order["ShippingStatus"] == "Canceled"
    if wish.members.get("RefundOnly"):
        kind = "Refund"
    else:
        units = {line["ID"]: _begun(order, line) for line in order["Items"]}
        if ended or not any((*units.values(), *shipped(order).values())):
            raise odata_error("There is nothing left to cancel.")
        kind = "Cancellation" if any(units.values()) else "Refund"
        _cancel(scene, order, units, wish)
    row = _row(scene, order, wish, kind, schema.ORDER_ADJUSTMENT)
    row["ItemAdjustment"] = wish.members.get("AdjustmentAmount")
    order["Adjustments"].append(row)
    scene.settle(order, touch=True)


def cancel_line(scene: Scene, line: Row, order: Row, wish: Wish) -> None:
    """Cancels, then refunds, so many of a line. Raises RefusedError (400) where there are fewer."""
    wanted: int = wish.members["Quantity"]
    left = 0 if wish.members.get("RefundOnly") else left_of(order, line)
    first = min(wanted, left)
    if wanted < 1 or wanted - first > _refundable(order, line):
        raise odata_error("The quantity is more than is left of the line.")
    _cancel(scene, order, {line["ID"]: first}, wish)
    if wanted > first:
        _refund(scene, line, order, wanted - first, wish)
    scene.settle(order, touch=True)


def left_of(order: Row, line: Row) -> int:
    """How many whole ones of a line are neither shipped nor cancelled."""
    left = remaining(order)
    return min(left[key] // per for key, per in contents(line).items())


def _refundable(order: Row, line: Row) -> int:
    gone = shipped(order)
    refunded = sum(row["Quantity"] or 0 for row in line["Adjustments"] if row["Type"] == "Refund")
    return min(gone[key] // per for key, per in contents(line).items()) - refunded


def _begun(order: Row, line: Row) -> int:
    """How many of a line are not shipped whole; of a bundle, a part of one counts."""
    left = remaining(order)
    return max(-(-left[key] // per) for key, per in contents(line).items())


def _cancel(scene: Scene, order: Row, units: Mapping[int, int], wish: Wish) -> None:
    """Cancels so many of each line."""
    taking = Taking.of(order)
    lines = [line for line in order["Items"] if units.get(line["ID"])]
    for line in lines:
        for key, per in contents(line).items():
            taking.take(key, min(units[line["ID"]] * per, taking.left[key]))
    before = held(order)
    if scene.settings.adjust_nets:
        _take_out(scene, taking.takes)
    for line in lines:
        _note(scene, line, order, units[line["ID"]], (wish, "Cancellation"))
    if wish.restock:
        scene.release(order, before)


def _take_out(scene: Scene, takes: Sequence[Take]) -> None:
    """Whole fulfillments become Canceled, of others the units go."""
    taken: Counter[int] = Counter()
    for take in takes:
        taken[take.fulfillment["ID"]] += take.quantity
    for take in takes:
        fulfillment = take.fulfillment
        held = sum(item["Quantity"] for item in fulfillment["Items"])
        if fulfillment["DeliveryStatus"] == "Canceled" or held == taken[fulfillment["ID"]]:
            fulfillment["DeliveryStatus"] = "Canceled"
        else:
            drop(fulfillment, take.item, take.quantity)
            taken[fulfillment["ID"]] -= take.quantity
        fulfillment["UpdatedDateUtc"] = scene.stamp


def _refund(scene: Scene, line: Row, order: Row, quantity: int, wish: Wish) -> None:
    """Units that were shipped; restocked ones come back to the DC that sent them."""
    for (_, product), per in contents(line).items() if wish.restock else ():
        units = quantity * per
        for fulfillment in order["Fulfillments"]:
            for item in fulfillment["Items"] if fulfillment["DeliveryStatus"] in SHIPPED else ():
                if item["OrderItemID"] == line["ID"] and item["ProductID"] == product:
                    part = min(units, item["Quantity"])
                    key = item["ReferenceProductID"] or product
                    scene.shift(key, fulfillment["DistributionCenterID"], part)
                    units -= part
    _note(scene, line, order, quantity, (wish, "Refund"))


def _note(scene: Scene, line: Row, order: Row, quantity: int, what: tuple[Wish, str]) -> None:
    wish, kind = what
    row = _row(scene, order, wish, kind, schema.ORDER_ITEM_ADJUSTMENT)
    amounts = {name: wish.members.get(given) for given, name in _AMOUNTS.items()}
    row.update({**amounts, "OrderItemID": line["ID"], "Quantity": quantity})
    line["Adjustments"].append(row)


def _row(scene: Scene, order: Row, wish: Wish, kind: str, entity: EntityType) -> Row:
    """An adjustment of the order or of a line, without amounts and quantity."""
    row = {
        "ID": scene.store.next_id(entity.entity_set),
        "ProfileID": order["ProfileID"],
        "OrderID": order["ID"],
        "IsRestock": wish.restock,
        "Reason": wish.members["Reason"],
        "Type": kind,
        "SellerAdjustmentID": wish.members.get("SellerAdjustmentID"),
        "CreatedDateUtc": scene.stamp,
        "RequestStatus": "PostProcessingComplete",
        "RestockStatus": "PostProcessingComplete" if wish.restock else "NoChange",
        "CreatedSource": wish.source,
        "LastUpdatedSource": wish.source,
    }
    return schema.complete(row, entity)
