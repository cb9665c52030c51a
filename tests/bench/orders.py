"""Invented orders as the channel sends them, about 4 KB each: the same for the same seed.

`python -m tests.bench.orders COUNT FILE` writes them, one on a line.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SEED = 20261101
_START = datetime(2026, 11, 1, tzinfo=UTC)
_NAMES = ("Ana", "Bo", "Chloé", "Dmitri", "Esra", "Finn", "Gül", "Hana", "Ivo", "Jürgen")
_FAMILIES = ("Abbott", "Brånø", "Castillo", "O'Dell", "Eze", "Farkaš", "Gupta", "Huang")
_PLACES = (
    ("Tucson", "AZ", "Arizona", "85701"),
    ("Boise", "ID", "Idaho", "83702"),
    ("Cañon City", "CO", "Colorado", "81212"),
    ("Portland", "ME", "Maine", "04101"),
)
_SITES = ((5, "eBay"), (21, "Amazon US"), (33, "Walmart"), (47, "Shop"))
_SERVICES = (("UPS", "Ground"), ("USPS", "Priority"), ("FedEx", "Next Day"), ("FedEx", "2nd Day"))
_NOUNS = "lamp kettle drill tent scarf router puzzle mug frame hinge blanket torch".split()
_EMPTY_AMOUNTS = "TotalInsurancePrice TotalGiftOptionPrice AdditionalCostOrDiscount".split()
_ABSENT = """
    SiteAccountID SecondarySiteOrderID CheckoutSourceID ShippingDateUtc BuyerUserID ShippingTitle
    ShippingSuffix ShippingCompanyJobTitle PaymentPaypalAccountID PaymentMerchantReferenceNumber
    BillingTitle BillingSuffix BillingCompanyName BillingCompanyJobTitle BillingEveningPhone
    FlagDescription ResellerID PromotionCode RefundStatus
    """.split()


def orders(count: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """So many orders, one at a time."""
    chance = random.Random(seed)
    for number in range(count):
        yield _order(chance, number)


def write(count: int, path: Path) -> None:
    """Writes so many orders, one on a line."""
    with path.open("w", encoding="utf-8") as file:
        for order in orders(count):
            file.write(json.dumps(order, ensure_ascii=False, separators=(",", ":")) + "\n")


def _order(chance: random.Random, number: int) -> dict[str, Any]:
    ident = 31_000_000 + 7 * number
    profile = chance.choice((12000123, 12000124))
    placed = _START + timedelta(seconds=61 * number)
    items = _items(chance, ident, profile)
    goods = sum(item["UnitPrice"] * item["Quantity"] for item in items)
    site, site_name = chance.choice(_SITES)
    paid = chance.random() < 0.94
    due = _stamp(placed + timedelta(days=5)) if chance.random() < 0.7 else None
    return {
        "ID": ident,
        "ProfileID": profile,
        "SiteID": site,
        "SiteName": site_name,
        "SiteOrderID": f"{site}-{chance.randrange(10**9):09d}",
        "SellerOrderID": f"S{number:08d}" if chance.random() < 0.5 else None,
        "Currency": "USD",
        "CreatedDateUtc": _stamp(placed),
        "ImportDateUtc": _stamp(placed + timedelta(seconds=40)),
        "PaymentDateUtc": _stamp(placed) if paid else None,
        "CheckoutDateUtc": _stamp(placed),
        "EstimatedShipDateUtc": _stamp(placed + timedelta(days=2)),
        "DeliverByDateUtc": due,
        "CheckoutStatus": "Completed" if chance.random() < 0.98 else "NotVisited",
        "PaymentStatus": "Cleared" if paid else "Submitted",
        "ShippingStatus": chance.choice(("Unshipped", "Unshipped", "PartiallyShipped", "Shipped")),
        "TotalPrice": round(goods * 1.07, 2),
        "TotalTaxPrice": round(goods * 0.07, 2) if chance.random() < 0.8 else None,
        "TotalShippingPrice": chance.choice((0.0, 5.95)),
        **dict.fromkeys(_EMPTY_AMOUNTS, 0.0),
        **dict.fromkeys(_ABSENT),
        **_notes(chance),
        **_buyer(chance, number),
        "Items": items,
        "Fulfillments": [_fulfillment(chance, ident, placed, items)],
        "Adjustments": [],
        "CustomFields": [
            {"FieldID": field, "OrderID": ident, "Value": chance.choice(_NOUNS)} for field in (1, 2)
        ],
    }


def _notes(chance: random.Random) -> dict[str, Any]:
    return {
        "PublicNotes": "Side door" if chance.random() < 0.1 else None,
        "PrivateNotes": chance.choice((None, "", "VIP", "WAIT for stock")),
        "SpecialInstructions": chance.choice((None, "", "", "Knock first")),
        "OrderTags": chance.choice((None, "", "VIP", "AmzPrime,VIP")),
        "PaymentMethod": chance.choice(("Card", "PayPal")),
        "PaymentTransactionID": f"{chance.getrandbits(64):016X}",
    }


def _buyer(chance: random.Random, number: int) -> dict[str, Any]:
    first, last = chance.choice(_NAMES), chance.choice(_FAMILIES)
    city, short, state, code = chance.choice(_PLACES)
    phone = f"555-02{number % 100:02d}"
    address: dict[str, Any] = {
        "FirstName": first,
        "LastName": last,
        "DaytimePhone": phone if chance.random() < 0.8 else "",
        "AddressLine1": f"{1 + number % 900} Example Street",
        "AddressLine2": chance.choice((None, "", "Unit 4")),
        "City": city,
        "StateOrProvince": short if chance.random() < 0.9 else "",
        "StateOrProvinceName": state,
        "PostalCode": code,
        "Country": "US",
    }
    return {
        "BuyerEmailAddress": f"buyer{number}@example.com",
        "BuyerEmailOptIn": False,
        "ShippingCompanyName": chance.choice((None, "", "", f"{last} Ltd")),
        "ShippingEveningPhone": phone if chance.random() < 0.2 else None,
        **{f"Shipping{name}": value for name, value in address.items()},
        **{f"Billing{name}": value for name, value in address.items()},
    }


def _items(chance: random.Random, ident: int, profile: int) -> list[dict[str, Any]]:
    count = chance.choice((1, 1, 1, 2, 2, 3))
    # No two items of an order have one price: which is the dearest must not be a matter of taste.
    prices = chance.sample(range(250, 15000), count)
    return [
        _item(chance, {"OrderID": ident, "ProfileID": profile}, 10 * ident + place, price / 100)
        for place, price in enumerate(prices)
    ]


def _item(
    chance: random.Random, common: dict[str, Any], ident: int, price: float
) -> dict[str, Any]:
    bundle = chance.random() < 0.15
    sku = f"{'KIT' if bundle else 'ITM'}-{chance.randrange(10**5):05d}"
    parts = [_part(chance, common, ident, sku) for _ in range(2)] if bundle else []
    return {
        **common,
        "ID": ident,
        "ProductID": 7_000_000 + chance.randrange(10**5),
        "SiteOrderItemID": f"{chance.randrange(10**13):013d}",
        "SellerOrderItemID": None,
        "SiteListingID": f"L{chance.randrange(10**9):09d}",
        "Sku": sku,
        "Title": " ".join(chance.choices(_NOUNS, k=7)),
        "Quantity": chance.choice((1, 1, 1, 2, 4)),
        "UnitPrice": price,
        "TaxPrice": round(price * 0.07, 2),
        "ShippingPrice": 0.0,
        "ShippingTaxPrice": 0.0,
        "RecyclingFee": 0.0,
        "UnitEstimatedShippingCost": None,
        "GiftMessage": "Happy birthday" if chance.random() < 0.1 else None,
        "GiftNotes": None,
        "GiftPrice": 0.0,
        "GiftTaxPrice": 0.0,
        "IsBundle": bundle,
        "ItemURL": f"https://shop.example.com/{sku}",
        "HarmonizedCode": None,
        "BundleComponents": parts,
    }


def _part(chance: random.Random, common: dict[str, Any], ident: int, sku: str) -> dict[str, Any]:
    return {
        **common,
        "OrderItemID": ident,
        "ProductID": 8_000_000 + chance.randrange(10**5),
        "BundleSku": sku,
        "Sku": f"PRT-{chance.randrange(10**5):05d}",
        "Title": " ".join(chance.choices(_NOUNS, k=3)),
        "Quantity": chance.choice((1, 2)),
    }


def _fulfillment(
    chance: random.Random, ident: int, placed: datetime, items: list[dict[str, Any]]
) -> dict[str, Any]:
    carrier, service = chance.choice(_SERVICES)
    return {
        "ID": 10 * ident + 9,
        "OrderID": ident,
        "CreatedDateUtc": _stamp(placed),
        "UpdatedDateUtc": _stamp(placed + timedelta(minutes=2)),
        "Type": "Ship",
        "DeliveryStatus": "NoChange",
        "TrackingNumber": None,
        "ShippingCarrier": carrier,
        "ShippingClass": service,
        "DistributionCenterID": chance.choice((4, 6)),
        "ExternalFulfillmentCenterCode": chance.choice(("EAST", "WEST", None, "")),
        "ShippingCost": None,
        "InsuranceCost": None,
        "TaxCost": None,
        "ShippedDateUtc": None,
        "SellerFulfillmentID": None,
        "Items": [
            {
                "ID": item["ID"] + 5,
                "FulfillmentID": 10 * ident + 9,
                "OrderItemID": item["ID"],
                "OrderID": ident,
                "Quantity": item["Quantity"],
                "ProductID": item["ProductID"],
            }
            for item in items
        ],
    }


def _stamp(moment: datetime) -> str:
    # A fraction, so that no engine reads it as a date and writes it another way.
    return f"{moment:%Y-%m-%dT%H:%M:%S}.123Z"


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
