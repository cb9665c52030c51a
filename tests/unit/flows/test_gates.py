from __future__ import annotations

import pytest

from engine.flows.gates import judge
from engine.model.plan import BlockedGate, Tally
from engine.model.ruleset import Gate
from tests.executor.making import create, decision


def tally(creates: int, orders: int) -> Tally:
    """The sums of a plan that creates so many of the orders read, each in one part."""
    made = {"orders.create": creates}
    return Tally(read={"orders": orders}, changes=dict(made), changed=dict(made))


def blocked(gate: Gate, sums: Tally, *, first_pass: bool = False) -> list[BlockedGate]:
    """What one gate says."""
    first = frozenset(["orders"] if first_pass else ())
    return list(judge({gate.name: gate}, sums, first_passes=first))


@pytest.mark.parametrize(("creates", "names"), [(2, []), (3, ["orders.create"])])
def test_a_gate_lets_its_limit_through_and_no_more(creates: int, names: list[str]) -> None:
    """A gate of 2 lets 2 pass and blocks 3."""
    found = blocked(Gate(name="orders.create", max=2), tally(creates, 9))

    assert [one.gate for one in found] == names


def test_a_share_is_of_the_orders_read() -> None:
    """Half of the orders pass a gate of a half, one more does not, and no order is no share."""
    half = Gate(name="orders.create", share=0.5)

    assert blocked(half, tally(2, 4)) == []
    assert blocked(half, tally(0, 0)) == []
    assert blocked(half, tally(2, 3)) == [
        BlockedGate(gate="orders.create", count=0.6667, limit=0.5, unit="share of orders")
    ]


def test_an_order_in_two_parts_is_one_order_of_a_share() -> None:
    """All of two orders are created in four parts: that is the whole and no more."""
    sums = Tally(read={"orders": 2})
    for order in ("100", "200"):
        for link in ("east", "west"):
            sums.add(decision(create(order, link), order=order, link=link), held_before=False)
    sums.add(decision(order="300"), held_before=False)

    assert (sums.changes, sums.changed) == ({"orders.create": 4}, {"orders.create": 2})
    assert blocked(Gate(name="orders.create", share=1.0), sums) == []
    assert [one.count for one in blocked(Gate(name="orders.create", share=0.9), sums)] == [1.0]
    assert [one.count for one in blocked(Gate(name="orders.create", max=3), sums)] == [4]


def test_a_gate_may_be_exceeded_in_both_ways() -> None:
    """Number and share of one gate are two limits."""
    both = Gate(name="orders.create", max=1, share=0.1)

    assert [one.unit for one in blocked(both, tally(2, 4))] == ["changes", "share of orders"]


def test_the_first_pass_has_a_gate_of_its_own() -> None:
    """It counts creates while there is no cursor, and says nothing later."""
    gate = Gate(name="orders.first-pass", max=1)

    assert [one.count for one in blocked(gate, tally(2, 4), first_pass=True)] == [2]
    assert blocked(gate, tally(2, 4)) == []


def test_a_gate_on_what_a_plan_does_not_hold_is_silent() -> None:
    """No change of its kind is 0 changes."""
    assert blocked(Gate(name="orders.create", max=0), Tally(read={"orders": 4})) == []
