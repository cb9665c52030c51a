"""The job with crossdock's compiler: an expression is checked once, and searched often."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from engine.compiler.expressions import MAX_STEPS, CompiledExpression, compile_expression
from engine.compiler.generated.units import Member, unit_of_all
from engine.diagnostics import Place
from engine.model.ruleset import Expression
from tests.bench.jobs.lines import play
from tests.bench.orders import orders
from tests.bench.rules import FIELDS, FILTERS, nested


def mapping() -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    """What becomes of an order, by the rules as a ruleset's expressions: as a flow maps many."""
    roots = frozenset(next(orders(1)))
    filters = [_compiled(text, roots) for text in FILTERS]
    fields = {name: _compiled(text, roots) for name, text in FIELDS.items()}
    members = [Member(name=name, title=name, tree=one.tree) for name, one in fields.items()]
    together = unit_of_all("mapped", members, MAX_STEPS).function

    def mapped(order: dict[str, Any]) -> dict[str, Any] | None:
        if not all(rule.search(order) for rule in filters):
            return None
        return nested(together(order))

    return mapped


def _compiled(text: str, roots: frozenset[str]) -> CompiledExpression:
    expression = Expression(text=text, place=Place(file="rules", line=1, column=1))
    compiled, problems = compile_expression(expression, roots)
    if compiled is None:
        raise ValueError(problems)
    return compiled


def encode(value: Any) -> bytes:
    """A line as the engine writes one."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    play(mapping(), json.loads, encode)
