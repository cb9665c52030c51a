"""What is sold and stocked: products as ChannelAdvisor knows them, items as the warehouses do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STOCKED: Mapping[str, str] = {
    "LAMP-01": "Camp lamp",
    "ROPE-10": "Rope 10 m",
    "TENT-2P": "Tent for two",
    "STOVE-1": "Stove",
    "FUEL-2": "Fuel 2 l",
    "MUG-01": "Mug, blue — 0.3 l",
    "TEA-05": "Thé vert",
    "SAIL-1": "Jib",
    "SHACKLE": "Shackle",
    "STRAP-1": "Strap",
    "BUCKLE": "Buckle",
    "COMPASS": "Compass",
    "00017": "Peg, 10 pieces",
    "007-B": "Peg, 50 pieces",
    "BOLT #8": "Bolt no. 8",
    "CLIP+PIN": "Clip with pin",
    "NUT&WASHER": "Nut and washer",
    "ROD 1/2": "Rod, half inch",
    "O'RING-5": "O-ring 5 mm",
    "WOOL 50%": "Blanket, half wool",
}
"""Plain products that every warehouse stocks, with their titles."""

SHELVED: Mapping[str, str] = {
    "MUG-02": "Mug, red",
    "LANTERN": "Lantern",
    "SHIRT-S": "Shirt, small",
    "SHIRT-L": "Shirt, large",
}
"""What every warehouse stocks too, but no order of a fresh world asks for."""

LISTED: Mapping[str, str] = {
    "Mug-02": "Mug, red: the SKU of another but for letter case",
    "SHIRT": "Shirt: the parent of its sizes",
    "LAMP-01-EBAY": "Camp lamp, under another SKU",
}
"""Products that are only a record of the channel: a twin, a parent and an alias."""

UNSTOCKED: Mapping[str, str] = {
    "GIFT-WRAP": "Gift wrap",
    "SHIP-INSURANCE": "Shipping insurance",
    "SERVICE-FEE": "Service fee",
    "GHOST-9": "Sold, but unknown to every warehouse",
    "PACK-STRAPS": "Straps, a pack",
}
"""Plain products that no warehouse knows as an item; PACK-STRAPS is a bundle to one."""

BUNDLES: Mapping[str, Mapping[str, int]] = {
    "KIT-STOVE": {"STOVE-1": 1, "FUEL-2": 2},
    "KIT-GIFT": {"MUG-01": 1, "TEA-05": 2},
    "KIT-CAMP": {"LAMP-01": 1, "ROPE-10": 2},
    "KIT-SAIL": {"SAIL-1": 1, "SHACKLE": 4},
    "KIT-NESTED": {"LAMP-01": 1, "PACK-STRAPS": 1},
}
"""Bundles: component -> how many of it one bundle holds."""

MAIN_PROFILES: Mapping[str, int] = {
    "brightwick": 12000101,
    "northpeak": 12000123,
    "tidewater": 12000135,
}
"""The profile whose products a customer's stock is told to."""

SELLS_FROM: Mapping[int, int] = {12000124: 12000123}
"""The outlet sells from another profile's products, and so from that one's quantities."""

_TITLES = {**STOCKED, **UNSTOCKED, **SHELVED, **LISTED}
_PLACES = {
    sku: at for at, sku in enumerate([*STOCKED, *UNSTOCKED, *BUNDLES, *SHELVED, *LISTED], start=100)
}
_UNNAMED = 99
_BASES = {
    12000101: 6200000,
    12000123: 6300000,
    12000135: 6400000,
    12000125: 6500000,
    12000124: 6600000,
}
_ALIASES = {"LAMP-01": ["0840012300017", "SHARED-UPC"], "ROPE-10": ["SHARED-UPC"]}

_UNTOLD = frozenset({"MUG-02", "LANTERN"})  # So that somebody has to look for them by SKU.

_KEPT: Mapping[str, tuple[str, ...]] = {
    "brightwick": (),
    "northpeak": ("KIT-GIFT",),
    "tidewater": ("KIT-STOVE", "KIT-GIFT", "KIT-CAMP"),
}
_SITE_BUNDLES: Mapping[str, tuple[str, ...]] = {
    "brightwick": (),
    "northpeak": ("KIT-CAMP", "KIT-GIFT"),  # KIT-GIFT is an item too: the item wins.
    "tidewater": (),
}
_STRAPS = [{"item": "STRAP-1", "quantity": 2}, {"item": "BUCKLE", "quantity": 2}]


def product_id(sku: str | None, profile: int) -> int:
    """The id of a profile's own product of a SKU."""
    return _BASES[profile] + (_PLACES[sku] if sku else _UNNAMED)


def product(sku: str | None, profile: int) -> int:
    """The product id on an order's line; a line without SKU has a product too."""
    return product_id(sku, SELLS_FROM.get(profile, profile))


def title(sku: str | None) -> str:
    """The title of a SKU."""
    if not sku:
        return "A line without SKU"
    return _TITLES.get(sku) or f"Bundle {sku}"


def site(customer: str, areas: tuple[str, ...]) -> dict[str, Any]:
    """The state of a customer's warehouse before anything was sent."""
    numbers = [*STOCKED, *SHELVED, *_KEPT[customer]]
    bundles = {
        sku: [{"item": item, "quantity": per} for item, per in BUNDLES[sku].items()]
        for sku in _SITE_BUNDLES[customer]
    }
    if bundles:
        bundles["PACK-STRAPS"] = _STRAPS
    return {
        "areas": list(areas),
        "items": [_item(sku, MAIN_PROFILES[customer]) for sku in numbers],
        "bundles": bundles,
        "orders": [],
    }


def _item(sku: str, profile: int) -> dict[str, Any]:
    """Two items in three hold the channel's id of their product."""
    known = sku not in _UNTOLD and _PLACES[sku] % 3 != 2
    members = {"customField1": str(product_id(sku, profile))} if known else {}
    return {"number": sku, "aliases": _ALIASES.get(sku, []), "members": members}
