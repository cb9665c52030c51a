"""What the sections of a ruleset have in common when they are compiled: predicates, fields, and
every problem and every path that is read, kept on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from engine.compiler.expressions import CompiledExpression, compile_expression
from engine.compiler.predicates import CompiledPredicate, compile_predicate
from engine.compiler.references import Path
from engine.compiler.seen import Seen
from engine.compiler.selection import LetterCase
from engine.compiler.shapes import OPEN, Shape
from engine.compiler.templates import CompiledTemplate, compile_template
from engine.compiler.typed_checks import (
    check_aliases,
    check_condition,
    check_quantity,
    check_value,
)
from engine.compiler.typed_templates import check_template
from engine.compiler.wording import did_you_mean
from engine.config.library import certain
from engine.config.scalars import replacing
from engine.diagnostics import Diagnostic
from engine.model.ruleset import Expression, FieldRule, NamedRule, Table, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A named predicate; its id is what decisions cite."""

    id: str
    predicate: CompiledPredicate


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledField:
    """One member to be written: where it comes from, and whether that is buyer's data."""

    rule: FieldRule
    value: CompiledExpression | None
    text: CompiledTemplate | None
    table: Table | None
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What compiling must know of the two systems, given by their adapters.

    `buyer_members` are patterns of raw members with buyer's data; `targets` are the
    members that the sink accepts, None where it accepts any. `written` and `echoes` are the raw
    members that we write, and those that move by themselves when we write. `scope` is what is known
    of the values that expressions name, `seen` what records show of names that no schema knows.
    """

    buyer_members: tuple[str, ...] = ()
    targets: frozenset[str] | None = None
    letter_case: LetterCase = "exact"
    written: Mapping[str, str] = field(default_factory=dict)
    echoes: tuple[str, ...] = ()
    scope: Shape = OPEN
    seen: Seen = field(default_factory=Seen)


class Collector:
    """Compiles piece by piece and keeps every diagnostic and every path that is read.

    `roots` are the members of the scope in which values and templates are computed, `what` the
    noun for the record that is written.
    """

    def __init__(
        self, source: str, surroundings: Surroundings, roots: frozenset[str], what: str
    ) -> None:
        self.roots = roots | {source}
        self.what = what
        self.source = source
        self.surroundings = surroundings
        self.diagnostics: list[Diagnostic] = []
        self.reads: set[Path] = set()

    def predicate(self, expression: Expression, roots: frozenset[str]) -> CompiledPredicate | None:
        compiled, problems = compile_predicate(expression, roots)
        self.diagnostics += problems
        if compiled is not None:
            self.diagnostics += check_condition(
                compiled.expression, self.surroundings.scope, self.surroundings.seen
            )
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

    def template(
        self, template: Template, roots: frozenset[str] | None = None
    ) -> CompiledTemplate | None:
        compiled, problems = compile_template(template, roots or self.roots)
        self.diagnostics += problems
        if compiled is not None:
            self.diagnostics += check_template(
                compiled, self.surroundings.scope, self.surroundings.seen
            )
            self._note(compiled.references)
        return compiled

    def mapped(self, rule: FieldRule) -> CompiledExpression | None:
        """The expression of a mapped member, which has to give one value."""
        compiled = self._compiled(rule.value) if rule.value else None
        if compiled is not None:
            self.diagnostics += check_value(
                compiled, rule, self.surroundings.scope, self.surroundings.seen
            )
        return compiled

    def alias(self, expression: Expression) -> CompiledExpression | None:
        """An expression that gives a text, several or none."""
        compiled = self._compiled(expression)
        if compiled is not None:
            self.diagnostics += check_aliases(
                compiled, self.surroundings.scope, self.surroundings.seen
            )
        return compiled

    def quantity(self, expression: Expression) -> CompiledExpression | None:
        """An expression that gives a whole number."""
        compiled = self._compiled(expression)
        if compiled is not None:
            self.diagnostics += check_quantity(
                compiled, self.surroundings.scope, self.surroundings.seen
            )
        return compiled

    def _compiled(self, expression: Expression) -> CompiledExpression | None:
        compiled, problems = compile_expression(expression, self.roots)
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
        self.diagnostics.append(_unknown_target(rule, targets, self.what))

    def _note(self, references: frozenset[Path]) -> None:
        self.reads |= {path[:2] for path in references if path[:1] == (self.source,)}


def _unknown_target(rule: FieldRule, targets: frozenset[str], what: str) -> Diagnostic:
    """The problem of a mapped member that the site's profile does not have."""
    return Diagnostic(
        id="unknown-target",
        message=f'The warehouse has no {what} member "{rule.target}"',
        place=rule.place,
        found=rule.target,
        expected="a member of the site profile",
        help=did_you_mean(rule.target, targets) or f"It has: {', '.join(sorted(targets))}.",
        fix=replacing(rule.place, rule.target, certain(rule.target, targets)),
    )


def compile_field(
    rule: FieldRule, tables: Mapping[str, Table], collector: Collector
) -> CompiledField:
    """One member: every problem goes to the collector."""
    collector.check_target(rule)
    value = collector.mapped(rule)
    text = collector.template(rule.text) if rule.text else None
    references = (value.references if value else frozenset()) | (
        text.references if text else frozenset()
    )
    return CompiledField(
        rule=rule,
        value=value,
        text=text,
        table=tables.get(rule.lookup) if rule.lookup else None,
        private=collector.is_private(references),
    )
