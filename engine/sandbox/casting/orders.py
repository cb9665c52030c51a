"""An order in the short form -> the order as the channel would hold it, with all its members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.sandbox.casting.ground import (
    PLACED,
    TOUCHED,
    Ground,
    Row,
    Short,
    is_time,
    product_id,
    stamped,
)
from engine.sandbox.channeladvisor.schema import ORDER, complete

SAMPLE = "SAMPLE-1"
"""The SKU of an order that names none."""
BUYER: Mapping[str, str | int | bool | None] = {
    "ShippingFirstName": "Dana",
    "ShippingLastName": "Example",
    "ShippingAddressLine1": "7 Case Road",
    "ShippingCity": "Caseville",
    "ShippingStateOrProvince": "NC",
    "ShippingPostalCode": "27600",
    "ShippingCountry": "US",
    "BuyerUserId": "dana@example.com",
    "BuyerEmailAddress": "dana@example.com",
    "BuyerEmailOptIn": False,
    "UserDataPresent": 1,
}
_ZEROS = (
    "TotalTaxPrice TotalShippingPrice TotalShippingTaxPrice TotalInsurancePrice"
    " TotalGiftOptionPrice TotalGiftOptionTaxPrice AdditionalCostOrDiscount PromotionAmount"
)
_PLAIN: Mapping[str, object] = {
    "SiteID": 640,
    "SiteName": "Sample Shop",
    "SiteAccountID": 88640,
    "Currency": "USD",
    "TotalPrice": 19.9,
    **dict.fromkeys(_ZEROS.split(), 0.0),
    "OrderTaxType": "Standard",
    "ShippingTaxType": "NoTax",
    "GiftOptionsTaxType": "NoTax",
    "RequestedShippingClass": "Standard",
    "FlagID": 0,
    "DistributionCenterTypeRollup": "SellerManaged",
}
_SPOKEN = {
    "shipping": "ShippingStatus",
    "payment": "PaymentStatus",
    "checkout": "CheckoutStatus",
    "site": "SiteName",
}
"""Words of the short form -> members."""
SAID = ("ID", "ProfileID")
"""Members of a whole record that the short form says in its own words."""
PLACING = ("CreatedDateUtc", "ImportDateUtc", "CheckoutDateUtc", "PaymentDateUtc")
"""Members that say when an order was placed."""
_TIMES = {"created": "CreatedDateUtc", "updated": "UpdatedDateUtc"}


def order_row(short: Short, ground: Ground) -> Row:
    """The whole order; raises ValueError for a profile or a DC that nobody knows.

    What stands under `raw` goes before all that is filled in.
    """
    raw = dict(short.get("raw") or {})
    number = int(short.get("id") or raw.get("ID") or 0)
    keys = {"ProfileID": _profile(short, raw, ground), "OrderID": number}
    lines = [*_numbered(raw.get("Items") or (), keys, 1)] or [*_lines(short, keys, ground)]
    row = {
        **_PLAIN,
        **BUYER,
        "ID": number,
        "ProfileID": keys["ProfileID"],
        "SiteOrderID": f"113-{number}",
        **_stamps(ground),
        "ShippingStatus": "Unshipped",
        "PaymentStatus": "Cleared",
        "CheckoutStatus": "Completed",
        **{member: short[word] for word, member in _SPOKEN.items() if word in short},
        **{member: stamped(short[word]) for word, member in _TIMES.items() if word in short},
        **({"OrderTags": ",".join(map(str, short["tags"]))} if "tags" in short else {}),
        **raw,
        "Items": lines,
    }
    row["Fulfillments"] = (
        [*_sent_from(raw["Fulfillments"] or (), keys, ground)]
        if "Fulfillments" in raw
        else [*_fulfillments(short, lines, keys, ground)]
    )
    return complete(row, ORDER)


def as_placed(short: Short, known: Row | None) -> Short:
    """An order that the channel has already was placed when it was; what the case says goes before.

    `known` is the order as the channel has it, None for a new one.
    """
    if known is None:
        return short
    said = {_TIMES["created"]} if "created" in short else set()
    kept = {member: known[member] for member in PLACING if member not in said}
    return {**short, "raw": {**kept, **(short.get("raw") or {})}}


def _profile(short: Short, raw: Row, ground: Ground) -> int:
    return ground.profile(short.get("profile", raw.get("ProfileID")))


def _numbered(rows: Iterable[Row], keys: Row, start: int) -> Iterator[Row]:
    """Raw rows with the ids by which they are found, where a case leaves those out."""
    for at, row in enumerate(rows, start=start):
        yield {**keys, "ID": _id(keys, at), **row}


def _sent_from(rows: Iterable[Row], keys: Row, ground: Ground) -> Iterator[Row]:
    """Raw fulfillments; one that names no DC is the first link's."""
    for row in _numbered(rows, keys, 51):
        inner = {"OrderID": row["ID"] % 10**7}
        yield {
            "DistributionCenterID": ground.center(None),
            **row,
            "Items": [
                {**item, "OrderID": keys["OrderID"], "FulfillmentID": row["ID"]}
                for item in _numbered(row.get("Items") or (), inner, 1)
            ],
        }


