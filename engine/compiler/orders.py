"""A ruleset's `orders` section compiled: data plus bound callables, ready for the flow."""

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
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.references import Path
from engine.compiler.selection import LetterCase
from engine.compiler.templates import CompiledTemplate
from engine.compiler.together import Asked, Together, asked_of
from engine.diagnostics import Diagnostic, has_errors
from engine.model.ruleset import Link, OrderRules, Ruleset

ORDER_ROOTS = frozenset(
    "key profile created updated shipping payment checkout site site_id tags skus lines".split()
)
PART_ROOTS = frozenset(["link", "part"])
NOTE_ROOTS = frozenset(["key", "numbers", "profile"])
"""What a note to the source may name: nothing that is a buyer's, as the memory keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledOrders:
    """Everything that the orders flow knows of a ruleset.

    `reads` are the paths of the raw record that any rule reads: they make up the fingerprint.
    `written` (`number` and `notes` -> the raw member) is what we write to the source, `echoes` are
    the raw members that move when we write: neither is a change that somebody made.

    `filters` are `where` and `skip`; an order that passes `unheld` is neither stopped by one of
    them nor held by a rule. `together` has the values of all `fields` of a record.
    """

    customer: str
    rules: OrderRules
    links: tuple[Link, ...]
    profile_names: Mapping[int, str]
    where: CompiledPredicate | None
    skip: tuple[CompiledRule, ...]
    hold: tuple[CompiledRule, ...]
    wos_hold: tuple[CompiledRule, ...]
    number: CompiledTemplate
    fields: tuple[CompiledField, ...]
    reads: frozenset[Path]
    letter_case: LetterCase
    note: CompiledTemplate | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    echoes: tuple[str, ...] = ()
    filters: Together = field(init=False, repr=False, compare=False)
    unheld: Together = field(init=False, repr=False, compare=False)
    together: Together = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        filters = asked_of("orders.only.where", self.where, self.skip)
        holds = (Asked(id=one.id, predicate=one.predicate, stops=True) for one in self.hold)
        object.__setattr__(self, "filters", Together((), filters))
        object.__setattr__(self, "unheld", Together((), (*filters, *holds)))
        object.__setattr__(self, "together", Together(self.fields))


def compile_orders(
    ruleset: Ruleset, surroundings: Surroundings
) -> tuple[CompiledOrders | None, list[Diagnostic]]:
    """Compiles the orders section of a valid ruleset.

    Returns the compiled flow, or None when there is no such section or something in it does not
    compile, and all problems found, not only the first.
    """
    rules = ruleset.orders
    if rules is None:
        return None, []
    collector = Collector(rules.source, surroundings, ORDER_ROOTS | PART_ROOTS, "order")
    compiled = _compile(ruleset, rules, collector)
    failed = compiled is None or has_errors(collector.diagnostics)
    return (None if failed else compiled), collector.diagnostics


def _compile(ruleset: Ruleset, rules: OrderRules, collector: Collector) -> CompiledOrders | None:
    order_roots = collector.roots - PART_ROOTS
    where = rules.only.where
    compiled_where = collector.predicate(where, order_roots) if where else None
    skip = collector.rules("orders.skip", rules.skip, order_roots)
    hold = collector.rules("orders.hold", rules.hold, order_roots)
    wos_hold = collector.rules("orders.wos-hold", rules.wos_hold, collector.roots)
    fields = tuple(compile_field(rule, ruleset.tables, collector) for rule in rules.fields)
    number = collector.template(rules.number)
    note = rules.write_back.note if rules.write_back is not None else None
    compiled_note = collector.template(note, NOTE_ROOTS) if note is not None else None
    if number is None:
        return None
    return CompiledOrders(
        customer=ruleset.customer,
        rules=rules,
        links=tuple(ruleset.links.values()),
        profile_names={number: name for name, number in ruleset.profiles.items()},
        where=compiled_where,
        skip=skip,
        hold=hold,
        wos_hold=wos_hold,
        number=number,
        fields=fields,
        reads=frozenset(collector.reads),
        letter_case=collector.surroundings.letter_case,
        note=compiled_note,
        written=collector.surroundings.written,
        echoes=collector.surroundings.echoes,
    )
