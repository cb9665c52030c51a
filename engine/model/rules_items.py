"""The `items` section of a ruleset: which products become a warehouse's items, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.model.pieces import Expression, FieldRule, NamedRule
from engine.model.product import ProductKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRule:
    """A text or a list of texts, each an alias; `quantity` is what one scan of it stands for."""

    value: Expression
    quantity: int | Expression = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRules:
    """`owners` are the profiles whose products are taken: no SKU may exist twice among them.

    `sends` are the kinds of products that become items. Members in `kept` are written only when an
    item is new. `aliases` None leaves the list in the warehouse alone, else the ruleset owns it.
    `product_id` is the member that holds the channel's product id; it is one of `fields` too.
    `whole`: an item that is there is sent as a whole, else only its mapped members are.
    """

    source: str
    sink: str
    owners: tuple[int, ...]
    since: datetime
    overlap: timedelta
    where: Expression | None = None
    skip: tuple[NamedRule, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    kept: frozenset[str] = frozenset()
    aliases: tuple[AliasRule, ...] | None = None
    product_id: str | None = None
    sends: frozenset[ProductKind] = frozenset({"item", "child"})
    whole: bool = False
