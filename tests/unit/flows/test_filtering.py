"""Filters in one function stop, hold and let through what they did one by one."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compiler.generated.lazily import OFTEN
from engine.compiler.orders import CompiledOrders
from engine.flows.orders_draft import Draft, draft_of
from engine.model.order import Line
from engine.model.ruleset import OrderFilter
from tests.unit.flows.making import box, compiled, expression, named, order

LINES = (Line(id="a", sku="MUG", quantity=2),)
BOXES = (box(7, ("a", "MUG", 2)),)
RAW: dict[str, tuple[dict[str, Any], str]] = {
    "through": ({"Total": 5, "Note": "", "Items": [{"N": 1}]}, ""),
    "where": ({"Total": 0, "Note": "gone", "Items": []}, "orders.only.where"),
    "skipped first": ({"Total": 5, "Note": "gone late"}, "orders.skip.gone"),
    "skipped next": ({"Total": 5, "Note": "late"}, "orders.skip.late"),
    "held": ({"Total": 5, "Note": "ask"}, ""),
    "undecided": ({"Total": None, "Note": "x"}, ""),
    "undecided, then skipped": ({"Total": None, "Note": "late"}, "orders.skip.late"),
    "not a text": ({"Total": 5, "Note": 7}, ""),
}


def rules() -> CompiledOrders:
    """A predicate, two rules that skip and one that holds."""
    return compiled(
        only=OrderFilter(where=expression("ca.Total > `1`")),
        skip=(
            named("gone", "contains(ca.Note || '', 'gone')"),
            named("late", "contains(ca.Note || '', 'late')"),
        ),
        hold=(named("ask", "ca.Note == 'ask'"),),
    )


def drafted(compiled_rules: CompiledOrders, raw: dict[str, Any]) -> Draft:
    """What the rules make of an order with this raw record."""
    return draft_of(compiled_rules, order(*LINES, boxes=BOXES, raw=raw), (), {})


@pytest.mark.parametrize(("raw", "rule"), RAW.values(), ids=RAW)
def test_an_order_is_filtered_as_the_first_one_was(raw: dict[str, Any], rule: str) -> None:
    """Which rule stopped it, what holds it and what is undecided are the same with one function."""
    compiled_rules = rules()
    first = drafted(compiled_rules, raw)

    assert (first.dropped.rule if first.dropped else "") == rule
    assert all(drafted(compiled_rules, raw) == first for _ in range(OFTEN + 2))


def test_what_passes_is_asked_in_one_function() -> None:
    """Once there is the function, an order that nothing stops is known not to be held."""
    compiled_rules = rules()
    scope = {"ca": RAW["through"][0]}
    asked = [compiled_rules.unheld.passes(scope) for _ in range(OFTEN)]

    assert asked == [False] * (OFTEN - 1) + [True]
