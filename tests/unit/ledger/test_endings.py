"""The contract of endings: receipts, refusals, doubts, and what a person decides."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from engine.errors import FenceError
from engine.model.effect import Effect, EffectState
from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger.making import (
    NOW,
    OK,
    SECOND,
    TIMING,
    binding,
    heals,
    hold,
    intent,
    item,
    promise,
    replayed,
    sending,
    stored,
)


def test_done_stores_the_promised_binding(ledger: Ledger, lease: Lease) -> None:
    """With the receipt the part is bound, with all that the way back needs."""
    effect = sending(ledger, lease, binding=promise(binding()))
    assert ledger.bindings(["1001"]) == {}
    ledger.done(effect, OK, NOW, "created")
    assert ledger.bindings(["1001", "1002"]) == {"1001": [binding()]}
    assert stored(ledger, effect).state is EffectState.DONE
    assert replayed(ledger, effect.intent.key) == "DONE"


def test_done_ends_hold_and_inbox(ledger: Ledger, lease: Lease) -> None:
    """The part's hold and the open items of its business key are over; others stay."""
    ledger.hold(hold("1001/east"))
    ledger.hold(hold("1002/east"))
    ledger.park(item("1001"), NOW)
    ledger.park(item("1002"), NOW)
    ledger.done(sending(ledger, lease, binding=promise(binding())), OK, NOW + SECOND, "created")
    assert [waiting.part for waiting in ledger.holds()] == ["1002/east"]
    assert [open_.business_key for open_ in ledger.inbox()] == ["1002"]
    closed = next(one for one in ledger.inbox(include_closed=True) if one.business_key == "1001")
    assert (closed.resolved, closed.resolution) == (NOW + SECOND, "done: created")


@pytest.mark.parametrize(
    ("kind", "left"), [("write-back", ["failed"]), ("export", [])], ids=["another", "the same"]
)
def test_done_answers_only_what_was_asked_of_its_own_kind(
    ledger: Ledger, lease: Lease, kind: str, left: list[str]
) -> None:
    """An order's export goes through, and its refused write-back is asked about all the same; a
    refusal that a later write of one kind and subject made up for is over.
    """
    about = {"business_key": "1001", "subject": "ca:1001"}
    refused = sending(ledger, lease, "first", kind=kind, **about)
    ledger.failed(refused, NOW, "too long")

    ledger.done(sending(ledger, lease, "second", kind="export", **about), OK, NOW, "set")

    assert [item.kind for item in ledger.inbox()] == left


def test_done_is_no_answer_to_what_was_told_along_with_it(ledger: Ledger, lease: Lease) -> None:
    """A report of the decisions that it came from stays; other classes and its own refusal end."""
    effect = sending(ledger, lease, memo={"told": ["report", "failed"]})
    ledger.park(item(kind="report"), NOW)
    ledger.park(item(kind="reject"), NOW)
    ledger.failed(effect, NOW, "no")

    ledger.proven(stored(ledger, effect), NOW + SECOND, "found by reading back")

    assert [one.kind for one in ledger.inbox()] == ["report"]


@pytest.mark.parametrize("ending", ["failed", "doubt"])
def test_a_later_proof_is_as_good_as_a_receipt(ledger: Ledger, lease: Lease, ending: str) -> None:
    """Bound, closed and DONE, by the process that found it and by nobody else."""
    effect = sending(ledger, lease, binding=promise(binding()))
    getattr(ledger, ending)(effect, NOW, "no")

    ledger.proven(stored(ledger, effect), NOW + SECOND, "found by reading back")

    assert stored(ledger, effect).state is EffectState.DONE
    assert [one.part for one in ledger.bindings(["1001"])["1001"]] == ["1001/east"]
    assert ledger.inbox() == []
    assert list(ledger.audit(effect.intent.key))[-1]["actor"].startswith("worker-1")


