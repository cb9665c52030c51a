"""Before a plan is applied that sets quantities by rule: they are read and made up anew."""

from __future__ import annotations

from typing import Any

import pytest

from engine.customers import load_customer
from engine.executor.stock_ground import stale_decisions
from engine.executor.stock_lookups import Eyes
from engine.model.decision import Change, Decision, Leg, Outcome
from engine.model.desired import PreparedRequest
from tests.cases.case import BASE, MemoryWorkspace, with_base
from tests.cases.sets_of import census_of, levels_of
from tests.cases.stock_street import (
    ToldEvents,
    ToldMemory,
    ToldProducts,
    ToldProgress,
    ToldStock,
    messages_of,
)

SHELF = {"LAMP-01": {"Main": 10}}
KEY = "v1:acme:set:6200139:5:wos:1"
CHANGE = Change(
    operation="set-quantity",
    key=KEY,
    target="ca",
    subject="ca:product:6200139",
    marker="6200139",
    request=PreparedRequest(method="POST", path="/quantity"),
    rests_on={"LAMP-01 in DC 5": "10"},
    legs=(Leg(key="wos:1:5", quantity=3),),
)


def why(*bookings: dict[str, Any], **known: Any) -> list[str]:
    """Why a plan is stale that sets 10 for the first booking, and skips the third one."""
    workspace = MemoryWorkspace(with_base("", "cases-stock-with-a-set"), BASE)
    customer, problems = load_customer(workspace, "acme")
    assert customer is not None, problems
    assert customer.stock is not None
    events = ToldEvents(messages_of({"bookings": bookings}))
    eyes = Eyes(
        compiled=customer.stock,
        sink=ToldStock(levels_of(known)),
        products=ToldProducts({}),
        ledger=ToldMemory(known),
        census=census_of(customer, known, ToldProgress({}), events),
    )
    sent = Decision(
        flow="stock",
        key="wos:1",
        order="LAMP-01",
        outcome=Outcome.SEND,
        rule="stock.set-by-rule",
        reason="it was counted",
        changes=(CHANGE,),
        settles=("wos:1",),
    )
    skipped = Decision(
        flow="stock",
        key="wos:3",
        order="LAMP-01",
        outcome=Outcome.SKIP,
        rule="stock.put-back",
        reason="it was put back",
        settles=("wos:3",),
    )
    found = list(stale_decisions(eyes, [sent, skipped]))
    assert {one.key for one in found} <= {"wos:1"}
    return [one.why for one in found]


def effect(state: str) -> dict[str, Any]:
    """The change as the memory has it."""
    return {"key": KEY, "kind": "set-quantity", "state": state, "legs": {"wos:1:5": 3}}


def test_the_same_quantity_may_go() -> None:
    """Nothing moved, and what the plan deals with anyway is no news."""
    assert why({"quantity": 3}, shelf=SHELF) == []
    assert why({"quantity": 3}, shelf=SHELF, effects=[effect("PLANNED")]) == []


@pytest.mark.parametrize("state", ["SENDING", "DONE", "FAILED"])
def test_what_was_sent_rests_on_nothing(state: str) -> None:
    """A file that is applied again goes on, whatever lies there by now."""
    assert why(shelf={"LAMP-01": {"Main": 99}}, effects=[effect(state)]) == []


def test_another_quantity_is_stale() -> None:
    """Both figures are told, the old one and how the new one is made up."""
    (said,) = why({"quantity": 3}, shelf={"LAMP-01": {"Main": 12}})
    assert said.startswith("it was to be 10, and now: 12 in DC 5: 12 lie there")


def test_a_booking_that_came_is_stale() -> None:
    """It lies on the shelf already and would be told once more."""
    (said,) = why({"quantity": 3}, {"quantity": 1}, shelf=SHELF)
    assert "a booking of it came" in said


def test_a_leg_that_was_told_is_stale() -> None:
    """Its booking went out with another change: that is said, and nothing is read for it."""
    other = {"key": "v1:acme:adjust:6200139:wos:1:5", "state": "DONE", "legs": {"wos:1:5": 3}}
    assert why(shelf=SHELF, effects=[other]) == [f"wos:1:5 was told with {other['key']} by now"]


def test_a_site_that_shows_no_shelves_is_stale() -> None:
    """What cannot be looked at again is not sent."""
    (said,) = why({"quantity": 3})
    assert "does not show its shelves" in said
