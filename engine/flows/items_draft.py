"""A product as an item that the warehouse should have: filters, kinds, mapped members, aliases.

Everything here follows from the product alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.compiler.items import CompiledItems
from engine.flows.fields import Ids, Scalar, rejects, value_of
from engine.flows.filtering import filtered_by, undecided
from engine.flows.items_aliases import aliases_of
from engine.flows.orders_parts import Problem
from engine.model.product import Alias, Product

IDS = Ids(mapping="items.map", lookup="items.lookup")
KINDS = {
    "parent": Problem(rule="items.parent", reason="it is a parent, which only groups variations"),
    "child": Problem(rule="items.child", reason="it is a variation, and items.children says skip"),
    "bundle": Problem(rule="items.bundle", reason="it is a bundle, whose components are items"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """One product; `dropped` says why it is left alone, `bad` why it can never be sent as it is.

    `problems` keep it here. `values` are its mapped members, also those for new items alone.
    """

    product: Product
    values: Mapping[str, Scalar] = field(default_factory=dict)
    aliases: tuple[Alias, ...] | None = None
    dropped: Problem | None = None
    bad: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether anything must be looked up for it."""
        return self.dropped is None and not self.bad

    @property
    def number(self) -> str:
        """The item's number: orders name items by SKU."""
        return self.product.sku

    @property
    def scans(self) -> tuple[str, ...]:
        """The aliases alone."""
        return tuple(alias.alias for alias in self.aliases or ())


def draft_of(compiled: CompiledItems, product: Product) -> ItemDraft:
    """What becomes of a product, as far as the product alone can tell."""
    scope = scope_of(compiled, product)
    dropped = _unwanted(compiled, product)
    if dropped is not None:
        return ItemDraft(product=product, dropped=dropped)
    stopped, known = compiled.together.first(scope)
    if stopped is not None:
        return ItemDraft(product=product, dropped=filtered_by(stopped))
    if product.sku.strip() != product.sku or not product.sku:
        reason = "its SKU is empty or has blanks around it: the warehouse would have another number"
        return ItemDraft(product=product, bad=(Problem(rule="items.bad-sku", reason=reason),))
    values, holding, rejecting = _values(compiled, scope, known)
    aliases, odd = aliases_of(compiled.aliases, scope, product.sku)
    return ItemDraft(
        product=product,
        values=values,
        aliases=aliases,
        bad=tuple(rejecting),
        # What has values from the function of all has been asked every filter by it, too.
        problems=(*(() if known else undecided(compiled.together.filters, scope)), *holding, *odd),
    )


def scope_of(compiled: CompiledItems, product: Product) -> dict[str, Any]:
    """The members of a product under the names of the ruleset's language.

    The raw record stands under the name of its connection.
    """
    return {
        "key": product.key,
        "profile": {
            "id": product.profile,
            "name": compiled.profile_names.get(product.profile, str(product.profile)),
        },
        "sku": product.sku,
        "kind": product.kind,
        "updated": product.updated.isoformat().replace("+00:00", "Z"),
        "title": product.title,
        "aliases": list(product.aliases),
        "alias_of": product.alias_of,
        "parent": product.parent,
        "attributes": dict(product.attributes),
        "images": list(product.images),
        "components": [{"sku": part.sku, "quantity": part.quantity} for part in product.components],
        compiled.rules.source: product.raw,
    }


def _unwanted(compiled: CompiledItems, product: Product) -> Problem | None:
    if product.profile not in compiled.rules.owners:
        reason = "it is of a profile that items.owner does not name"
        return Problem(rule="items.owner", reason=reason)
    if product.alias_of is not None:
        reason = f"it is an alias that stands for {product.alias_of}"
        return Problem(rule="items.alias", reason=reason)
    if product.kind not in compiled.rules.sends:
        return KINDS[product.kind]
    return None


def _values(
    compiled: CompiledItems, scope: Mapping[str, Any], known: Mapping[str, Any]
) -> tuple[dict[str, Scalar], list[Problem], list[Problem]]:
    """The members that have a value; then what holds the product, and what rejects it."""
    values: dict[str, Scalar] = {}
    holding: list[Problem] = []
    rejecting: list[Problem] = []
    for one in compiled.fields:
        value = value_of(one, scope, IDS, known)
        if isinstance(value, Problem):
            (rejecting if rejects(one) else holding).append(value)
        elif value is not None:
            values[one.rule.target] = value
    return values, holding, rejecting
