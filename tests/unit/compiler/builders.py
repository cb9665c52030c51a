"""Expressions, templates and orders for the compiler's tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.compiler.expressions import CompiledExpression, compile_expression
from engine.compiler.predicates import CompiledPredicate, compile_predicate
from engine.compiler.selection import LetterCase, selects
from engine.compiler.templates import CompiledTemplate, compile_template
from engine.diagnostics import Diagnostic, Place
from engine.model.order import Order
from engine.model.ruleset import Expression, OrderFilter, Template

ROOTS = frozenset(["ca", "link", "part", "profile", "site", "tags"])
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def accepts(chosen: OrderFilter, record: Order, letter_case: LetterCase = "exact") -> bool:
    """Whether no criterion of the filter refuses the order, `where` aside."""
    return selects(chosen, record, letter_case=letter_case) is None


def expression(text: str) -> Expression:
    """An expression that starts in line 7, column 20 of a file."""
    return Expression(text, Place("ruleset.yaml", 7, 20, max(1, len(text))))


def template(text: str) -> Template:
    """A template that starts in line 7, column 20 of a file."""
    return Template(text, Place("ruleset.yaml", 7, 20, max(1, len(text))))


def compiled(text: str, roots: frozenset[str] = ROOTS) -> CompiledExpression:
    """The compiled expression, which has to be right."""
    found, problems = compile_expression(expression(text), roots)
    assert found is not None, problems
    return found


def predicate(text: str) -> CompiledPredicate:
    """The compiled predicate, which has to be right."""
    found, problems = compile_predicate(expression(text), ROOTS)
    assert found is not None, problems
    return found


def rendered(text: str, scope: dict[str, Any]) -> str:
    """What a template, which has to be right, makes of a scope."""
    return compiled_template(text).render(scope)


def compiled_template(text: str) -> CompiledTemplate:
    """The compiled template, which has to be right."""
    found, problems = compile_template(template(text), ROOTS)
    assert found is not None, problems
    return found


def faults(text: str) -> list[Diagnostic]:
    """The problems of an expression, which has to be wrong."""
    found, problems = compile_expression(expression(text), ROOTS)
    assert found is None
    return problems


def spots(problems: list[Diagnostic]) -> list[tuple[str, int, int]]:
    """Of each problem its id, the offset in the text, and how much is underlined."""
    return [(p.id, p.place.column - 20, p.place.length) for p in problems if p.place is not None]


def order(**changes: Any) -> Order:
    """An order with plain statuses, changed as said."""
    plain: dict[str, Any] = {
        "key": "7001",
        "profile": 1,
        "created": NOON,
        "updated": NOON,
        "shipping": "Unshipped",
        "payment": "Cleared",
        "checkout": "Completed",
    }
    return Order(**{**plain, **changes})
