"""One record as it would be decided with one thing changed: of the record, of the ruleset, or of
what the warehouse knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from engine.compiler.items import CompiledItems
from engine.compiler.orders import CompiledOrders
from engine.compiler.tracing import Spot
from engine.diagnostics import Place
from engine.flows import items_draft
from engine.flows.orders_scope import order_scope, part_scope
from engine.model.decision import Decision
from engine.model.desired import ItemState
from engine.model.order import Order
from engine.model.product import Product
from engine.model.ruleset import Criterion, OrderRules

Where = Literal["record", "ruleset", "warehouse", "command"]
PLAIN = frozenset(["checkout", "payment", "shipping", "site", "site_id"])
"""Roots of the language that are members of the canonical order under the same name."""
PLAIN_OF_PRODUCTS = frozenset(["title"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTrial:
    """An order; `items` are those of which the warehouse is to know otherwise, `states` the numbers
    of orders that it is to have in another state. `force`: a person has it sent again.
    """

    order: Order
    compiled: CompiledOrders
    items: Mapping[str, ItemState] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    force: bool = False

    @property
    def rules(self) -> OrderRules:
        """The orders section."""
        return self.compiled.rules

    def scope(self, link: str | None) -> Mapping[str, Any]:
        """What expressions see: of the part of a link, where one was decided."""
        scope = order_scope(self.compiled, self.order)
        known = next((one for one in self.compiled.links if one.name == link), None)
        return scope if known is None else part_scope(scope, known, single=True)

    def with_compiled(self, **changes: Any) -> OrderTrial:
        """The same with other compiled rules."""
        return replace(self, compiled=replace(self.compiled, **changes))

    def with_rules(self, **changes: Any) -> OrderTrial:
        """The same with other members of the orders section."""
        return self.with_compiled(rules=replace(self.rules, **changes))

    def with_criterion(self, name: str, criterion: Criterion | None) -> OrderTrial:
        """The same with another criterion of `orders.only`."""
        change: dict[str, Any] = {name: criterion}
        return self.with_rules(only=replace(self.rules.only, **change))

    def with_value(self, spot: Spot, value: Any) -> OrderTrial | None:
        """The same with another value in the record; None for what is no member of it."""
        root, *rest = spot
        if root == self.rules.source and rest:
            raw = _put(deepcopy(dict(self.order.raw)), rest, value)
            return None if raw is None else replace(self, order=replace(self.order, raw=raw))
        if root in PLAIN and not rest:
            return replace(self, order=replace(self.order, **{str(root): value}))
        if root == "tags" and not rest and isinstance(value, list):
            return replace(self, order=replace(self.order, tags=tuple(value)))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTrial:
    """A product that is to become an item."""

    product: Product
    compiled: CompiledItems

    def scope(self, link: str | None) -> Mapping[str, Any]:
        """What expressions see; a product has no parts."""
        return items_draft.scope_of(self.compiled, self.product)

    def with_compiled(self, **changes: Any) -> ItemTrial:
        """The same with other compiled rules."""
        return replace(self, compiled=replace(self.compiled, **changes))

    def with_rules(self, **changes: Any) -> ItemTrial:
        """The same with other members of the items section."""
        return self.with_compiled(rules=replace(self.compiled.rules, **changes))

    def with_value(self, spot: Spot, value: Any) -> ItemTrial | None:
        """The same with another value in the record; None for what is no member of it."""
        root, *rest = spot
        product = self.product
        if root == self.compiled.rules.source and rest:
            raw = _put(deepcopy(dict(product.raw)), rest, value)
            return None if raw is None else replace(self, product=replace(product, raw=raw))
        if root == "attributes" and len(rest) == 1:
            attributes = {**product.attributes, str(rest[0]): value}
            return replace(self, product=replace(product, attributes=attributes))
        if root in PLAIN_OF_PRODUCTS and not rest:
            return replace(self, product=replace(product, **{str(root): value}))
        return None


AnyTrial: TypeAlias = OrderTrial | ItemTrial
Judge: TypeAlias = Callable[[Any], Sequence[Decision]]
"""The decisions that a pass would come to on a trial of its flow; it may read both systems, and
writes nothing.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One change that might let a record through, said as what to do. Of a `family`, the smaller
    changes of which come first, one is enough.
    """

    where: Where
    text: str
    trial: Any
    place: Place | None = None
    family: str = ""


def _put(value: Any, path: Sequence[str | int], new: Any) -> Any:
    """The value with another one at a path; None where nothing can stand there."""
    step, *rest = path
    if isinstance(value, dict) and isinstance(step, str):
        below = _put(value.get(step), rest, new) if rest else new
    elif isinstance(value, list) and isinstance(step, int) and step < len(value):
        below = _put(value[step], rest, new) if rest else new
    else:
        return None
    if rest and below is None:
        return None
    value[step] = below
    return value
