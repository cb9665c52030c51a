"""One order as it would be decided with one thing changed: of the record, of the ruleset, or of
what the warehouse knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from engine.compiler.orders import CompiledOrders
from engine.compiler.tracing import Spot
from engine.diagnostics import Place
from engine.model.decision import Decision
from engine.model.desired import ItemState
from engine.model.order import Order
from engine.model.ruleset import Criterion, OrderRules

Where = Literal["record", "ruleset", "warehouse"]
PLAIN = frozenset(["checkout", "payment", "shipping", "site", "site_id"])
"""Roots of the language that are members of the canonical order under the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An order, the rules that decide it, and the items of which the warehouse knows otherwise."""

    order: Order
    compiled: CompiledOrders
    items: Mapping[str, ItemState] = field(default_factory=dict)

    @property
    def rules(self) -> OrderRules:
        """The orders section."""
        return self.compiled.rules

    def with_rules(self, **changes: Any) -> Trial:
        """The same with other members of the orders section."""
        return replace(self, compiled=replace(self.compiled, rules=replace(self.rules, **changes)))

    def with_criterion(self, name: str, criterion: Criterion | None) -> Trial:
        """The same with another criterion of `orders.only`."""
        change: dict[str, Any] = {name: criterion}
        return self.with_rules(only=replace(self.rules.only, **change))

    def with_value(self, spot: Spot, value: Any) -> Trial | None:
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


Judge: TypeAlias = Callable[[Trial], Sequence[Decision]]
"""The decisions that a pass would come to; it may read both systems, and writes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One change that might let a record through, said as what to do."""

    where: Where
    text: str
    trial: Trial
    place: Place | None = None


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
