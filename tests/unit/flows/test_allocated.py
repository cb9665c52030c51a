"""Units that no allocation carries, and allocations of lines that the order does not have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.flows.orders_allocated import left_behind
from engine.flows.orders_draft import draft_of
from engine.model.effect import Binding
from engine.model.order import Allocation, Line, Order
from tests.unit.flows.making import box, compiled, kit, order, rules

LAMP = Line(id="l", sku="LAMP", quantity=4)
BOUND = Binding(part="100/east", order="100", link="east", number="1", revision=1, fingerprint="f")


def found(what: Order, **more: object) -> list[str]:
    """The rules that hold an order."""
    return [problem.rule for problem in left_behind(what, rules(**more))]


@pytest.mark.parametrize(
    "boxes",
    [
        (box(7, ("l", "LAMP", 1)), box(9, ("l", "LAMP", 3))),
        (box(7, ("l", "LAMP", 1)), box(5, ("l", "LAMP", 3), status="Complete")),
        (box(7, ("l", "LAMP", 1)), box(7, ("l", "LAMP", 3), status="Canceled")),
        (box(7, ("l", "LAMP", 5)),),
    ],
)
def test_units_count_whatever_their_dc_and_status(boxes: tuple[Allocation, ...]) -> None:
    """What a foreign DC has, what is shipped and what the source ended is not forgotten by it."""
    assert found(order(LAMP, boxes=boxes)) == []


def test_a_cancelled_unit_needs_no_allocation_and_may_have_one() -> None:
    """The source may take cancelled units off, leave them where they were, or end their box."""
    line = replace(LAMP, cancelled=1)
    taken_off = (box(7, ("l", "LAMP", 3)),)
    ended = (*taken_off, box(7, ("l", "LAMP", 1), status="Canceled"))

    assert found(order(line, boxes=taken_off)) == []
    assert found(order(line, boxes=ended)) == []
    assert found(order(line, boxes=taken_off), netted=True) == []
    assert found(order(line, boxes=(box(7, ("l", "LAMP", 2)),))) == ["orders.lines.unallocated"]


def test_lines_that_are_never_sent_need_no_allocation() -> None:
    """Bad lines have a rule of their own, and what is no good has none."""
    lines = (Line(id="b", sku=None, quantity=1), Line(id="g", sku="GIFT", quantity=1))

    assert found(order(*lines), non_shippable=frozenset(["GIFT"])) == []


def test_a_component_may_be_short_while_the_others_are_not() -> None:
    """Each component of a bundle is counted, less what its cancelled bundles held."""
    line = replace(kit(3, STOVE=1, FUEL=2), cancelled=1)
    boxes = (box(7, ("k", "STOVE", 2), ("k", "FUEL", 3)),)

    (problem,) = left_behind(order(line, boxes=boxes), rules())

    assert problem.reason == "only 3 of 4 units of FUEL on line k are allocated"
    assert found(order(line, boxes=(box(7, ("k", "KIT", 2)),))) == []


def test_a_component_without_sku_is_named_by_its_line() -> None:
    """A reason can be read where the source has no SKU for a component."""
    line = kit(2, STOVE=1)
    bare = replace(line, components=(replace(line.components[0], sku=None, product="61"),))

    (problem,) = left_behind(order(bare), rules())

    assert problem.reason == "only 0 of 2 units of a component on line k are allocated"


def test_an_item_of_no_line_is_told_whatever_the_setting() -> None:
    """Which line it is of nobody can tell; a line is named once, in whatever box it is."""
    boxes = (box(7, ("l", "LAMP", 4), ("x", "MUG", 1)), box(5, ("x", "MUG", 1), status="Complete"))

    assert found(order(LAMP, boxes=boxes), unallocated="ignore") == ["orders.lines.unknown"]


@pytest.mark.parametrize("bindings", [(), (BOUND,)])
def test_an_order_without_a_part_to_hold_is_held_as_a_whole(bindings: tuple[Binding, ...]) -> None:
    """Nothing is passed over, or exported as done, because what is left has no DC yet."""
    status = "NoChange" if bindings else "Complete"
    what = order(LAMP, boxes=(box(7, ("l", "LAMP", 3), status=status),))

    draft = draft_of(compiled(), what, bindings, {})

    assert [problem.rule for problem in draft.stuck] == ["orders.lines.unallocated"]
    assert draft.parts == ()


@given(
    shares=st.lists(st.tuples(st.sampled_from([5, 7, 9]), st.integers(0, 5)), max_size=6),
    quantity=st.integers(1, 9),
    cancelled=st.integers(0, 9),
)
def test_an_order_is_held_exactly_where_units_are_missing(
    shares: list[tuple[int, int]], quantity: int, cancelled: int
) -> None:
    """A line waits if and only if its boxes carry less than was ordered and not cancelled."""
    line = Line(id="l", sku="LAMP", quantity=quantity, cancelled=cancelled)
    boxes = tuple(box(dc, ("l", "LAMP", count)) for dc, count in shares)

    missing = sum(count for _, count in shares) < quantity - cancelled

    assert bool(found(order(line, boxes=boxes))) is missing
    assert found(order(line, boxes=boxes), unallocated="ignore") == []
