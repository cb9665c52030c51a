"""A ruleset's `orders` section compiled: data plus bound callables, ready for the flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from engine.compiler.expressions import CompiledExpression, compile_expression
from engine.compiler.predicates import CompiledPredicate, compile_predicate
from engine.compiler.references import Path
from engine.compiler.selection import LetterCase
from engine.compiler.templates import CompiledTemplate, compile_template
from engine.compiler.wording import did_you_mean
from engine.diagnostics import Diagnostic, has_errors
from engine.model.ruleset import (
    Expression,
    FieldRule,
    Link,
    NamedRule,
    OrderRules,
    Ruleset,
    Table,
    Template,
)

ORDER_ROOTS = frozenset(
    "key profile created updated shipping payment checkout site site_id tags skus lines".split()
)
PART_ROOTS = frozenset(["link", "part"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A named predicate; its id is what decisions cite."""

    id: str
    predicate: CompiledPredicate


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledField:
    """One header member: where it comes from, and whether that is buyer's data."""

    rule: FieldRule
    value: CompiledExpression | None
    text: CompiledTemplate | None
    table: Table | None
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledOrders:
    """Everything that the orders flow knows of a ruleset.

    `reads` are the paths of the raw record that any rule reads: they make up the fingerprint.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What compiling must know of the two systems, given by their adapters.

    `buyer_members` are patterns of raw members with buyer's data; `targets` are the header
    members that the sink accepts, None where it accepts any.
    """

    buyer_members: tuple[str, ...] = ()
    targets: frozenset[str] | None = None
    letter_case: LetterCase = "exact"


class _Collector:
    """Compiles piece by piece and keeps every diagnostic and every path that is read."""

    def __init__(self, source: str, surroundings: Surroundings) -> None:
        self.order_roots = ORDER_ROOTS | {source}
        self.part_roots = self.order_roots | PART_ROOTS
        self.source = source
        self.surroundings = surroundings
        self.diagnostics: list[Diagnostic] = []
        self.reads: set[Path] = set()

    def predicate(self, expression: Expression, roots: frozenset[str]) -> CompiledPredicate | None:
        compiled, problems = compile_predicate(expression, roots)
        self.diagnostics += problems
        if compiled is not None:
            self._note(compiled.references)
        return compiled

    def rules(
        self, prefix: str, rules: tuple[NamedRule, ...], roots: frozenset[str]
    ) -> tuple[CompiledRule, ...]:
        pairs = [(rule, self.predicate(rule.when, roots)) for rule in rules]
        return tuple(
            CompiledRule(id=f"{prefix}.{rule.name}", predicate=compiled)
            for rule, compiled in pairs
            if compiled is not None
        )

    def template(self, template: Template) -> CompiledTemplate | None:
        compiled, problems = compile_template(template, self.part_roots)
        self.diagnostics += problems
        if compiled is not None:
            self._note(compiled.references)
        return compiled

    def value(self, expression: Expression) -> CompiledExpression | None:
        compiled, problems = compile_expression(expression, self.part_roots)
        self.diagnostics += problems
        if compiled is not None:
            self._note(compiled.references)
        return compiled

    def is_private(self, references: frozenset[Path]) -> bool:
        """Whether any of these paths may lead to buyer's data; a whole record always may."""
        own = [path for path in references if path[:1] == (self.source,)]
        patterns = self.surroundings.buyer_members
        return any(
            len(path) == 1 or any(fnmatchcase(path[1], pattern) for pattern in patterns)
            for path in own
        )

    def check_target(self, rule: FieldRule) -> None:
        targets = self.surroundings.targets
        if targets is None or rule.target in targets:
            return
        self.diagnostics.append(_unknown_target(rule, targets))

    def _note(self, references: frozenset[Path]) -> None:
        self.reads |= {path[:2] for path in references if path[:1] == (self.source,)}


def _unknown_target(rule: FieldRule, targets: frozenset[str]) -> Diagnostic:
    """The problem of a mapped member that the site's profile does not have."""
    return Diagnostic(
        id="unknown-target",
        message=f'The warehouse has no order member "{rule.target}"',
        place=rule.place,
        found=rule.target,
        expected="a member of the site profile",
        help=did_you_mean(rule.target, targets) or f"It has: {', '.join(sorted(targets))}.",
    )


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
    collector = _Collector(rules.source, surroundings)
    compiled = _compile(ruleset, rules, collector)
    failed = compiled is None or has_errors(collector.diagnostics)
    return (None if failed else compiled), collector.diagnostics


def _compile(ruleset: Ruleset, rules: OrderRules, collector: _Collector) -> CompiledOrders | None:
    where = rules.only.where
    compiled_where = collector.predicate(where, collector.order_roots) if where else None
    skip = collector.rules("orders.skip", rules.skip, collector.order_roots)
    hold = collector.rules("orders.hold", rules.hold, collector.order_roots)
    wos_hold = collector.rules("orders.wos-hold", rules.wos_hold, collector.part_roots)
    fields = tuple(_field(rule, ruleset, collector) for rule in rules.fields)
    number = collector.template(rules.number)
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
    )


def _field(rule: FieldRule, ruleset: Ruleset, collector: _Collector) -> CompiledField:
    collector.check_target(rule)
    value = collector.value(rule.value) if rule.value else None
    text = collector.template(rule.text) if rule.text else None
    references = (value.references if value else frozenset()) | (
        text.references if text else frozenset()
    )
    return CompiledField(
        rule=rule,
        value=value,
        text=text,
        table=ruleset.tables.get(rule.lookup) if rule.lookup else None,
        private=collector.is_private(references),
    )
