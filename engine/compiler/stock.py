"""A ruleset's `stock` section compiled: data plus bound predicates, ready for the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.compiler.predicates import CompiledPredicate, compile_predicate
from engine.compiler.shapes import OPEN, Shape
from engine.compiler.typed_checks import check_condition
from engine.diagnostics import Diagnostic, has_errors
from engine.model.rules_stock import RuleWay, StockRule, StockRules
from engine.model.ruleset import Link, Ruleset
from engine.model.shipment import ShipAt

BOOKING_ROOTS = frozenset(
    "kind item quantity area to_area reason fields link to_link".split(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledWay:
    """A named rule: bookings for which its predicate is true go this way."""

    id: str
    predicate: CompiledPredicate
    way: RuleWay


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStock:
    """Everything that the stock flow knows of a ruleset.

    `profiles` are ids by the names that links use. Where `shares_picks`, another flow lives on the
    messages of picked orders too, and settles those of the channel's own. `ships_at` is when that
    flow tells, None where nobody here does.
    """

    customer: str
    rules: StockRules
    links: tuple[Link, ...]
    profiles: Mapping[str, int]
    named: tuple[CompiledWay, ...]
    ships_at: ShipAt | None = None

    @property
    def shares_picks(self) -> bool:
        """Whether shipments are told too."""
        return self.ships_at is not None

    @property
    def sets(self) -> bool:
        """Whether quantities are set: by a rule, or to make up for a doubt."""
        return self.heals or any(named.way == "set" for named in self.named)

    @property
    def heals(self) -> bool:
        """Whether a quantity makes up for a change in doubt."""
        return self.rules.doubt == "heal"


def compile_stock(
    ruleset: Ruleset, scope: Shape = OPEN
) -> tuple[CompiledStock | None, list[Diagnostic]]:
    """Compiles the stock section of a valid ruleset; `scope` is what is known of a booking.

    Returns the compiled flow, or None when there is no such section or something in it does not
    compile, and all problems found, not only the first.
    """
    rules = ruleset.stock
    if rules is None:
        return None, []
    diagnostics: list[Diagnostic] = []
    ways = (_way(rule, scope, diagnostics) for rule in rules.rules)
    named = tuple(way for way in ways if way is not None)
    compiled = CompiledStock(
        customer=ruleset.customer,
        rules=rules,
        links=tuple(ruleset.links.values()),
        profiles=ruleset.profiles,
        named=named,
        ships_at=ruleset.shipments.at if ruleset.shipments is not None else None,
    )
    return (None if has_errors(diagnostics) else compiled), diagnostics


def _way(rule: StockRule, scope: Shape, diagnostics: list[Diagnostic]) -> CompiledWay | None:
    predicate, problems = compile_predicate(rule.when, BOOKING_ROOTS)
    diagnostics += problems
    if predicate is None:
        return None
    diagnostics += check_condition(predicate.expression, scope)
    return CompiledWay(id=f"stock.rules.{rule.name}", predicate=predicate, way=rule.way)
