"""A raw product of ChannelAdvisor as a canonical one. No I/O.

Member names are documented in the service's metadata; that an alias points to the product it stands
for, and not the other way round, is inferred from them.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.adapters.channeladvisor.members import key_of, named, quantity, rows, sku_of, whole
from engine.adapters.channeladvisor.protocol import Row, moment_of
from engine.errors import ProtocolError
from engine.model.order import Unreadable
from engine.model.product import BundlePart, Product, ProductKind, ProductRef

_BUNDLES = frozenset(("BundleItem", "AssemblyBundleItem"))


def record_of(raw: Row) -> Product | Unreadable:
    """The canonical product, or why this one record cannot be made one."""
    try:
        return product_of(raw)
    except ProtocolError as error:
        return Unreadable(key=key_of(raw), why=error.summary)


def product_of(raw: Row) -> Product:
    """The canonical product of a record whose nested lists are whole.

    Raises BadRecordError, naming the product and the member, where something needed is missing,
    ProtocolError where a time has not its known form.
    """
    key = str(whole(raw, "ID", "a product"))
    where = f"product {key}"
    updated = raw.get("UpdateDateUtc")
    return Product(
        key=key,
        profile=whole(raw, "ProfileID", where),
        sku=sku_of(raw, where) or named(raw, "Sku", where),
        updated=moment_of(raw.get("CreateDateUtc") if updated is None else updated),
        kind=kind_of(raw),
        title=str(raw.get("Title") or ""),
        aliases=tuple(
            named(row, "AliasProductSku", where)
            for row in rows(raw, "AliasRelationships", where)
            if row.get("AliasProductID") != raw["ID"]
        ),
        alias_of=_alias_of(raw),
        parent=_text(raw, "ParentSku"),
        attributes={
            named(row, "Name", where): str(row.get("Value") or "")
            for row in rows(raw, "Attributes", where)
        },
        images=tuple(str(row["Url"]) for row in _in_order(rows(raw, "Images", where))),
        components=tuple(_part(row, where) for row in rows(raw, "BundleComponents", where)),
        raw=raw,
    )


def ref_of(raw: Row) -> ProductRef:
    """What identifies the product; raises BadRecordError where a part of it is missing."""
    key = str(whole(raw, "ID", "a product"))
    where = f"product {key}"
    return ProductRef(key=key, profile=whole(raw, "ProfileID", where), sku=named(raw, "Sku", where))


def kind_of(raw: Row) -> ProductKind:
    """Documented: bundles and parents have no stock of their own. A component is an item."""
    if raw.get("ProductType") == "Bundle" or raw.get("BundleType") in _BUNDLES:
        return "bundle"
    if raw.get("ProductType") == "Parent" or raw.get("IsParent"):
        return "parent"
    return "child" if raw.get("ProductType") == "Child" else "item"


def _alias_of(raw: Row) -> str | None:
    return _text(raw, "ReferenceSku") if raw.get("AliasType") == "Alias" else None


def _part(row: Row, where: str) -> BundlePart:
    return BundlePart(
        sku=named(row, "ComponentSku", where),
        quantity=quantity(row, where),
        product=str(whole(row, "ComponentID", where)),
    )


def _in_order(images: Sequence[Row]) -> list[Row]:
    """Images with a URL by their place: ITEMIMAGEURL10 comes after ITEMIMAGEURL2."""
    shown = [row for row in images if row.get("Url")]
    return sorted(shown, key=lambda row: (len(_place(row)), _place(row)))


def _place(image: Row) -> str:
    return str(image.get("PlacementName") or "")


def _text(raw: Row, member: str) -> str | None:
    value = raw.get(member)
    return str(value) if value else None
