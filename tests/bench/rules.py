"""The mapping that every engine plays: 32 values of an order, and 4 filters that let it through.

It has what rulesets have: names, alternatives, nested values, lists that are filtered, flattened,
sorted and counted. Values with dots in their name are written into nested objects.
"""

from __future__ import annotations

from typing import Any

FILTERS = (
    "PaymentStatus == 'Cleared' && CheckoutStatus == 'Completed'",
    "ShippingStatus == 'Unshipped' || ShippingStatus == 'PartiallyShipped'",
    "!starts_with(PrivateNotes || '', 'WAIT')",
    "length(Items[?Quantity > `0`]) > `0`",
)
FIELDS = {
    "number": "to_string(ID)",
    "seen.site": "SiteName",
    "seen.number": "SiteOrderID",
    "seen.account": "to_string(ProfileID)",
    "placed": "CreatedDateUtc",
    "paid": "PaymentDateUtc",
    "due": "DeliverByDateUtc || EstimatedShipDateUtc",
    "money.currency": "Currency",
    "money.total": "TotalPrice",
    "money.tax": "TotalTaxPrice || `0`",
    "to.name": "join(' ', [ShippingFirstName, ShippingLastName][?@])",
    "to.company": "ShippingCompanyName || ''",
    "to.street": "ShippingAddressLine1",
    "to.unit": "ShippingAddressLine2 || ''",
    "to.city": "ShippingCity",
    "to.state": "ShippingStateOrProvince || ShippingStateOrProvinceName",
    "to.code": "ShippingPostalCode",
    "to.country": "ShippingCountry",
    "to.phone": "ShippingDaytimePhone || ShippingEveningPhone || '0'",
    "to.mail": "BuyerEmailAddress",
    "by.carrier": "Fulfillments[0].ShippingCarrier",
    "by.service": "Fulfillments[0].ShippingClass",
    "by.soon": "contains(['Next Day', '2nd Day'], Fulfillments[0].ShippingClass)",
    "by.house": "Fulfillments[0].ExternalFulfillmentCenterCode || 'MAIN'",
    "lines": "Items[?!IsBundle].{line: to_string(ID), sku: Sku, units: Quantity, title: Title}",
    "parts": "Items[?IsBundle].BundleComponents[].{sku: Sku, units: Quantity, kit: BundleSku}",
    "units": "sum(Items[].Quantity)",
    "skus": "sort(Items[].Sku)",
    "dearest": "max_by(Items, &UnitPrice).Sku",
    "gift": "Items[?GiftMessage] | [0].GiftMessage",
    "notes": "SpecialInstructions || PublicNotes",
    "fields": "CustomFields[].{name: to_string(FieldID), value: Value}",
}


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """Dotted names -> objects inside of each other."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *above, last = name.split(".")
        place = found
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return found
