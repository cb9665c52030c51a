"""A first stock load: compared rows in, quantities to be set out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.compiler.stock import CompiledStock
from engine.flows.stock_setting import by_product, loaded, moved
from engine.model.decision import Decision, Outcome
from engine.model.desired import PreparedRequest
from engine.model.discrepancy import Cause, Row
from engine.model.effect import Effect, EffectState, Intent
from engine.model.rules_stock import StockRules
from engine.model.stock import ChannelLevel, QuantityUpdate

COMPILED = CompiledStock(
    customer="acme",
    rules=StockRules(source="wos", sink="ca", ways={}),
    links=(),
    profiles={},
    named=(),
)


def row(dc: int, on_hand: int, available: int, *, picked: int = 0, **causes: int) -> Row:
    known = {Cause(name.replace("_", "-")): units for name, units in causes.items()}
    return Row(
        sku="MUG",
        product="90",
        dc=dc,
        code=f"DC{dc}",
        link="east",
        on_hand=on_hand,
        available=available,
        picked=picked,
        pending=level({}).pending,
        causes=known,
    )


def level(available: Mapping[int, int], *, pending_shipment: int = 2) -> ChannelLevel:
    return ChannelLevel(
        product="90",
        profile=1,
        sku="MUG",
        available=available,
        pending_shipment=pending_shipment,
    )


def effect(kind: str, state: EffectState, key: str = "k") -> Effect:
    intent = Intent(
        key=key,
        kind=kind,
        customer="acme",
        target="ca",
        subject="ca:product:90",
        marker="90",
        business_key="MUG",
        request={},
        body_hash="",
    )
    return Effect(intent=intent, state=state, version=1, attempts=1)


def render(update: QuantityUpdate) -> PreparedRequest:
    legs: Mapping[int, int] = update.legs
    return PreparedRequest(method="POST", path=f"/{update.product}", body=f"{update.type} {legs}")


def decided(*rows: Row, history: tuple[Effect, ...] = ()) -> Decision:
    return loaded(COMPILED, rows, history, render)


def test_what_lies_there_and_what_is_picked_is_set_in_one_call() -> None:
    """Each DC that nothing explains is a leg of it, as a quantity that counts open orders."""
    decision = decided(row(7, 10, 4, picked=2), row(9, 0, 3))

    (change,) = decision.changes
    assert (decision.outcome, decision.rule) == (Outcome.SEND, "stock.set")
    assert change.request.body == "UnShipped {7: 12, 9: 0}"
    assert (change.key, change.units) == ("v1:acme:set:90:1", 9)
    assert "10 lie there and 2 picked, 4 can be sold" in decision.reason


def test_setting_once_more_is_another_change() -> None:
    """The number counts what was set before, and no adjustments."""
    history = (effect("set-quantity", EffectState.DONE), effect("adjust", EffectState.DONE))
    (change,) = decided(row(7, 10, 4), history=history).changes

    assert change.key == "v1:acme:set:90:2"


@pytest.mark.parametrize("state", [EffectState.PLANNED, EffectState.SENDING, EffectState.DOUBT])
def test_while_a_change_is_open_nothing_is_set(state: EffectState) -> None:
    """Its units would be counted twice."""
    decision = decided(row(7, 10, 4), history=(effect("adjust", state, "v1:x"),))

    assert (decision.outcome, decision.rule) == (Outcome.SKIP, "stock.set-waits")
    assert "v1:x" in decision.reason


@pytest.mark.parametrize("cause", ["deltas-waiting", "in-flight", "in-doubt", "duplicate-sku"])
def test_while_something_will_be_told_nothing_is_set(cause: str) -> None:
    """One DC of which something waits keeps the whole product back."""
    waiting = row(9, 8, 3, **{cause.replace("-", "_"): 1})
    decision = decided(row(7, 10, 4), waiting)

    assert (decision.changes, decision.rule) == ((), "stock.set-waits")
    assert cause in decision.reason


def test_only_what_nothing_explains_is_to_be_set() -> None:
    """A row whose causes sum to its difference stays as it is."""
    rows = [row(7, 10, 4), row(9, 5, 3, not_picked=2)]

    assert by_product(iter(rows)) == {"90": [rows[0]]}


def test_a_plan_rests_on_what_can_be_sold() -> None:
    """In each DC that it sets; other DCs may change."""
    (change,) = decided(row(7, 10, 4), row(9, 1, 0)).changes

    assert moved(change, level({7: 4, 11: 99}), 0) == ""
    assert moved(change, level({7: 3}), 0) == "in DC DC7 3 can be sold by now, not 4"
    assert "not have the product" in moved(change, None, 0)


def test_a_plan_rests_on_what_is_held_back_and_on_what_was_told() -> None:
    """A shipment, and a booking that a sale hides, leave what can be sold as it was."""
    (change,) = decided(row(7, 10, 4), history=(effect("adjust", EffectState.DONE),)).changes

    assert moved(change, level({7: 4}), 1) == ""
    assert "holds back other units" in moved(change, level({7: 4}, pending_shipment=3), 1)
    assert "another change of it was told" in moved(change, level({7: 4}), 2)
