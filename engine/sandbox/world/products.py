"""The products of every profile, as ChannelAdvisor would hold them, with what can be sold of each.

A warehouse's goods are told to the customer's main profile: it lists everything. The outlet lists
one SKU beside it, and the wholesale profile another, so that one SKU is two products.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.sandbox.channeladvisor.schema import PRODUCT, Row, complete
from engine.sandbox.world.catalog import (
    BUNDLES,
    LISTED,
    MAIN_PROFILES,
    SHELVED,
    STOCKED,
    UNSTOCKED,
    product_id,
    title,
)
from engine.sandbox.world.chance import Random

CENTERS: Mapping[str, tuple[int, ...]] = {
    "brightwick": (5,),
    "northpeak": (7, 9, 13),
    "tidewater": (0, -3),
}
"""The DCs at which a customer's goods lie."""

LEAST, SPAN = 800, 1200
_TWO_PROFILES = {12000124: "LANTERN", 12000125: "LAMP-01"}
_ELSEWHERE: Mapping[tuple[int, str], dict[int, int]] = {
    (12000101, "TENT-2P"): {-2: 30},
    (12000101, "ROPE-10"): {0: 12},
    (12000123, "TENT-2P"): {-2: 4},
}
"""What lies at somebody else's: at a marketplace, or in a DC that the customer does not link."""

_PARENT, _ALIAS, _ALIASED = "SHIRT", "LAMP-01-EBAY", "LAMP-01"
PLAIN: Row = {
    "Brand": "Sample",
    "Condition": "NEW",
    "Flag": "NoFlag",
    "ProductType": "Item",
    "BundleType": "None",
    "AliasType": "None",
    "InfiniteQuantity": False,
    "IsBlocked": False,
    "IsParent": False,
    "IsInRelationship": False,
    "OpenAllocatedQuantity": 0,
    "CreateDateUtc": "2026-10-12T20:25:11.9133333Z",
}


def all_products(chance: Random) -> Iterator[Row]:
    """Every product of every profile, by id within each."""
    for customer, profile in MAIN_PROFILES.items():
        for sku in (*STOCKED, *UNSTOCKED, *BUNDLES, *SHELVED, *LISTED):
            quantities = _quantities(chance, sku, CENTERS[customer])
            yield _product(sku, profile, quantities | _ELSEWHERE.get((profile, sku), {}))
    for profile, sku in _TWO_PROFILES.items():
        yield _product(sku, profile, dict.fromkeys(CENTERS["northpeak"], 0))


def _quantities(chance: Random, sku: str, centers: tuple[int, ...]) -> dict[int, int]:
    """So much of everything that lies on a shelf that a week's orders do not use it up."""
    if sku not in STOCKED and sku not in SHELVED:
        return {}
    return {center: LEAST + chance.randrange(SPAN) for center in centers}


def _product(sku: str, profile: int, quantities: Mapping[int, int]) -> Row:
    number = product_id(sku, profile)
    keys = {"ProductID": number, "ProfileID": profile}
    row = {
        **PLAIN,
        "ID": number,
        "ProfileID": profile,
        "Sku": sku,
        "Title": title(sku),
        **_numbers(number % 1000),
        **_kind(sku, profile),
        "Attributes": [{**keys, "Name": name, "Value": text} for name, text in _facts(sku)],
        "Images": [
            {
                **keys,
                "PlacementName": f"ITEMIMAGEURL{at}",
                "Abbreviation": str(at),
                "Url": f"https://images.example.com/{number}-{at}.jpg",
            }
            for at in range(1, 1 + number % 4)
        ],
        "DCQuantities": [
            {**keys, "DistributionCenterID": center, "AvailableQuantity": units}
            for center, units in quantities.items()
        ],
    }
    return complete(row, PRODUCT)


def _numbers(at: int) -> Row:
    """Codes and stamps; some products lack a code, and several share a stamp."""
    code = f"08400123{at - 83:05d}"
    stamp = f"2026-11-02T{at % 16:02d}:30:08.{at % 9}Z"
    return {
        "UPC": code[1:],
        "EAN": code if at % 2 == 0 else None,
        "ASIN": f"B0{at:08d}" if at % 3 == 0 else None,
        "MPN": f"SA-{at}",
        "Weight": 0.25 * (1 + at % 8),
        "RetailPrice": 9.95,
        "UpdateDateUtc": stamp,
        "QuantityUpdateDateUtc": stamp,
    }


def _kind(sku: str, profile: int) -> Row:
    """What makes a product a bundle, a parent, a child, an alias, or endless."""
    if sku in BUNDLES:
        return {
            "ProductType": "Bundle",
            "BundleType": "BundleItem",
            "BundleComponents": [
                {"ComponentID": product_id(one, profile), "ComponentSku": one, "Quantity": per}
                for one, per in BUNDLES[sku].items()
            ],
        }
    if sku in UNSTOCKED:
        return {"InfiniteQuantity": True}
    if sku == _PARENT:
        return {"ProductType": "Parent", "IsParent": True, "IsInRelationship": True}
    if sku.startswith(f"{_PARENT}-"):
        parent = {"ParentProductID": product_id(_PARENT, profile), "ParentSku": _PARENT}
        return {"ProductType": "Child", "IsInRelationship": True, **parent}
    return _standing(sku, profile)


def _standing(sku: str, profile: int) -> Row:
    if sku == _ALIASED:
        return {"AliasType": "Reference"}
    if sku == _ALIAS:
        reference = {"ReferenceProductID": product_id(_ALIASED, profile), "ReferenceSku": _ALIASED}
        return {"AliasType": "Alias", **reference}
    return {}


def _facts(sku: str) -> Iterator[tuple[str, str]]:
    yield "Material", "mixed"
    if len(sku) % 2:
        yield "INNER_PACK_GTIN", f"1084001{sum(map(ord, sku)):07d}"