def test_only_what_waits_for_a_person_can_be_proven(ledger: Ledger, lease: Lease) -> None:
    """One that is on its way is settled by its own answer."""
    with pytest.raises(FenceError):
        ledger.proven(sending(ledger, lease), NOW, "found")


def test_what_was_planned_can_be_withdrawn(ledger: Ledger, lease: Lease) -> None:
    """The row goes, its audit ends with the reason, and the same key may begin anew."""
    effect = sending(ledger, lease)
    ledger.unsent(effect, NOW, "never left")
    planned = stored(ledger, effect)

    ledger.withdraw(planned, NOW, "the order was cancelled")

    assert ledger.effects([effect.intent.key]) == {}
    assert replayed(ledger, effect.intent.key) == ""
    assert sending(ledger, lease).version == 1


def test_only_what_is_planned_can_be_withdrawn(ledger: Ledger, lease: Lease) -> None:
    """What may have happened stays on record, and so does what went on meanwhile."""
    effect = sending(ledger, lease)
    with pytest.raises(FenceError):
        ledger.withdraw(effect, NOW, "no")
    ledger.unsent(effect, NOW, "never left")
    with pytest.raises(FenceError):
        ledger.withdraw(replace(stored(ledger, effect), version=99), NOW, "no")
    assert stored(ledger, effect).state is EffectState.PLANNED


def test_an_end_is_about_its_own_flow(ledger: Ledger, lease: Lease) -> None:
    """What a shipment's receipt closes and ends is the shipments', and the binding's hold."""
    for flow in ("orders", "shipments", "stock"):
        ledger.park(item("1001", flow=flow), NOW)
        ledger.hold(hold("1001/east", flow=flow))
    effect = sending(ledger, lease, flow="shipments", binding=promise(binding()))

    ledger.done(effect, OK, NOW, "told")

    assert [one.flow for one in ledger.inbox()] == ["orders", "stock"]
    assert [one.flow for one in ledger.holds()] == ["stock"]


@pytest.mark.parametrize("ending", ["failed", "doubt"])
def test_a_bad_end_reaches_the_inbox(ledger: Ledger, lease: Lease, ending: str) -> None:
    """FAILED and DOUBT leave an item that names the effect and says why."""
    effect = sending(ledger, lease, flow="stock")
    getattr(ledger, ending)(effect, NOW, "422 no such area")
    (parked,) = ledger.inbox()
    assert (parked.kind, parked.rule, parked.flow) == (ending, f"effects.{ending}", "stock")
    assert (parked.business_key, parked.effect) == ("1001", effect.intent.key)
    assert parked.text == stored(ledger, effect).reason == "422 no such area"


def test_absent_once_stays_sending(ledger: Ledger, lease: Lease) -> None:
    """A first absent reading is noted and the row can still be ended by what it returns."""
    effect = ledger.absent_once(sending(ledger, lease), NOW + SECOND)
    assert (effect.state, effect.absent_at) == (EffectState.SENDING, NOW + SECOND)
    assert stored(ledger, effect) == effect
    ledger.unsent(effect, NOW + SECOND, "absent twice")
    row = stored(ledger, effect)
    assert (row.state, row.absent_at) == (EffectState.PLANNED, None)


@pytest.mark.parametrize("ending", ["failed", "doubt"])
def test_retry_plans_it_again(ledger: Ledger, lease: Lease, ending: str) -> None:
    """A person says that it did not happen: it can be claimed, and its own item is closed."""
    effect = sending(ledger, lease)
    getattr(ledger, ending)(effect, NOW, "no")
    ledger.park(item("1001", kind="foreign"), NOW)
    ledger.retry(effect.intent.key, NOW, "area was made")
    assert stored(ledger, effect).state is EffectState.PLANNED
    assert [open_.kind for open_ in ledger.inbox()] == ["foreign"]
    assert list(ledger.audit(effect.intent.key))[-1]["actor"] == "operator"
    assert ledger.claim(intent(body_hash="k1:2"), TIMING, NOW, lease) is not None


