"""A ruleset's `items` section compiled: data plus bound callables, ready for the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.compiler.collecting import (
    Collector,
    CompiledField,
    CompiledRule,
    Surroundings,
    compile_field,
)
from engine.compiler.expressions import CompiledExpression
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.references import Path
from engine.compiler.together import Together, asked_of
from engine.diagnostics import Diagnostic, has_errors
from engine.model.pieces import Expression
from engine.model.rules_items import AliasRule, ItemRules
from engine.model.ruleset import Ruleset

PRODUCT_ROOTS = frozenset(
    "key profile sku kind updated title parent aliases alias_of "
    "attributes images components".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledAlias:
    """Where aliases come from, and how many units one scan of them stands for."""

    value: CompiledExpression
    quantity: int | CompiledExpression


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledItems:
    """Everything that the items flow knows of a ruleset. `aliases` None: they are left alone.

    `reads` are the paths of the raw record that any rule reads. `together` has what
    the filters say of a product, and the values of all `fields`.
    """

    customer: str
    rules: ItemRules
    profile_names: Mapping[int, str]
    where: CompiledPredicate | None
    skip: tuple[CompiledRule, ...]
    fields: tuple[CompiledField, ...]
    aliases: tuple[CompiledAlias, ...] | None
    reads: frozenset[Path] = frozenset()
    together: Together = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        filters = asked_of("items.only.where", self.where, self.skip)
        object.__setattr__(self, "together", Together(self.fields, filters))


def compile_items(
    ruleset: Ruleset, rules: ItemRules, surroundings: Surroundings
) -> tuple[CompiledItems | None, list[Diagnostic]]:
    """Compiles the items section, `rules`, of a valid ruleset.

    Returns the compiled flow, or None when something in it does not compile, and all problems
    found, not only the first.
    """
    collector = Collector(rules.source, surroundings, PRODUCT_ROOTS, "item")
    compiled = CompiledItems(
        customer=ruleset.customer,
        rules=rules,
        profile_names={number: name for name, number in ruleset.profiles.items()},
        where=collector.predicate(rules.where, collector.roots) if rules.where else None,
        skip=collector.rules("items.skip", rules.skip, collector.roots),
        fields=tuple(compile_field(rule, ruleset.tables, collector) for rule in rules.fields),
        aliases=_aliases(rules.aliases, collector),
        reads=frozenset(collector.reads),  # last: all the others have put theirs there
    )
    failed = has_errors(collector.diagnostics)
    return (None if failed else compiled), collector.diagnostics


def _aliases(
    rules: tuple[AliasRule, ...] | None, collector: Collector
) -> tuple[CompiledAlias, ...] | None:
    if rules is None:
        return None
    pairs = [(collector.alias(one.value), _quantity(one.quantity, collector)) for one in rules]
    return tuple(
        CompiledAlias(value=value, quantity=quantity)
        for value, quantity in pairs
        if value is not None and quantity is not None
    )


def _quantity(given: int | Expression, collector: Collector) -> int | CompiledExpression | None:
    return given if isinstance(given, int) else collector.quantity(given)
