"""A raw order of ChannelAdvisor as a canonical one. No I/O.

Member names are documented in the service's metadata unless a comment says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.adapters.channeladvisor.members import flag, key_of, quantity, rows, sku_of, text, whole
from engine.adapters.channeladvisor.protocol import Row, moment_of
from engine.errors import ProtocolError
from engine.model.order import AllocatedItem, Allocation, Component, Line, Order, Unreadable

BUYER_MEMBERS = (
    "Shipping*Name",
    "ShippingTitle",
    "ShippingSuffix",
    "ShippingCompany*",
    "ShippingAddress*",
    "ShippingCity",
    "ShippingStateOrProvince*",
    "ShippingPostalCode",
    "ShippingCountry",
    "Shipping*Phone",
    "Billing*",
    "Buyer*",
    "Payment[!SD]*",
    "*Notes",
    "SpecialInstructions",
    "Gift*",
    "Items",  # each line has its own gift message and notes
)

# Shipping statuses of orders that hold nothing back any more (inferred from their names).
OVER = frozenset({"Shipped", "Canceled"})


def record_of(raw: Row, centers: Mapping[int, str | None]) -> Order | Unreadable:
    """The canonical order, or why this one record cannot be made one."""
    try:
        return order_of(raw, centers)
    except ProtocolError as error:
        return Unreadable(key=key_of(raw), why=error.summary)


def order_of(raw: Row, centers: Mapping[int, str | None]) -> Order:
    """The canonical order; `centers` maps distribution center ids to codes.

    Raises BadRecordError, naming the order and the member, where something needed is missing.
    """
    key = str(whole(raw, "ID", "an order"))
    where = f"order {key}"
    created = moment_of(raw.get("CreatedDateUtc"))
    updated = raw.get("UpdatedDateUtc")
    return Order(
        key=key,
        profile=whole(raw, "ProfileID", where),
        created=created,
        updated=created if updated is None else moment_of(updated),
        shipping=str(raw.get("ShippingStatus") or ""),
        payment=str(raw.get("PaymentStatus") or ""),
        checkout=str(raw.get("CheckoutStatus") or ""),
        site=text(raw, "SiteName", where),
        site_id=None if raw.get("SiteID") is None else whole(raw, "SiteID", where),
        tags=_tags(raw.get("OrderTags")),
        lines=tuple(_line(row, where) for row in rows(raw, "Items", where)),
        allocations=tuple(
            _allocation(row, centers, where) for row in rows(raw, "Fulfillments", where)
        ),
        raw=raw,
    )


def _line(row: Row, where: str) -> Line:
    """Quantities of components are for the whole line already (documented)."""
    bundle = flag(row, "IsBundle", where)
    parts = rows(row, "BundleComponents", where) if bundle else ()
    return Line(
        id=str(whole(row, "ID", where)),
        sku=sku_of(row, where),
        quantity=quantity(row, where),
        cancelled=_cancelled(row, where),
        bundle=bundle,
        components=tuple(_component(part, where) for part in parts),
        product=_product(row),
    )


def _component(row: Row, where: str) -> Component:
    sku = sku_of(row, where)
    return Component(sku=sku, quantity=quantity(row, where), product=_product(row))


def _cancelled(row: Row, where: str) -> int:
    """What cancellations took away; refunds move no goods, and failed requests nothing at all."""
    return sum(
        quantity(adjustment, where)
        for adjustment in rows({"Adjustments": [], **row}, "Adjustments", where)
        if adjustment.get("Type") == "Cancellation" and adjustment.get("RequestStatus") != "Error"
    )


def _allocation(row: Row, centers: Mapping[int, str | None], where: str) -> Allocation:
    """A fulfillment. Its DC id may be 0 or negative and is never "unset" (seen in client code)."""
    dc = whole(row, "DistributionCenterID", where)
    return Allocation(
        id=str(whole(row, "ID", where)),
        dc=dc,
        dc_code=centers.get(dc),
        status=str(row.get("DeliveryStatus") or ""),
        marker=text(row, "SellerFulfillmentID", where),
        tracking=text(row, "TrackingNumber", where),
        items=tuple(
            AllocatedItem(
                line=str(whole(item, "OrderItemID", where)),
                sku=sku_of(item, where),
                quantity=quantity(item, where),
                product=_product(item),
            )
            for item in rows(row, "Items", where)
        ),
    )


def _tags(text: Any) -> tuple[str, ...]:
    """Documented: one text, separated by commas, null when there are none."""
    return tuple(tag.strip() for tag in str(text or "").split(",") if tag.strip())


def _product(row: Row) -> str | None:
    value = row.get("ProductID")
    return None if value is None else str(value)
