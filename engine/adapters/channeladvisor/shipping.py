"""Shipments told to ChannelAdvisor, and tracking that came after them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from engine.adapters.channeladvisor import protocol, shipped
from engine.adapters.channeladvisor.records import order_of
from engine.adapters.channeladvisor.writing import Write
from engine.errors import LibraryFaultError
from engine.model.desired import PreparedRequest
from engine.model.effect import Evidence, Proof
from engine.model.shipment import DesiredShipment, DesiredTracking
from engine.ports.flows import ShipmentSink
from engine.ports.systems import ReadKit

# Seen in client code: a change of a fulfillment without its status ships it, and one that says
# NoChange un-ships it. So the status is always given, and it is this one.
_SHIPPED = "Complete"
# What tells a shipment, and no buyer's data.
_NESTED: Mapping[str, Any] = {"Items": {"BundleComponents": {}}, "Fulfillments": {"Items": {}}}
_OPTIONS = {
    "$select": "ID,ProfileID,CreatedDateUtc,UpdatedDateUtc",
    "$expand": protocol.expansion(_NESTED),
}


class ChannelAdvisorShipments(ShipmentSink):
    """Renders calls that ship lines of an order, or add tracking to a fulfillment."""

    def __init__(self, kit: ReadKit) -> None:
        """Rendering needs nothing of the kit."""

    def shipment(self, desired: DesiredShipment) -> PreparedRequest:
        """Documented: POST Orders(ID)/Ship. Without Items it would ship the whole order.

        Raises LibraryFaultError without lines, for a quantity below 1, or half a carrier.
        """
        if not desired.lines or any(line.quantity < 1 for line in desired.lines):
            raise LibraryFaultError(f"shipment {desired.marker} has no lines, or an empty one")
        value: dict[str, Any] = {
            "ShippedDateUtc": desired.shipped_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **_carriage(desired.tracking, desired.carrier, desired.service),
            "DistributionCenterID": desired.dc,
            "DeliveryStatus": _SHIPPED,
            "FulfillmentType": "Ship",
            "SellerFulfillmentID": desired.marker,
            "Items": _items(desired),
        }
        return PreparedRequest(
            method="POST",
            path=f"/v1/Orders({protocol.number(desired.order)})/Ship",
            body=json.dumps({"Value": value}, ensure_ascii=False),
        )

    def tracking(self, desired: DesiredTracking) -> PreparedRequest:
        """PATCH Fulfillments(ID), always with the status that keeps it shipped."""
        key = protocol.number(desired.fulfillment, "fulfillment")
        told = _carriage(desired.tracking, desired.carrier, desired.service)
        return PreparedRequest(
            method="PATCH",
            path=f"/v1/Fulfillments({key})",
            body=json.dumps({"DeliveryStatus": _SHIPPED, **told}, ensure_ascii=False),
        )


class Ship(Write):
    """Tells a shipment. Nobody knows what a repeat does, so it is never sent on suspicion."""

    address = re.compile(r"/v1/Orders\((-?\d+)\)/Ship")

    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        """The order is read alone: then its lists are whole (documented), and bundles are known."""
        row = self._client.one(protocol.order_url(self._client.base, key, _OPTIONS))
        if row is None:
            return Evidence(proof=Proof.UNCLEAR, detail="the order is gone")
        order = order_of(self._client.complete(row, _NESTED), {})
        return shipped.evidence(order, body["Value"])


class Track(Write):
    """Adds tracking to a fulfillment that is shipped: an end state, which reading back shows."""

    address = re.compile(r"/v1/Fulfillments\((-?\d+)\)")

    def proof(self, key: str, body: Mapping[str, Any]) -> Evidence:
        query = protocol.encoded({"$select": "ID,TrackingNumber,DeliveryStatus"})
        row = self._client.one(f"{self._client.base}/v1/Fulfillments({key})?{query}")
        if row is None:
            return Evidence(proof=Proof.UNCLEAR, detail="the fulfillment is gone")
        found = row.get("TrackingNumber")
        if not found:
            return Evidence(proof=Proof.ABSENT, detail="the fulfillment has no tracking number")
        if found != body["TrackingNumber"]:
            detail = "the fulfillment has another tracking number"
            return Evidence(proof=Proof.DIFFERENT, detail=detail)
        if row.get("DeliveryStatus") != _SHIPPED:
            detail = f"it has our tracking number, but is not {_SHIPPED} any more"
            return Evidence(proof=Proof.DIFFERENT, detail=detail)
        return Evidence(proof=Proof.PRESENT, detail="the fulfillment has our tracking number")


def _carriage(tracking: str | None, carrier: str | None, service: str | None) -> dict[str, str]:
    """Documented: carrier and class are a pair of the account, so both are given or neither."""
    if (carrier is None) is not (service is None):
        raise LibraryFaultError("a carrier without its class, or a class without its carrier")
    told = {"TrackingNumber": tracking, "ShippingCarrier": carrier, "ShippingClass": service}
    return {name: value for name, value in told.items() if value is not None}


def _items(desired: DesiredShipment) -> list[dict[str, Any]]:
    """By line, because a SKU may be on several lines (seen in client code)."""
    return [
        {
            "OrderItemID": int(protocol.number(line.line, "line")),
            **({} if line.sku is None else {"Sku": line.sku}),
            "Quantity": line.quantity,
            "SellerFulfillmentItemID": f"{desired.marker}-{n}",
        }
        for n, line in enumerate(desired.lines, start=1)
    ]
