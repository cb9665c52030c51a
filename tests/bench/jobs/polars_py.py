"""The job as one query of polars, on one thread where POLARS_MAX_THREADS says so."""

from __future__ import annotations

import sys

import polars as pl
from polars import coalesce, col, element, lit, struct, when

_ONE = element().struct
_SENT = col("Fulfillments").list.get(0).struct


def _given(name: str) -> pl.Expr:
    """The value of a column, or null where its text is empty."""
    return when(col(name) == "").then(None).otherwise(col(name))


def _each(name: str, value: pl.Expr) -> pl.Expr:
    return col(name).list.eval(value)


def _text(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String)


_HOUSE = _SENT.field("ExternalFulfillmentCenterCode")
_KEPT = (
    (col("PaymentStatus") == "Cleared")
    & (col("CheckoutStatus") == "Completed")
    & col("ShippingStatus").is_in(["Unshipped", "PartiallyShipped"])
    & ~col("PrivateNotes").fill_null("").str.starts_with("WAIT")
    & _each("Items", _ONE.field("Quantity") > 0).list.any()
)
_TO = struct(
    name=pl.concat_str(
        _given("ShippingFirstName"), _given("ShippingLastName"), separator=" ", ignore_nulls=True
    ),
    company=col("ShippingCompanyName").fill_null(""),
    street="ShippingAddressLine1",
    unit=col("ShippingAddressLine2").fill_null(""),
    city="ShippingCity",
    state=coalesce(_given("ShippingStateOrProvince"), "ShippingStateOrProvinceName"),
    code="ShippingPostalCode",
    country="ShippingCountry",
    phone=coalesce(_given("ShippingDaytimePhone"), _given("ShippingEveningPhone"), lit("0")),
    mail="BuyerEmailAddress",
)
_LINE = struct(
    line=_text(_ONE.field("ID")),
    sku=_ONE.field("Sku"),
    units=_ONE.field("Quantity"),
    title=_ONE.field("Title"),
)
_PART = struct(sku=_ONE.field("Sku"), units=_ONE.field("Quantity"), kit=_ONE.field("BundleSku"))
_INSIDE = _ONE.field("BundleComponents").filter(_ONE.field("IsBundle"))
_FIELDS = {
    "number": _text(col("ID")),
    "seen": struct(site="SiteName", number="SiteOrderID", account=_text(col("ProfileID"))),
    "placed": col("CreatedDateUtc"),
    "paid": col("PaymentDateUtc"),
    "due": coalesce("DeliverByDateUtc", "EstimatedShipDateUtc"),
    "money": struct(currency="Currency", total="TotalPrice", tax=col("TotalTaxPrice").fill_null(0)),
    "to": _TO,
    "by": struct(
        carrier=_SENT.field("ShippingCarrier"),
        service=_SENT.field("ShippingClass"),
        soon=_SENT.field("ShippingClass").is_in(["Next Day", "2nd Day"]),
        house=when(_HOUSE == "").then(None).otherwise(_HOUSE).fill_null("MAIN"),
    ),
    "lines": _each("Items", _LINE.filter(~_ONE.field("IsBundle"))),
    "parts": _each("Items", _INSIDE.explode(empty_as_null=False, keep_nulls=False)).list.eval(
        _PART
    ),
    "units": _each("Items", _ONE.field("Quantity")).list.sum(),
    "skus": _each("Items", _ONE.field("Sku")).list.sort(),
    "dearest": _each(
        "Items", _ONE.field("Sku").sort_by(_ONE.field("UnitPrice"), descending=True)
    ).list.get(0),
    "gift": _each("Items", _ONE.field("GiftMessage").drop_nulls()).list.get(0, null_on_oob=True),
    "notes": coalesce(_given("SpecialInstructions"), "PublicNotes"),
    "fields": _each(
        "CustomFields", struct(name=_text(_ONE.field("FieldID")), value=_ONE.field("Value"))
    ),
}

source, target = sys.argv[1:3]
read = pl.scan_ndjson(source, infer_schema_length=None)
read.filter(_KEPT).select(**_FIELDS).collect().write_ndjson(target)
