"""From a sketch to the order as ChannelAdvisor would hold it, with all its members and children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from engine.sandbox.channeladvisor.schema import ORDER, complete
from engine.sandbox.world.accounts import SITES
from engine.sandbox.world.catalog import BUNDLES, product, title
from engine.sandbox.world.model import LineSketch, OrderSketch, Recipient, Share
from engine.sandbox.world.stamps import OLD

Row = dict[str, Any]


class Ids:
    """Ascending ids, one sequence for each kind of entity."""

    def __init__(self) -> None:
        self.orders = count(31500101)
        self.lines = count(41000201)
        self.fulfillments = count(52000301)
        self.fulfillment_items = count(63000401)
        self.adjustments = count(71000001)


def order_record(sketch: OrderSketch, ids: Ids, stamps: tuple[str, str]) -> Row:
    """The whole order. `stamps` are when it was placed and last touched; an old one has its own."""
    number = next(ids.orders)
    created = OLD if sketch.old else stamps[0]
    keys = {"ProfileID": sketch.profile, "OrderID": number}
    lines = [_line(line, ids, keys) for line in sketch.lines]
    row = {
        "ID": number,
        "ProfileID": sketch.profile,
        **_origin(sketch, number),
        **_money(sketch),
        **_statuses(sketch, created),
        **_address(sketch.recipient, number),
        "CreatedDateUtc": created,
        "ImportDateUtc": created,
        "UpdatedDateUtc": stamps[1],
        "SpecialInstructions": sketch.instructions,
        "OrderTags": sketch.tags,
        "RequestedShippingClass": sketch.shipping_class,
        "Items": lines,
        "Fulfillments": list(_fulfillments(sketch, lines, ids, keys, created)),
    }
    return complete(row, ORDER)


def _origin(sketch: OrderSketch, number: int) -> Row:
    auto = f"113-{number}-{number % 9973:04d}"
    return {
        "SiteID": sketch.site,
        "SiteName": SITES[sketch.site],
        "SiteAccountID": 88000 + sketch.site,
        "SiteOrderID": auto if sketch.site_order == "auto" else sketch.site_order,
        "UserDataPresent": 1,
        "FlagID": 0,
        "DistributionCenterTypeRollup": _rollup(sketch),
    }


def _rollup(sketch: OrderSketch) -> str:
    external = {share.dc == -2 for line in sketch.lines for share in line.shares}
    if len(external) == 2:
        return "Mixed"
    return "ExternallyManaged" if external == {True} else "SellerManaged"


def _money(sketch: OrderSketch) -> Row:
    total = sketch.total
    if total is None:
        total = round(sum(line.quantity * 9.95 for line in sketch.lines), 2)
    zeros = (
        "TotalTaxPrice TotalShippingPrice TotalShippingTaxPrice TotalInsurancePrice"
        " TotalGiftOptionPrice TotalGiftOptionTaxPrice AdditionalCostOrDiscount PromotionAmount"
    )
    return {
        "Currency": "USD",
        "TotalPrice": total,
        **dict.fromkeys(zeros.split(), 0.0),
        "OrderTaxType": "Standard",
        "ShippingTaxType": "NoTax",
        "GiftOptionsTaxType": "NoTax",
    }


def _statuses(sketch: OrderSketch, created: str) -> Row:
    return {
        "ShippingStatus": sketch.shipping,
        "PaymentStatus": sketch.payment,
        "CheckoutStatus": sketch.checkout,
        "CheckoutDateUtc": created,
        "PaymentDateUtc": created,
        "ShippingDateUtc": None if sketch.shipping == "Unshipped" else created,
    }


def _address(recipient: Recipient, number: int) -> Row:
    return {
        "ShippingFirstName": recipient.first,
        "ShippingLastName": recipient.last,
        "ShippingCompanyName": recipient.company,
        "ShippingAddressLine1": recipient.address1,
        "ShippingAddressLine2": recipient.address2,
        "ShippingCity": recipient.city,
        "ShippingStateOrProvince": recipient.state,
        "ShippingPostalCode": recipient.postal_code,
        "ShippingCountry": recipient.country,
        "ShippingDaytimePhone": recipient.phone,
        "BuyerUserId": f"buyer-{number}@example.com",
        "BuyerEmailAddress": f"buyer-{number}@example.com",
        "BuyerEmailOptIn": False,
    }


def _line(line: LineSketch, ids: Ids, keys: Mapping[str, int]) -> Row:
    number = next(ids.lines)
    prices = "TaxPrice ShippingPrice ShippingTaxPrice RecyclingFee GiftPrice GiftTaxPrice"
    return {
        **keys,
        "ID": number,
        "ProductID": product(line.sku, keys["ProfileID"]),
        "SiteOrderItemID": f"9{number:013d}",
        "Sku": line.sku,
        "Title": title(line.sku),
        "Quantity": line.quantity,
        "UnitPrice": 9.95,
        **dict.fromkeys(prices.split(), 0.0),
        "IsBundle": line.sku in BUNDLES,
        "BundleComponents": [
            {
                **keys,
                "OrderItemID": number,
                "ProductID": product(component, keys["ProfileID"]),
                "BundleProductID": product(line.sku, keys["ProfileID"]),
                "Sku": component,
                "BundleSku": line.sku,
                "Title": title(component),
                "Quantity": per * line.quantity,  # Documented: already multiplied.
            }
            for component, per in BUNDLES.get(line.sku or "", {}).items()
        ],
        "Adjustments": [*_adjustments(line, number, ids, keys)],
    }


def _adjustments(line: LineSketch, number: int, ids: Ids, keys: Mapping[str, int]) -> Iterator[Row]:
    kinds = (
        ("Cancellation", "BuyerCancelled", line.cancelled),
        ("Refund", "GeneralAdjustment", line.refunded),
    )
    amounts = (
        "ItemAdjustment TaxAdjustment ShippingAdjustment ShippingTaxAdjustment"
        " GiftWrapAdjustment GiftWrapTaxAdjustment RecyclingFeeAdjustment"
    )
    for kind, reason, quantity in kinds:
        if quantity:
            yield {
                **keys,
                "ID": next(ids.adjustments),
                "OrderItemID": number,
                "Quantity": quantity,
                "IsRestock": False,
                "Reason": reason,
                **dict.fromkeys(amounts.split(), 0.0),
                "Type": kind,
                "CreatedDateUtc": "2026-11-02T12:00:00.5Z",
                "RequestStatus": "PostProcessingComplete",
                "RestockStatus": "NoChange",
                "CreatedSource": "UserInterface",
                "LastUpdatedSource": "UserInterface",
            }


def _fulfillments(
    sketch: OrderSketch, lines: list[Row], ids: Ids, keys: Mapping[str, int], created: str
) -> Iterator[Row]:
    boxes: dict[tuple[int, str, int], list[tuple[Row, Share]]] = {}
    for line, record in zip(sketch.lines, lines, strict=True):
        for share in line.shares:
            boxes.setdefault((share.dc, share.status, share.box), []).append((record, share))
    flags = "HasShippingLabel HasChannelPackingSlip HasReturnLabel HasChannelReturnLabel"
    for (dc, status, _), shares in boxes.items():
        number = next(ids.fulfillments)
        shipped = status == "Complete"
        yield {
            **keys,
            "ID": number,
            "CreatedDateUtc": created,
            "UpdatedDateUtc": created,
            "Type": "Ship",
            "DeliveryStatus": status,
            "TrackingNumber": f"1Z{number:016d}" if shipped else None,
            "ShippingClass": sketch.shipping_class,
            "DistributionCenterID": dc,
            "ShippedDateUtc": created if shipped else None,
            **dict.fromkeys(flags.split(), False),
            "Items": [
                item
                for record, share in shares
                for item in _items(record, share, ids, {**keys, "FulfillmentID": number})
            ],
        }


def _items(line: Row, share: Share, ids: Ids, keys: Mapping[str, int]) -> Iterator[Row]:
    """What a share allocates: of a bundle, its components (inferred), else the line itself."""
    contents = BUNDLES.get(line["Sku"] or "") or {line["Sku"]: 1}
    for sku, per in contents.items():
        yield {
            **keys,
            "ID": next(ids.fulfillment_items),
            "OrderItemID": line["ID"],
            "ProductID": product(sku, keys["ProfileID"]),
            "Sku": sku,
            "Quantity": per * share.quantity,
            "MarketplaceShippingStatus": "Pending",
        }
