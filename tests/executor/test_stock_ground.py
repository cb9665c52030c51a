"""Before a stock plan is applied: what moved since it was made is named, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.customers import load_customer
from engine.executor.stock_ground import stale_decisions
from engine.executor.stock_lookups import Eyes
from engine.flows.stock_changes import adjustment
from engine.model.decision import Change, Decision, Leg, Outcome
from tests.cases.case import BASE, MemoryWorkspace, with_base
from tests.cases.stock_street import ToldMemory, ToldProducts, ToldStock

PUT = Leg(key="wos:1:5", quantity=3)
PICK = Leg(key="pick:900:1:2-5:5", quantity=-3)


def eyes_of(**known: Any) -> Eyes:
    """Eyes on a channel and a memory that know this."""
    customer, problems = load_customer(MemoryWorkspace(with_base("", "cases-stock"), BASE), "acme")
    assert customer is not None, problems
    assert customer.stock is not None
    memory = ToldMemory(known)
    return Eyes(compiled=customer.stock, sink=ToldStock(), products=ToldProducts({}), ledger=memory)


def change_of(*legs: Leg) -> Change:
    """A change of one product."""
    eyes = eyes_of()
    return adjustment(eyes.compiled, "LAMP-01", "6200139", legs, eyes.sink.quantity)


def why(change: Change, **known: Any) -> list[str]:
    """Why a decision with this change is stale, where a plain one beside it is not."""
    plain = Decision(
        flow="stock", key="wos:9", order="MUG-01", outcome=Outcome.SKIP, rule="r", reason="no"
    )
    sent = replace(plain, key="wos:1", outcome=Outcome.SEND, changes=(change,))
    found = list(stale_decisions(eyes_of(**known), [plain, sent]))
    assert {one.key for one in found} <= {"wos:1"}
    return [one.why for one in found]


def effect(state: str, key: str | None = None, *legs: Leg) -> dict[str, Any]:
    """A row of the memory."""
    name = key or change_of(PUT).key
    return {"key": name, "state": state, "legs": {leg.key: leg.quantity for leg in legs}}


def test_nothing_moved() -> None:
    """A booking that nobody told, in a DC that is there, may go out."""
    assert why(change_of(PUT)) == []
    assert why(change_of(PUT), effects=[effect("PLANNED", None, PUT)]) == []


@pytest.mark.parametrize("state", ["SENDING", "DONE", "FAILED", "DOUBT"])
def test_what_was_sent_as_it_is_rests_on_nothing(state: str) -> None:
    """A file that is applied again goes on: its own effects do not make it stale."""
    assert why(change_of(PUT), effects=[effect(state, None, PUT)]) == []


def test_what_was_sent_with_others_is_stale() -> None:
    """The same first booking went out with a later one: this change would be another."""
    more = Leg(key="wos:2:5", quantity=1)
    (said,) = why(change_of(PUT), effects=[effect("DONE", None, PUT, more)])
    assert said == "wos:1:5 was told with others by now"


def test_a_booking_that_another_change_told_is_stale() -> None:
    """Its leg belongs to another effect, which is named."""
    (said,) = why(change_of(PUT), effects=[effect("DONE", "v1:acme:adjust:7:wos:0:5", PUT)])
    assert said == "wos:1:5 was told with v1:acme:adjust:7:wos:0:5 by now"


@pytest.mark.parametrize(("told", "stale"), [("0-2", 0), ("0-4", 1)])
def test_picks_are_stale_when_more_was_told(told: str, stale: int) -> None:
    """A pick tells the units from 2 to 5, and only while just two were told before."""
    before = Leg(key=f"pick:900:1:{told}:5", quantity=-2)
    said = why(change_of(PICK), effects=[effect("DONE", "v1:acme:adjust:x", before)])
    assert len(said) == stale


def test_a_dc_that_went_is_stale() -> None:
    """One that was deleted since, or is not there, would be refused."""
    assert why(change_of(Leg(key="wos:1:13", quantity=3))) == ["DC 13 is gone or deleted"]
