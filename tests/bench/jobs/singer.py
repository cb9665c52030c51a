"""The job as an inline stream map of the singer SDK, whose expressions simpleeval evaluates."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from singer_sdk.mapper import CustomStreamMap

from tests.bench.jobs.lines import play
from tests.bench.orders import orders

_MAP: dict[str, str | None] = {
    "__filter__": "PaymentStatus == 'Cleared' and CheckoutStatus == 'Completed'"
    " and ShippingStatus in ['Unshipped', 'PartiallyShipped']"
    " and not (PrivateNotes or '').startswith('WAIT')"
    " and len([1 for item in Items if item['Quantity'] > 0]) > 0",
    "number": "str(ID)",
    "seen": "{'site': SiteName, 'number': SiteOrderID, 'account': str(ProfileID)}",
    "placed": "CreatedDateUtc",
    "paid": "PaymentDateUtc",
    "due": "DeliverByDateUtc or EstimatedShipDateUtc",
    "money": "{'currency': Currency, 'total': TotalPrice, 'tax': TotalTaxPrice or 0}",
    "to": "{'name': ' '.join([one for one in [ShippingFirstName, ShippingLastName] if one]),"
    " 'company': ShippingCompanyName or '', 'street': ShippingAddressLine1,"
    " 'unit': ShippingAddressLine2 or '', 'city': ShippingCity,"
    " 'state': ShippingStateOrProvince or ShippingStateOrProvinceName,"
    " 'code': ShippingPostalCode, 'country': ShippingCountry,"
    " 'phone': ShippingDaytimePhone or ShippingEveningPhone or '0', 'mail': BuyerEmailAddress}",
    "by": "{'carrier': Fulfillments[0]['ShippingCarrier'],"
    " 'service': Fulfillments[0]['ShippingClass'],"
    " 'soon': Fulfillments[0]['ShippingClass'] in ['Next Day', '2nd Day'],"
    " 'house': Fulfillments[0]['ExternalFulfillmentCenterCode'] or 'MAIN'}",
    "lines": "[{'line': str(item['ID']), 'sku': item['Sku'], 'units': item['Quantity'],"
    " 'title': item['Title']} for item in Items if not item['IsBundle']]",
    "parts": "[{'sku': part['Sku'], 'units': part['Quantity'], 'kit': part['BundleSku']}"
    " for item in Items if item['IsBundle'] for part in item['BundleComponents']]",
    "units": "sum([item['Quantity'] for item in Items])",
    "skus": "sorted([item['Sku'] for item in Items])",
    "dearest": "[item['Sku'] for item in Items"
    " if item['UnitPrice'] == max([other['UnitPrice'] for other in Items])][0]",
    "gift": "([item['GiftMessage'] for item in Items if item['GiftMessage']] + [None])[0]",
    "notes": "SpecialInstructions or PublicNotes",
    "fields": "[{'name': str(one['FieldID']), 'value': one['Value']} for one in CustomFields]",
    "__else__": None,
}


class _Map(CustomStreamMap):
    """The SDK's own functions lack these; a tap that needs them adds them like this."""

    @property
    def functions(self) -> dict[str, Any]:
        return {**super().functions, "len": len, "sum": sum, "sorted": sorted, "max": max}


logging.disable(logging.CRITICAL)
_SCHEMA = {"type": "object", "properties": {name: {} for name in next(orders(1))}}
_map = _Map(
    stream_alias="orders",
    map_config={},
    faker_config={},
    raw_schema=_SCHEMA,
    key_properties=None,
    map_transform=_MAP,
    flattening_options=None,
)
play(_map.transform, orjson.loads, orjson.dumps)
