"""The job with crossdock's compiler: an expression is checked once, and searched often."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from engine.adapters.foreign import json_of
from engine.compiler.expressions import MAX_STEPS, CompiledExpression, compile_expression
from engine.compiler.generated.units import Filter, Member, unit_of_all
from engine.diagnostics import Place
from engine.model.ruleset import Expression
from tests.bench.jobs.lines import play
from tests.bench.orders import orders
from tests.bench.rules import FIELDS, FILTERS


def mapping() -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    """What becomes of an order, by the rules as a ruleset's expressions: as a flow maps many."""
    roots = frozenset(next(orders(1)))
    filters = [
        Filter(title=text, tree=_compiled(text, roots).tree, stops=False) for text in FILTERS
    ]
    members = [
        Member(name=name, title=name, tree=_compiled(text, roots).tree, path=tuple(name.split(".")))
        for name, text in FIELDS.items()
    ]
    together = unit_of_all("mapped", members, MAX_STEPS, filters).function

    def mapped(order: dict[str, Any]) -> dict[str, Any] | None:
        found = together(order)
        return found if type(found) is dict else None

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
    play(mapping(), json_of, encode)
