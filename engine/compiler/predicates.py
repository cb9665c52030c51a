"""Predicates: expressions that say yes or no, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.expressions import CompiledExpression, ExpressionError, compile_expression
from engine.compiler.kinds import SPOKEN, is_constant, kind_of, kinds, listed
from engine.compiler.references import Path
from engine.compiler.syntax_tree import Node, children, walk
from engine.diagnostics import Diagnostic, Place
from engine.errors import CrossdockError
from engine.model.ruleset import Expression


class PredicateError(CrossdockError):
    """A predicate said neither yes nor no of a record: the record is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPredicate:
    """A checked predicate."""

    expression: CompiledExpression

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self.expression.text

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.expression.place

    @property
    def references(self) -> frozenset[Path]:
        """The paths that it reads."""
        return self.expression.references

    def test(self, scope: Mapping[str, Any]) -> bool:
        """The answer for a scope; raises PredicateError when it is not true or false."""
        try:
            answer = self.expression.search(scope)
        except ExpressionError as error:
            raise PredicateError(error.summary) from error
        if not isinstance(answer, bool):
            raise PredicateError(f"it yields {_spoken(answer)}, not true or false")
        return answer


def verdict(predicate: CompiledPredicate, scope: Mapping[str, Any]) -> bool | str:
    """True, false, or why it is neither."""
    try:
        return predicate.test(scope)
    except PredicateError as error:
        return str(error)


def compile_predicate(
    expression: Expression, roots: frozenset[str]
) -> tuple[CompiledPredicate | None, list[Diagnostic]]:
    """Checks a predicate that will be tested on scopes with the members `roots`.

    Returns it, or None and every problem found, each with its place.
    """
    compiled, problems = compile_expression(expression, roots)
    if compiled is None:
        return None, problems
    problem = _verdict(expression, compiled.tree)
    if problem is not None:
        return None, [problem]
    return CompiledPredicate(expression=compiled), []


def _verdict(expression: Expression, tree: Node) -> Diagnostic | None:
    possible = kinds(tree)
    if "boolean" not in possible:
        return _never(expression, possible)
    if is_constant(tree):
        return _constant(expression, "It reads nothing of the record")
    for node in walk(tree):
        if _compares_strangers(node):
            left, right = (kinds(child) for child in children(node))
            return _constant(expression, f"It compares {listed(left)} with {listed(right)}")
    return None


def _compares_strangers(node: Node) -> bool:
    """`==` and `!=` of two kinds that have no value in common have always the same answer."""
    if node["type"] != "comparator" or node["value"] not in ("eq", "ne"):
        return False
    left, right = children(node)
    return not kinds(left) & kinds(right)


def _never(expression: Expression, possible: frozenset[str]) -> Diagnostic:
    return Diagnostic(
        id="predicate-never-boolean",
        message=f"This condition yields {listed(possible)}, never true or false",
        place=expression.place,
        found=expression.text,
        expected="a comparison, or a function such as contains()",
        help="A record would be held each time: compare the value with something.",
    )


def _constant(expression: Expression, why: str) -> Diagnostic:
    return Diagnostic(
        id="predicate-constant",
        message=f"{why}: the answer is the same for every record",
        place=expression.place,
        found=expression.text,
        expected="a condition on the record",
        help="Leave the rule out, or compare values of one kind; numbers stand in backticks.",
    )


def _spoken(value: Any) -> str:
    return SPOKEN[kind_of(value)]
