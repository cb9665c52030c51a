"""An expression that explodes on a record is stopped while it runs, and its rule is named."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compiler.expressions import MAX_LENGTH, ExpressionError
from engine.flows.orders_fields import header_of
from engine.flows.orders_scope import order_scope
from tests.unit.compiler.builders import compiled
from tests.unit.flows.making import compiled as compiled_orders
from tests.unit.flows.making import expression, member, order

LIST = f"`[{','.join('1' * 120)}]`"
HUNDRED = {letter: letter * 100 for letter in "abc"}
GROWN = "replace(replace('{a}', 'a', '{b}'), 'b', '{c}')".format(**HUNDRED)
SCOPE: dict[str, Any] = {
    "ca": {
        "Few": [1] * 500,
        "Many": [1] * 5_000,
        "Wide": ["a" * 400] * 300,
        "Deep": [{"L": [{"L": [{"x": 1}] * 10}] * 10}] * 5_000,
    }
}
TOO_LONG = "it takes more than 500,000 steps for this record"

# Each is within the limits of length, depth and copies that are looked at when it is compiled.
EXPLOSIONS = [
    f"{LIST} | map(&{LIST}, @)[] | map(&{LIST}, @)[] | length(@)",
    f"length(map(&length({GROWN}), ca.Few))",
    f"map(&{GROWN}, ca.Few) | length(@)",
    "ca.Deep[].L[].L[].x | length(@)",
    "length(ca.Wide[?matches(@, 'a*a*b')])",
    f"length(map(&merge({{a: {LIST}}}, {{b: {LIST}, c: {LIST}}}), ca.Many)[].*[][])",
]


@pytest.mark.parametrize("text", EXPLOSIONS)
def test_an_explosion_is_stopped(text: str) -> None:
    """Short texts that would fill the machine, or keep it busy for minutes, end with a reason."""
    assert len(text) <= MAX_LENGTH
    with pytest.raises(ExpressionError) as stopped:
        compiled(text).search(SCOPE)
    assert str(stopped.value) == TOO_LONG


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ca.Many[?@ > `0`] | length(@)", 5_000),
        ("length(sort_by(ca.Deep, &L[0].L[0].x))", 5_000),
        ("sum(map(&length(L), ca.Deep))", 50_000),
        ("[ca.Many, ca.Many, ca.Many, ca.Many] | [@, @, @, @][] | [@, @][][] | length(@)", 160_000),
        ("length(ca.Wide[?matches(@, '^b')])", 0),
    ],
)
def test_a_long_record_has_room(text: str, value: int) -> None:
    """What people write works on a list of five thousand too, as often as it is asked."""
    found = compiled(text)
    assert [found.search(SCOPE) for _ in range(3)] == [value] * 3


@pytest.mark.parametrize("number", ["9" * 5_000, "1e400", "-1e400"])
def test_a_number_beyond_all_bounds_is_no_value(number: str) -> None:
    """Infinity has no form in JSON, so it never gets into a request."""
    with pytest.raises(ExpressionError, match="the number is too large"):
        compiled("to_number(ca.Text)").search({"ca": {"Text": number}})


def test_the_record_is_held_by_the_rule_of_its_member() -> None:
    """The order stays here under the rule whose expression took too long."""
    costly = member("notes", value=expression(EXPLOSIONS[0]))
    rules = compiled_orders(fields=(costly, member("shipTo", value=expression("ca.Class"))))

    made, holding, rejecting = header_of(rules, order_scope(rules, order(raw={"Class": "x"})))

    assert dict(made.fields) == {"shipTo": "x"}
    assert [one.rule for one in holding] == ["orders.map.notes"]
    assert holding[0].reason == f"notes ({costly.place}) cannot be computed: {TOO_LONG}"
    assert rejecting == []
