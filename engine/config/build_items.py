"""The `items` section of a valid tree -> ItemRules, with what it leaves out filled in."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from engine.config.literals import duration, moment
from engine.config.nodes import (
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    entries,
    find,
    plain_at,
    scalars,
)
from engine.config.pieces import expression, field_rule, named_rules
from engine.model.pieces import Expression, FieldRule
from engine.model.product import ProductKind
from engine.model.rules_items import AliasRule, ItemRules

OVERLAP = timedelta(minutes=5)
SWITCHES: dict[str, tuple[ProductKind, bool]] = {
    "children": ("child", True),
    "parents": ("parent", False),
    "bundles": ("bundle", False),
}
"""The key for a kind of product, and whether it is sent where nothing is said."""


def build_items(node: Node, profiles: dict[str, int], local: ZoneInfo) -> ItemRules:
    """The rules; `profiles` are the ids of the ruleset's, `local` is the zone of a bare date."""
    overlap = plain_at(node, "overlap")
    where = find(node, ["only", "where"])
    return ItemRules(
        source=plain_at(node, "from"),
        sink=plain_at(node, "to"),
        owners=_owners(node, profiles),
        since=moment(plain_at(node, "since"), local),
        overlap=duration(overlap) if overlap else OVERLAP,
        where=expression(where) if where is not None else None,
        skip=named_rules(node, "skip"),
        fields=fields_of(node),
        kept=frozenset(target for target, entry in entries(node, "map") if _is_kept(entry.node)),
        aliases=_aliases(find(node, ["aliases", "from"])),
        product_id=plain_at(node, "product-id"),
        sends=_sends(node),
        whole=plain_at(node, "write") == "overwrite",
    )


def fields_of(node: Node) -> tuple[FieldRule, ...]:
    """What is mapped, and the channel's product id behind it."""
    mapped = tuple(field_rule(target, entry) for target, entry in entries(node, "map"))
    named = find(node, ["product-id"])
    if not isinstance(named, ScalarNode):
        return mapped
    value = Expression("key", named.place)
    return (*mapped, FieldRule(target=named.text, place=named.place, value=value))


def _owners(node: Node, profiles: dict[str, int]) -> tuple[int, ...]:
    named = {name.text for name in scalars(node, "owner")}
    return tuple(number for name, number in profiles.items() if name in named)


def _is_kept(node: Node) -> bool:
    return plain_at(node, "overwrite") is False


def _aliases(node: Node | None) -> tuple[AliasRule, ...] | None:
    return tuple(_alias(one) for one in node.items) if isinstance(node, ListNode) else None


def _alias(node: Node) -> AliasRule:
    if not isinstance(node, MapNode):
        return AliasRule(value=expression(node))
    quantity = plain_at(node, "quantity")
    return AliasRule(
        value=expression(find(node, ["of"])),
        quantity=quantity if isinstance(quantity, int) else expression(find(node, ["quantity"])),
    )


def _sends(node: Node) -> frozenset[ProductKind]:
    chosen: set[ProductKind] = {"item"}
    for key, (kind, default) in SWITCHES.items():
        word = plain_at(node, key)
        if word == "send" or (word is None and default):
            chosen.add(kind)
    return frozenset(chosen)
