"""The job with glom: the shape of the result is the specification."""

from __future__ import annotations

from typing import Any

import orjson
from glom import Coalesce, Iter, T, glom

from tests.bench.jobs.lines import play


def _or(*places: Any, default: Any = None) -> Any:
    return Coalesce(*places, skip=lambda value: not value, default=default)


def _name(order: dict[str, Any]) -> str:
    names = (order["ShippingFirstName"], order["ShippingLastName"])
    return " ".join(name for name in names if name)


_SENT = T["Fulfillments"][0]
_LINE = {"line": ("ID", str), "sku": "Sku", "units": "Quantity", "title": "Title"}
_PART = {"sku": "Sku", "units": "Quantity", "kit": "BundleSku"}
_SPEC = {
    "number": ("ID", str),
    "seen": {"site": "SiteName", "number": "SiteOrderID", "account": ("ProfileID", str)},
    "placed": "CreatedDateUtc",
    "paid": "PaymentDateUtc",
    "due": _or("DeliverByDateUtc", "EstimatedShipDateUtc"),
    "money": {
        "currency": "Currency",
        "total": "TotalPrice",
        "tax": _or("TotalTaxPrice", default=0),
    },
    "to": {
        "name": _name,
        "company": _or("ShippingCompanyName", default=""),
        "street": "ShippingAddressLine1",
        "unit": _or("ShippingAddressLine2", default=""),
        "city": "ShippingCity",
        "state": _or("ShippingStateOrProvince", "ShippingStateOrProvinceName"),
        "code": "ShippingPostalCode",
        "country": "ShippingCountry",
        "phone": _or("ShippingDaytimePhone", "ShippingEveningPhone", default="0"),
        "mail": "BuyerEmailAddress",
    },
    "by": {
        "carrier": _SENT["ShippingCarrier"],
        "service": _SENT["ShippingClass"],
        "soon": (_SENT["ShippingClass"], lambda service: service in ("Next Day", "2nd Day")),
        "house": _or(_SENT["ExternalFulfillmentCenterCode"], default="MAIN"),
    },
    "lines": ("Items", Iter().filter(lambda item: not item["IsBundle"]).map(_LINE).all()),
    "parts": (
        "Items",
        Iter().filter("IsBundle").map("BundleComponents").flatten().map(_PART).all(),
    ),
    "units": ("Items", ["Quantity"], sum),
    "skus": ("Items", ["Sku"], sorted),
    "dearest": ("Items", lambda items: max(items, key=lambda item: item["UnitPrice"]), "Sku"),
    "gift": ("Items", ["GiftMessage"], lambda texts: next(filter(None, texts), None)),
    "notes": _or("SpecialInstructions", "PublicNotes"),
    "fields": ("CustomFields", [{"name": ("FieldID", str), "value": "Value"}]),
}


def _mapped(order: dict[str, Any]) -> dict[str, Any] | None:
    kept = (
        order["PaymentStatus"] == "Cleared"
        and order["CheckoutStatus"] == "Completed"
        and order["ShippingStatus"] in ("Unshipped", "PartiallyShipped")
        and not (order["PrivateNotes"] or "").startswith("WAIT")
        and any(item["Quantity"] > 0 for item in order["Items"])
    )
    return glom(order, _SPEC) if kept else None


play(_mapped, orjson.loads, orjson.dumps)
