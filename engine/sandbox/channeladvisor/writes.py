"""What PATCH of an order or a line may change, and how a change moves the order's stamps."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.bodies import checked, object_of
from engine.sandbox.channeladvisor.scene import Scene
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.wire import SandboxRequest

LENGTHS: Mapping[str, int] = {
    "SellerOrderID": 25,
    "PublicNotes": 4000,
    "PrivateNotes": 4000,
    "SpecialInstructions": 255,
}
STATUS_DATES: Mapping[str, str] = {
    "CheckoutStatus": "CheckoutDateUtc",
    "PaymentStatus": "PaymentDateUtc",
    "ShippingStatus": "ShippingDateUtc",
}
WRITABLE: Mapping[str, str] = {
    **{name: schema.ORDER.kinds[name] for name in (*LENGTHS, *STATUS_DATES, "OrderTags")},
    **dict.fromkeys((*STATUS_DATES.values(), "EstimatedShipDateUtc", "DeliverByDateUtc"), "date"),
    "FlagID": "whole",
    "FlagDescription": "string",
}
"""Seen in client code or documented; address edits stay inside the system (documented)."""

LINE_WRITABLE: Mapping[str, str] = {"ProductID": "whole", "SellerOrderItemID": "string"}
"""All that can be changed of a line (seen in client code)."""


def change_order(scene: Scene, order: Row, request: SandboxRequest) -> None:
    """PATCH or PUT of an order; a status that changes moves its own date. Raises RefusedError.

    Whether an edit of tags alone is an update is not documented: see the settings.
    """
    changes = checked(object_of(request), WRITABLE)
    for name, value in changes.items():
        if isinstance(value, str) and len(value) > LENGTHS.get(name, len(value)):
            raise odata_error(f"The value of '{name}' is longer than {LENGTHS[name]}.")
    moved = {
        date: scene.stamp
        for status, date in STATUS_DATES.items()
        if status in changes and changes[status] != order[status]
    }
    order.update({**moved, **changes})
    if scene.settings.tags_stamp or changes.keys() != {"OrderTags"}:
        order["UpdatedDateUtc"] = scene.stamp
    scene.store.changed(order)


def change_line(scene: Scene, line: Row, order: Row, request: SandboxRequest) -> None:
    """PATCH or PUT of a line; what is allocated of it is of the same product then (inferred)."""
    changes = checked(object_of(request), LINE_WRITABLE)
    product = changes.get("ProductID", line["ProductID"])
    if product not in (line["ProductID"], *scene.store.stock.products):
        raise odata_error(f"The product {product} does not exist.")
    for fulfillment in order["Fulfillments"]:
        for item in fulfillment["Items"]:
            if (item["OrderItemID"], item["ProductID"]) == (line["ID"], line["ProductID"]):
                item["ProductID"] = product
    line.update(changes)
    order["UpdatedDateUtc"] = scene.stamp
    scene.store.changed(order)
