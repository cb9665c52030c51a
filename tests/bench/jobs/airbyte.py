"""The job with the low-code components of Airbyte's CDK: a record filter and fields in Jinja."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
import requests
from airbyte_cdk.sources.declarative.models import declarative_component_schema as models
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import (
    ModelToComponentFactory,
)

_PAGE = 100
_KEPT = (
    "{{ record['PaymentStatus'] == 'Cleared' and record['CheckoutStatus'] == 'Completed'"
    " and record['ShippingStatus'] in ['Unshipped', 'PartiallyShipped']"
    " and not (record['PrivateNotes'] or '').startswith('WAIT')"
    " and (record['Items'] | selectattr('Quantity', 'gt', 0) | list | length) > 0 }}"
)
_LINE = (
    "{'line': one['ID'] ~ '', 'sku': one['Sku'], 'units': one['Quantity'], 'title': one['Title']}"
)
_PART = "{'sku': one['Sku'], 'units': one['Quantity'], 'kit': one['BundleSku']}"
_INSIDE = (
    "record['Items'] | selectattr('IsBundle') | map(attribute='BundleComponents') | sum(start=[])"
)


def _or(*names: str, default: str = "") -> str:
    """The first member of these that is given; a text that has to be quoted is given as one."""
    texts = [f"record['{name}']" for name in names]
    return "{{ " + " or ".join([*texts, *([default] if default else [])]) + " }}"


def _sent(name: str) -> str:
    return f"record['Fulfillments'][0]['{name}']"


def _each(places: str, value: str) -> str:
    return (
        "{% set all = namespace(found=[]) %}{% for one in " + places + " %}"
        "{% set all.found = all.found + [" + value + "] %}{% endfor %}{{ all.found }}"
    )


TEXTS = {
    "number": _or("ID"),
    "seen.site": _or("SiteName"),
    "seen.number": _or("SiteOrderID"),
    "seen.account": _or("ProfileID"),
    "placed": _or("CreatedDateUtc"),
    "paid": _or("PaymentDateUtc"),
    "due": _or("DeliverByDateUtc", "EstimatedShipDateUtc"),
    "money.currency": _or("Currency"),
    "to.name": "{{ [record['ShippingFirstName'], record['ShippingLastName']]"
    " | select | join(' ') }}",
    "to.company": _or("ShippingCompanyName", default="\"''\""),
    "to.street": _or("ShippingAddressLine1"),
    "to.unit": _or("ShippingAddressLine2", default="\"''\""),
    "to.city": _or("ShippingCity"),
    "to.state": _or("ShippingStateOrProvince", "ShippingStateOrProvinceName"),
    "to.code": _or("ShippingPostalCode"),
    "to.country": _or("ShippingCountry"),
    "to.phone": _or("ShippingDaytimePhone", "ShippingEveningPhone", default="'0'"),
    "to.mail": _or("BuyerEmailAddress"),
    "by.carrier": "{{ " + _sent("ShippingCarrier") + " }}",
    "by.service": "{{ " + _sent("ShippingClass") + " }}",
    "by.house": "{{ " + _sent("ExternalFulfillmentCenterCode") + " or 'MAIN' }}",
    "dearest": "{{ (record['Items'] | max(attribute='UnitPrice'))['Sku'] }}",
}
VALUES = {
    "money.total": _or("TotalPrice"),
    "money.tax": _or("TotalTaxPrice", default="0"),
    "by.soon": "{{ " + _sent("ShippingClass") + " in ['Next Day', '2nd Day'] }}",
    "lines": _each("record['Items'] | rejectattr('IsBundle')", _LINE),
    "parts": _each(_INSIDE, _PART),
    "units": "{{ record['Items'] | sum(attribute='Quantity') }}",
    "skus": "{{ record['Items'] | map(attribute='Sku') | sort(case_sensitive=True) | list }}",
    "gift": "{{ record['Items'] | map(attribute='GiftMessage') | select | first | default(None) }}",
    "notes": _or("SpecialInstructions", "PublicNotes"),
    "fields": _each(
        "record['CustomFields']", "{'name': one['FieldID'] ~ '', 'value': one['Value']}"
    ),
}


def _pages(source: Path) -> Iterator[bytes]:
    with source.open("rb") as lines:
        while page := list(islice(lines, _PAGE)):
            yield b'{"value":[' + b",".join(page) + b"]}"


def _field(name: str, value: str, kind: str | None) -> dict[str, object]:
    typed = {"value_type": kind} if kind else {}
    path = ["out", *name.split(".")]
    return {"type": "AddedFieldDefinition", "path": path, "value": value, **typed}


def _run(source: Path, target: Path) -> None:
    fields = [_field(name, text, "string") for name, text in TEXTS.items()]
    fields += [_field(name, text, None) for name, text in VALUES.items()]
    factory = ModelToComponentFactory()
    add = factory.create_component(models.AddFields, {"type": "AddFields", "fields": fields}, {})
    selector = factory.create_component(
        models.RecordSelector,
        {
            "type": "RecordSelector",
            "extractor": {"type": "DpathExtractor", "field_path": ["value"]},
            "record_filter": {"type": "RecordFilter", "condition": _KEPT},
        },
        {},
        name="orders",
        transformations=[add],
        decoder=None,
        client_side_incremental_sync=None,
    )
    with target.open("wb") as out:
        for page in _pages(source):
            response = requests.Response()
            response.status_code = 200
            response._content = page
            for record in selector.select_records(response, {}, {}, None, None):
                out.write(orjson.dumps(record.data["out"]) + b"\n")


logging.disable(logging.CRITICAL)
_run(Path(sys.argv[1]), Path(sys.argv[2]))
