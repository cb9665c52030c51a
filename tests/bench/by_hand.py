"""The mapping of `rules.py` as a careful person writes it in Python: the yardstick of all."""

from __future__ import annotations

from typing import Any

_SOON = ("Next Day", "2nd Day")


def mapped(order: dict[str, Any]) -> dict[str, Any] | None:
    """What becomes of an order; None where a filter stops it."""
    if not _kept(order):
        return None
    items = order["Items"]
    gifts = (item["GiftMessage"] for item in items)
    return {
        "number": str(order["ID"]),
        "seen": {
            "site": order["SiteName"],
            "number": order["SiteOrderID"],
            "account": str(order["ProfileID"]),
        },
        "placed": order["CreatedDateUtc"],
        "paid": order["PaymentDateUtc"],
        "due": order["DeliverByDateUtc"] or order["EstimatedShipDateUtc"],
        "money": {
            "currency": order["Currency"],
            "total": order["TotalPrice"],
            "tax": order["TotalTaxPrice"] or 0,
        },
        "to": _address(order),
        "by": _carried(order["Fulfillments"][0]),
        "lines": [_line(item) for item in items if not item["IsBundle"]],
        "parts": _parts(items),
        "units": sum([item["Quantity"] for item in items]),
        "skus": sorted([item["Sku"] for item in items]),
        "dearest": max(items, key=lambda item: item["UnitPrice"])["Sku"],
        "gift": next((text for text in gifts if text), None),
        "notes": order["SpecialInstructions"] or order["PublicNotes"],
        "fields": [
            {"name": str(one["FieldID"]), "value": one["Value"]} for one in order["CustomFields"]
        ],
    }


def _carried(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        "carrier": sent["ShippingCarrier"],
        "service": sent["ShippingClass"],
        "soon": sent["ShippingClass"] in _SOON,
        "house": sent["ExternalFulfillmentCenterCode"] or "MAIN",
    }


def _kept(order: dict[str, Any]) -> bool:
    return (
        order["PaymentStatus"] == "Cleared"
        and order["CheckoutStatus"] == "Completed"
        and order["ShippingStatus"] in ("Unshipped", "PartiallyShipped")
        and not (order["PrivateNotes"] or "").startswith("WAIT")
        and any(item["Quantity"] > 0 for item in order["Items"])
    )


def _address(order: dict[str, Any]) -> dict[str, Any]:
    names = (order["ShippingFirstName"], order["ShippingLastName"])
    return {
        "name": " ".join([name for name in names if name]),
        "company": order["ShippingCompanyName"] or "",
        "street": order["ShippingAddressLine1"],
        "unit": order["ShippingAddressLine2"] or "",
        "city": order["ShippingCity"],
        "state": order["ShippingStateOrProvince"] or order["ShippingStateOrProvinceName"],
        "code": order["ShippingPostalCode"],
        "country": order["ShippingCountry"],
        "phone": order["ShippingDaytimePhone"] or order["ShippingEveningPhone"] or "0",
        "mail": order["BuyerEmailAddress"],
    }


def _parts(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"sku": part["Sku"], "units": part["Quantity"], "kit": part["BundleSku"]}
        for item in items
        if item["IsBundle"]
        for part in item["BundleComponents"]
    ]


def _line(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": str(item["ID"]),
        "sku": item["Sku"],
        "units": item["Quantity"],
        "title": item["Title"],
    }
