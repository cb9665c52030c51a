"""Compiled expressions against the shapes of the records: conditions, mapped values, aliases."""

from __future__ import annotations

from engine.compiler.expressions import CompiledExpression
from engine.compiler.findings import Findings
from engine.compiler.inference import Spot, Walker
from engine.compiler.kinds import ANY, listed
from engine.compiler.node_text import span_of, written
from engine.compiler.seen import Seen
from engine.compiler.shapes import Shape
from engine.compiler.syntax_tree import Node, children
from engine.compiler.wording import within
from engine.diagnostics import Diagnostic, Place
from engine.model.ruleset import FieldRule

_LISTS = frozenset(["array", "object"])
_NULL = frozenset(["null"])
_SCANS = frozenset(["number", "string"])
"""What an alias may be: a scan that is a number is written as a text."""


def check_condition(
    condition: CompiledExpression, scope: Shape, seen: Seen | None = None
) -> list[Diagnostic]:
    """What is wrong with a predicate; that it may yield null is told where nothing else is."""
    walker, found = _walked(condition, scope, seen)
    problems = walker.findings.sorted()
    if problems or found.kinds == ANY or found.kinds == {"boolean"}:
        return problems
    if "boolean" not in found.kinds:
        return [_never(condition, found)]
    return [_perhaps(condition, found)]


def check_value(
    value: CompiledExpression, rule: FieldRule, scope: Shape, seen: Seen | None = None
) -> list[Diagnostic]:
    """What is wrong with the expression of a mapped member: it has to give one value."""
    walker, found = _walked(value, scope, seen)
    problems = walker.findings.sorted()
    if walker.lost and found.lost:
        sure = [one for one in problems if one.severity == "error"]
        return [*sure, _number(value, walker.lost[0])]
    if problems:
        return problems
    if found.kinds & _LISTS and not found.kinds - _LISTS - {"null"}:
        return [_several(value, found)]
    if rule.required and rule.default is None and rule.lookup is None and found.nullable:
        return [_null(value, rule)]
    return []


def check_aliases(
    value: CompiledExpression, scope: Shape, seen: Seen | None = None
) -> list[Diagnostic]:
    """What is wrong with an expression that gives a text, a list of texts or null."""
    walker, found = _walked(value, scope, seen)
    problems = walker.findings.sorted()
    wanted = found.items.kinds | found.kinds - {"array"} if "array" in found.kinds else found.kinds
    if not wanted & _SCANS and found.kinds != _NULL:
        problems.append(_several(value, found))
    return problems


def check_quantity(
    value: CompiledExpression, scope: Shape, seen: Seen | None = None
) -> list[Diagnostic]:
    """What is wrong with an expression that gives a whole number."""
    walker, found = _walked(value, scope, seen)
    problems = walker.findings.sorted()
    if "number" not in found.kinds and found.kinds != _NULL:
        problems.append(_no_number(value, found))
    return problems


def _walked(
    expression: CompiledExpression, scope: Shape, seen: Seen | None
) -> tuple[Walker, Shape]:
    walker = Walker(findings=Findings(expression.source, seen or Seen()))
    return walker, walker.shape(expression.tree, Spot(here=scope))


def _place(expression: CompiledExpression, node: Node) -> Place:
    start, length = span_of(node, expression.text)
    return within(expression.place, expression.text, start, length)


def _never(condition: CompiledExpression, found: Shape) -> Diagnostic:
    return Diagnostic(
        id="predicate-never-boolean",
        message=f"This condition yields {listed(found.kinds)}, never true or false",
        place=condition.place,
        found=condition.text,
        expected="a comparison, or a function such as contains()",
        help="A record would be held each time: compare the value with something.",
    )


def _perhaps(condition: CompiledExpression, found: Shape) -> Diagnostic:
    other = listed(found.kinds - {"boolean"})
    return Diagnostic(
        id="predicate-may-be-null",
        message=f"This condition may yield {other}: such a record is held",
        place=condition.place,
        severity="warning",
        found=condition.text,
        expected="true or false for every record",
        help="Say what null means with coalesce(), or compare with `null` first.",
    )


def _several(value: CompiledExpression, found: Shape) -> Diagnostic:
    text = written(value.tree) or "..."
    first = f"{text} | [0]" if "[*]" in text else f"{text}[0]"
    advice = f"join(', ', {text}) makes one text of it, {first} is the first."
    return Diagnostic(
        id="list-for-value",
        message=f"This yields {listed(found.kinds - {'null'})}, and one value is wanted",
        place=value.place,
        found=value.text,
        expected="a text, a number, true or false",
        help=advice if "string" in found.items.kinds and "array" in found.kinds else None,
    )


def _number(value: CompiledExpression, call: Node) -> Diagnostic:
    what = written(children(call)[0]) or "this"
    return Diagnostic(
        id="number-for-text",
        message=f"{what} must stay a text: as a number it loses zeros in front, or letters",
        place=_place(value, call),
        found=written(call),
        expected=what,
        help="Take to_number() out.",
    )


def _no_number(value: CompiledExpression, found: Shape) -> Diagnostic:
    text = written(value.tree) or "..."
    return Diagnostic(
        id="text-for-number",
        message=f"This yields {listed(found.kinds - _NULL)}, and a number is wanted",
        place=value.place,
        found=value.text,
        expected="a whole number above 0",
        help=f"to_number({text}) makes a number of a text." if "string" in found.kinds else None,
    )


def _null(value: CompiledExpression, rule: FieldRule) -> Diagnostic:
    what = written(value.tree) or "it"
    return Diagnostic(
        id="null-into-required",
        message=f"{rule.target} is required, and {what} may be null: such a record is held",
        place=value.place,
        severity="warning",
        found=value.text,
        help="Give a default, or leave it so where a record without it should be held.",
    )
