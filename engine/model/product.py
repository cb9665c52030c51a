"""The canonical product, and the item that a warehouse should have of it.

JSON form of the product: `schemas/records/product.schema.json`. Weights are in the unit of the
channel's profile; nothing here converts them. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

ProductKind = Literal["item", "child", "parent", "bundle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePart:
    """So many of a component in one bundle."""

    sku: str
    quantity: int
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product of one profile; `aliases` are SKUs of alias products that stand for it.

    `alias_of` is set on such an alias product itself: it is no item of its own. `images` are URLs
    in their order. `raw` is the channel's own record.
    """

    key: str
    profile: int
    sku: str
    updated: datetime
    kind: ProductKind = "item"
    title: str = ""
    aliases: tuple[str, ...] = ()
    alias_of: str | None = None
    parent: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    components: tuple[BundlePart, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRef:
    """What identifies a product: the channel's id, its profile and its SKU."""

    key: str
    profile: int
    sku: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another number that a scan may show; `quantity` is how many units it stands for."""

    alias: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredItem:
    """One item to be written. `fields` are members in the ruleset's vocabulary (`description`,
    `customField1`, ...). `aliases` None leaves the member out: the list there stays as it is.
    """

    number: str
    fields: Mapping[str, str | int | float | bool]
    aliases: tuple[Alias, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingItem:
    """An item as the warehouse has it; `aliases` None where the site does not tell."""

    number: str
    fields: Mapping[str, Any]
    aliases: tuple[Alias, ...] | None = None
    bundle: bool = False
