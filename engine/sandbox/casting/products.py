"""A product in the short form -> the product as the channel would hold it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.sandbox.casting.ground import (
    TOUCHED,
    UNITS,
    Ground,
    Row,
    Short,
    is_time,
    product_id,
    stamped,
)
from engine.sandbox.channeladvisor.schema import PRODUCT, complete
from engine.sandbox.world.products import PLAIN

SAID_OF_PRODUCT = ("ID", "ProfileID", "Sku")
"""Members of a whole record that the short form says in its own words."""
LONG_AGO = "2020-01-01T00:00:00Z"
_PLAIN = {**PLAIN, "CreateDateUtc": LONG_AGO}
_SPOKEN = {"title": "Title", "kind": "ProductType"}


def product_row(short: Short, ground: Ground) -> Row:
    """The whole product; what stands under `raw` goes before all that is filled in."""
    raw = dict(short.get("raw") or {})
    profile = ground.profile(short.get("profile", raw.get("ProfileID")))
    sku = short.get("sku", raw.get("Sku"))
    number = int(short.get("id") or raw.get("ID") or product_id(profile, sku))
    own = {"ProductID": number, "ProfileID": profile}
    row = {
        **_PLAIN,
        "ID": number,
        "ProfileID": profile,
        "Sku": sku,
        "Title": f"Sample {sku}",
        "UpdateDateUtc": stamped(short["updated"]) if "updated" in short else ground.ago(TOUCHED),
        **{member: short[word] for word, member in _SPOKEN.items() if word in short},
        **_bundle(short, number, profile),
        **_parent(short, profile),
        "Attributes": [
            {**own, "Name": name, "Value": value}
            for name, value in (short.get("attributes") or {}).items()
        ],
        "Images": [
            {**own, "PlacementName": f"ITEMIMAGEURL{at}", "Url": url}
            for at, url in enumerate(short.get("images") or (), start=1)
        ],
        "DCQuantities": [*_quantities(short, own, ground)],
        **raw,
    }
    return complete(row, PRODUCT)


def said_of_product(raw: Row) -> Row | None:
    """What a case says of a whole record in its own words: `sku`, `id`, `profile` and `updated`;
    None for what is no product as the channel gives it.
    """
    number, profile, sku = (raw.get(name) for name in SAID_OF_PRODUCT)
    updated = raw.get("UpdateDateUtc") or raw.get("CreateDateUtc")
    if not (isinstance(number, int) and isinstance(profile, int) and isinstance(sku, str)):
        return None
    if not is_time(updated):
        return None
    return {"sku": sku, "id": number, "profile": profile, "updated": updated}


def _bundle(short: Short, number: int, profile: int) -> Row:
    if "bundle" not in short:
        return {}
    return {
        "ProductType": "Bundle",
        "BundleType": "BundleItem",
        "BundleComponents": [
            {
                "ProductID": number,
                "ComponentID": product_id(profile, part),
                "ComponentSku": part,
                "ProfileID": profile,
                "Quantity": per,
            }
            for part, per in short["bundle"].items()
        ],
    }


def _parent(short: Short, profile: int) -> Row:
    if "parent" not in short:
        return {}
    return {
        "ProductType": "Child",
        "IsInRelationship": True,
        "ParentSku": short["parent"],
        "ParentProductID": product_id(profile, short["parent"]),
    }


def _quantities(short: Short, own: Row, ground: Ground) -> Iterator[Row]:
    """What is available in each DC: a hundred, where the case says nothing of it."""
    given = {ground.center(dc): units for dc, units in (short.get("stock") or {}).items()}
    for center in ground.centers.values():
        yield {
            **own,
            "DistributionCenterID": center,
            "AvailableQuantity": given.get(center, UNITS),
        }


def goods_of(orders: list[Row]) -> Iterator[Row]:
    """The products that orders name, old enough that nobody reads them as changed."""
    seen: set[int] = set()
    for order in orders:
        for line in order["Items"]:
            for good in (line, *(line["BundleComponents"] or ())):
                number, sku = good.get("ProductID"), good.get("Sku")
                if isinstance(number, int) and sku and number not in seen:
                    seen.add(number)
                    yield {
                        "id": number,
                        "sku": sku,
                        "profile": order["ProfileID"],
                        "updated": LONG_AGO,
                    }
