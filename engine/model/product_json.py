"""The canonical product as JSON (schemas/records/product.schema.json) and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.product import BundlePart, Product
from engine.model.stamps import stamp_of, stamp_text


def product_to_json(product: Product) -> dict[str, Any]:
    """A plain JSON value, from which `product_from_json` makes an equal product."""
    return {
        "key": product.key,
        "profile": product.profile,
        "sku": product.sku,
        "updated": stamp_text(product.updated),
        "kind": product.kind,
        "title": product.title,
        "aliases": list(product.aliases),
        "alias_of": product.alias_of,
        "parent": product.parent,
        "attributes": dict(product.attributes),
        "images": list(product.images),
        "components": [
            {"sku": part.sku, "quantity": part.quantity, "product": part.product}
            for part in product.components
        ],
        "raw": dict(product.raw),
    }


def product_from_json(value: Mapping[str, Any]) -> Product:
    """Takes what the schema allows; raises KeyError, TypeError or ValueError for anything else."""
    return Product(
        key=value["key"],
        profile=value["profile"],
        sku=value["sku"],
        updated=stamp_of(value["updated"]),
        kind=value.get("kind", "item"),
        title=value.get("title", ""),
        aliases=tuple(value.get("aliases", ())),
        alias_of=value.get("alias_of"),
        parent=value.get("parent"),
        attributes=value.get("attributes", {}),
        images=tuple(value.get("images", ())),
        components=tuple(
            BundlePart(sku=part["sku"], quantity=part["quantity"], product=part.get("product"))
            for part in value.get("components", ())
        ),
        raw=value.get("raw", {}),
    )