def _stamps(ground: Ground) -> Row:
    return {**dict.fromkeys(PLACING, ground.ago(PLACED)), "UpdatedDateUtc": ground.ago(TOUCHED)}


def _lines(short: Short, keys: Row, ground: Ground) -> Iterator[Row]:
    for at, line in enumerate(short.get("lines") or [{"sku": SAMPLE, "quantity": 1}], start=1):
        yield _line(line, {**keys, "ID": int(line.get("id") or _id(keys, at))}, ground)


def _id(keys: Row, at: int) -> int:
    """The id of a line, a fulfillment or an item in one, which a case gave none."""
    return int((keys["OrderID"] * 100 + at) % 10**10)


def _line(line: Short, keys: Row, ground: Ground) -> Row:
    sku, quantity, number = line.get("sku"), line.get("quantity", 1), keys["ID"]
    own = {name: keys[name] for name in ("ProfileID", "OrderID")}
    product = product_id(keys["ProfileID"], sku)
    return {
        **own,
        "ID": number,
        "ProductID": product,
        "SiteOrderItemID": f"9{number:013d}",
        "Sku": sku,
        "Title": f"Sample {sku}",
        "Quantity": quantity,
        "UnitPrice": 9.95,
        "IsBundle": "bundle" in line,
        "BundleComponents": [
            {
                **own,
                "OrderItemID": number,
                "ProductID": product_id(keys["ProfileID"], part),
                "BundleProductID": product,
                "Sku": part,
                "BundleSku": sku,
                "Quantity": per * quantity,  # Documented: already multiplied.
            }
            for part, per in (line.get("bundle") or {}).items()
        ],
        "Adjustments": [*_cancellation(line, own, number, ground)],
        **(line.get("raw") or {}),
    }


def _cancellation(line: Short, own: Row, number: int, ground: Ground) -> Iterator[Row]:
    if line.get("cancelled"):
        yield {
            **own,
            "ID": number,
            "OrderItemID": number,
            "Quantity": line["cancelled"],
            "IsRestock": False,
            "Reason": "BuyerCancelled",
            "Type": "Cancellation",
            "CreatedDateUtc": ground.ago(TOUCHED),
            "RequestStatus": "PostProcessingComplete",
            "RestockStatus": "NoChange",
        }


def _fulfillments(short: Short, lines: list[Row], keys: Row, ground: Ground) -> Iterator[Row]:
    """One for each DC and status; of raw lines everything is the order's DC's."""
    given = short.get("lines") or [{} for _ in lines]
    boxes: dict[tuple[int, str], list[tuple[Row, int]]] = {}
    for line, row in zip(given, lines, strict=False):
        for dc, quantity in _shares(line, row, short).items():
            place = ground.center(dc), line.get("status", "NoChange")
            boxes.setdefault(place, []).append((row, quantity))
    for at, ((center, status), shares) in enumerate(boxes.items(), start=51):
        number = _id(keys, at)
        yield {
            **keys,
            "ID": number,
            "DistributionCenterID": center,
            "DeliveryStatus": status,
            "Type": "Ship",
            "CreatedDateUtc": ground.ago(PLACED),
            "UpdatedDateUtc": ground.ago(PLACED),
            "Items": [*_allocated(shares, {**keys, "FulfillmentID": number})],
        }


def _shares(line: Short, row: Row, short: Short) -> Mapping[object, int]:
    """DC (None: the ruleset's first link's) -> how many of a line are to be sent from there."""
    dc = line.get("dc", short.get("dc"))
    return dc if isinstance(dc, Mapping) else {dc: row.get("Quantity") or 0}


def _allocated(shares: list[tuple[Row, int]], keys: Row) -> Iterator[Row]:
    """The items of a fulfillment: of a bundle, its components (inferred)."""
    at = 0
    for line, quantity in shares:
        whole = line.get("Quantity") or 1
        parts = line.get("BundleComponents") or ()
        goods = [(part, (part.get("Quantity") or 0) * quantity // whole) for part in parts]
        for part, units in goods or [(line, quantity)]:
            at += 1
            yield {
                **keys,
                "ID": _id({"OrderID": keys["FulfillmentID"] % 10**7}, at),
                "OrderItemID": line["ID"],
                "ProductID": part.get("ProductID"),
                "Sku": part.get("Sku"),
                "Quantity": units,
            }


def said_of(raw: Row) -> Row | None:
    """What a case says of a whole record in its own words: `id`, `profile`, `updated` and the ids
    of its DCs; None for what is no order as the channel gives it.
    """
    number, profile = raw.get("ID"), raw.get("ProfileID")
    updated = raw.get("UpdatedDateUtc") or raw.get("CreatedDateUtc")
    if not (isinstance(number, int) and isinstance(profile, int) and is_time(updated)):
        return None
    centers = [row.get("DistributionCenterID") for row in raw.get("Fulfillments") or ()]
    return {
        "id": number,
        "profile": profile,
        "updated": updated,
        "centers": [one for one in dict.fromkeys(centers) if isinstance(one, int)],
    }