@pytest.mark.parametrize("ending", ["failed", "doubt"])
def test_settle_finishes_it(ledger: Ledger, lease: Lease, ending: str) -> None:
    """A person says that it happened: DONE, bound, and nothing left in the inbox."""
    effect = sending(ledger, lease, binding=promise(binding()))
    getattr(ledger, ending)(effect, NOW, "no")
    ledger.settle(effect.intent.key, NOW, "it is there")
    assert stored(ledger, effect).state is EffectState.DONE
    assert ledger.bindings(["1001"]) == {"1001": [binding()]}
    assert ledger.inbox() == []
    assert replayed(ledger, effect.intent.key) == "DONE"


def _in_state(ledger: Ledger, lease: Lease, state: EffectState) -> Effect:
    effect = sending(ledger, lease)
    if state is EffectState.PLANNED:
        ledger.unsent(effect, NOW, "absent")
    elif state is EffectState.DONE:
        ledger.done(effect, OK, NOW, "created")
    elif state is EffectState.FAILED:
        ledger.failed(effect, NOW, "no")
    elif state is EffectState.DOUBT:
        ledger.doubt(effect, NOW, "no telling")
    elif state is EffectState.SUPERSEDED:
        ledger.doubt(effect, NOW, "no telling")
        ledger.done(sending(ledger, lease, "heal", **heals(effect)), OK, NOW, "set")
    return stored(ledger, effect)


def _go(ledger: Ledger, lease: Lease, effect: Effect, step: str) -> None:
    if step == "done":
        ledger.done(effect, OK, NOW, "created")
    elif step in ("failed", "doubt", "unsent"):
        getattr(ledger, step)(effect, NOW, "because")
    elif step == "absent_once":
        ledger.absent_once(effect, NOW)
    elif step == "reclaim":
        ledger.reclaim(effect, TIMING, NOW, lease)
    else:
        getattr(ledger, step)(effect.intent.key, NOW, "because")


FROM_SENDING = ("done", "failed", "doubt", "unsent", "absent_once", "reclaim")
BY_A_PERSON = ("retry", "settle")
LEGAL = {(EffectState.SENDING, step) for step in FROM_SENDING} | {
    (state, step) for state in (EffectState.FAILED, EffectState.DOUBT) for step in BY_A_PERSON
}
ILLEGAL = sorted(set(product(EffectState, FROM_SENDING + BY_A_PERSON)) - LEGAL)


@pytest.mark.parametrize(("state", "step"), ILLEGAL)
def test_no_other_way(ledger: Ledger, lease: Lease, state: EffectState, step: str) -> None:
    """Every step that the picture of states does not have is fenced and leaves no trace."""
    effect = _in_state(ledger, lease, state)
    before = list(ledger.audit(effect.intent.key)), ledger.inbox(include_closed=True)
    with pytest.raises(FenceError):
        _go(ledger, lease, effect, step)
    assert stored(ledger, effect) == effect
    assert (list(ledger.audit(effect.intent.key)), ledger.inbox(include_closed=True)) == before


@pytest.mark.parametrize("step", FROM_SENDING)
@pytest.mark.parametrize("change", ["state", "version"])
def test_a_stale_view_is_fenced(ledger: Ledger, lease: Lease, step: str, change: str) -> None:
    """Who holds an old picture of the row, in state or in version, cannot move it."""
    old = sending(ledger, lease)
    if change == "version":
        ledger.absent_once(old, NOW)
    else:
        ledger.failed(old, NOW, "no")
        old = replace(old, version=stored(ledger, old).version)
    row = stored(ledger, old)
    with pytest.raises(FenceError):
        _go(ledger, lease, old, step)
    assert stored(ledger, old) == row


@pytest.mark.parametrize("step", BY_A_PERSON)
def test_an_unknown_key_is_no_decision(ledger: Ledger, step: str) -> None:
    """A mistyped key is said to be one."""
    with pytest.raises(FenceError, match="no effect v1:acme:create:typo"):
        getattr(ledger, step)("v1:acme:create:typo", NOW, "because")
