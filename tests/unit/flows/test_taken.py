"""Units that were sent already: none is lost in silence, and none is sent twice."""

from __future__ import annotations

from typing import Any

import pytest

from engine.flows.orders import create_key
from engine.model.decision import Decision, Outcome
from engine.model.desired import ExistingLine, ExistingOrder
from engine.model.effect import Binding, Effect, EffectState, Intent
from engine.model.order import Line
from tests.unit.flows.making import box, kit, order
from tests.unit.flows.test_orders import LAMP, RULES, decided

MUG = Line(id="m", sku="MUG", quantity=3)


def row(line: str, item: str, quantity: int) -> dict[str, Any]:
    """A line of a composition."""
    return {"line": line, "item": item, "quantity": quantity, "bundle": None, "per": None}


def bound(link: str, *rows: dict[str, Any], number: str = "100") -> Binding:
    """A part of order 100 that has these lines in the sink."""
    return Binding(
        part=f"100/{link}",
        order="100",
        link=link,
        number=number,
        revision=1,
        fingerprint="f",
        composition=list(rows),
    )


def effect(state: EffectState, order_key: str, link: str, *rows: dict[str, Any]) -> Effect:
    """The create of number 100, for a part of this order."""
    binding = {
        "part": f"{order_key}/{link}",
        "order": order_key,
        "link": link,
        "number": "100",
        "composition": list(rows),
    }
    intent = Intent(
        key=create_key(RULES, "100"),
        kind="create",
        customer="acme",
        target="wos",
        subject="wos:100",
        marker="100",
        business_key=f"{order_key}/{link}",
        request={},
        body_hash="h",
        binding=binding,
    )
    return Effect(intent=intent, state=state, version=1, attempts=1)


def verdict(decision: Decision) -> tuple[str, str]:
    """Outcome and rule."""
    return decision.outcome.value, decision.rule


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ((row("l", "LAMP", 4),), ("hold", "orders.outgrown")),
        ((row("l", "LAMP", 3), row("m", "MUG", 3)), ("hold", "orders.outgrown")),
        ((row("l", "LAMP", 4), row("m", "MUG", 3)), ("no-op", "orders.bound")),
        ((row("l", "LAMP", 9), row("m", "MUG", 9)), ("no-op", "orders.bound")),
        ((row("l", "BULB", 4), row("m", "MUG", 3)), ("no-op", "orders.bound")),
        ((), ("no-op", "orders.bound")),
    ],
)
def test_a_sent_part_that_has_more_by_now_is_held(
    sent: tuple[dict[str, Any], ...], rule: tuple[str, str]
) -> None:
    """A new line or a larger quantity waits for a person; less, or another recipe, is nothing."""
    boxes = (box(7, ("l", "LAMP", 4), ("m", "MUG", 3)),)

    (decision,) = decided(RULES, order(LAMP, MUG, boxes=boxes), bound("east", *sent))

    assert verdict(decision) == rule


@pytest.mark.parametrize(
    ("sent", "rule"),
    [(4, ("hold", "orders.moved")), (3, ("hold", "orders.moved")), (2, ("send", "orders.send"))],
)
def test_what_moved_to_another_dc_is_not_sent_twice(sent: int, rule: tuple[str, str]) -> None:
    """What both parts have together is never more than was ordered."""
    was = bound("east", row("l", "LAMP", sent))
    boxes = (box(9, ("l", "LAMP", 2)), box(5, ("l", "LAMP", 2)))

    (decision,) = decided(RULES, order(LAMP, boxes=boxes), was)

    assert verdict(decision) == rule


@pytest.mark.parametrize(("sent", "outcome"), [(4, Outcome.HOLD), (2, Outcome.SEND)])
def test_components_are_counted_over_the_whole_line(sent: int, outcome: Outcome) -> None:
    """A bundle's component is compared with what all bundles of the line hold of it."""
    was = bound("east", row("k", "CUP", sent))
    boxes = (box(9, ("k", "CUP", 2)), box(5, ("k", "CUP", 2)))

    (decision,) = decided(RULES, order(kit(2, CUP=2), boxes=boxes), was)

    assert decision.outcome is outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (EffectState.SENDING, Outcome.HOLD),
        (EffectState.DOUBT, Outcome.HOLD),
        (EffectState.PLANNED, Outcome.SEND),
    ],
)
def test_what_may_have_been_sent_counts_as_sent(state: EffectState, outcome: Outcome) -> None:
    """A create without an answer may be in the sink; one that is planned certainly is not."""
    earlier = effect(state, "100", "east", row("l", "LAMP", 4))

    (decision,) = decided(
        RULES,
        order(LAMP, boxes=(box(9, ("l", "LAMP", 4)),)),
        begun={"east": "100"},
        effects={earlier.intent.key: earlier},
    )

    assert decision.outcome is outcome


@pytest.mark.parametrize("state", list(EffectState))
def test_a_number_that_another_order_was_given_is_not_shared(state: EffectState) -> None:
    """Two orders of four lamps look alike to a sink that gives no line ids back."""
    other = effect(state, "99", "east", row("x", "LAMP", 4))
    line = ExistingLine(item="LAMP", quantity=4, host_id=None)
    there = ExistingOrder(number="100", state="available", area="east", lines=(line,))

    (decision,) = decided(
        RULES,
        order(LAMP, boxes=(box(7, ("l", "LAMP", 4)),)),
        effects={other.intent.key: other},
        existing={"100": there},
    )

    assert verdict(decision) == ("reject", "orders.number-taken")
    assert "order 99" in decision.reason
