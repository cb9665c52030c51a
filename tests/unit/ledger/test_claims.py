"""The contract of claiming: what is sent, by whom, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import FenceError, LibraryFaultError
from engine.model.effect import EffectState
from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger.making import (
    NOW,
    OK,
    SECOND,
    TIMING,
    TTL,
    intent,
    replayed,
    sending,
    stored,
    take,
)


def test_claim_writes_the_intent_down(ledger: Ledger, lease: Lease) -> None:
    """What is claimed is stored in SENDING with its request, under the lease's fence."""
    effect = ledger.claim(intent(), TIMING, NOW, lease)
    assert effect is not None
    assert effect.state is EffectState.SENDING
    assert (effect.attempts, effect.fence, effect.intent) == (1, lease.fence, intent())
    assert stored(ledger, effect) == effect
    assert replayed(ledger, effect.intent.key) == "SENDING"


def test_claim_keeps_whose_it_is(ledger: Ledger, lease: Lease) -> None:
    """Flow, record and memo come back as written, also for a row that is claimed again."""
    first = sending(ledger, lease, flow="items", order="P-7", memo={"a": [1]})
    assert stored(ledger, first).intent == first.intent
    ledger.unsent(first, NOW, "absent")
    again = sending(ledger, lease, flow="items", order="P-8", memo=None)
    assert stored(ledger, again).intent == again.intent


def test_deadlines_come_from_the_time_of_the_intent(ledger: Ledger, lease: Lease) -> None:
    """The window and the settle time are counted from `now`, and never missing."""
    effect = sending(ledger, lease)
    assert effect.intent_at == NOW
    assert effect.window_until == NOW + TIMING.window
    assert effect.settle_at == NOW + TIMING.window + TIMING.timeout + TIMING.late


def test_what_is_under_way_is_not_claimed_again(ledger: Ledger, lease: Lease) -> None:
    """A second claim of a SENDING effect has nothing to send and changes nothing."""
    effect = sending(ledger, lease)
    assert ledger.claim(intent(), TIMING, NOW + SECOND, lease) is None
    assert stored(ledger, effect) == effect


@pytest.mark.parametrize("ending", ["done", "failed", "doubt"])
def test_what_has_ended_is_not_claimed_again(ledger: Ledger, lease: Lease, ending: str) -> None:
    """DONE, FAILED and DOUBT are nothing to send."""
    effect = sending(ledger, lease)
    if ending == "done":
        ledger.done(effect, OK, NOW, "created")
    else:
        getattr(ledger, ending)(effect, NOW, "said no")
    assert ledger.claim(intent(), TIMING, NOW + SECOND, lease) is None
    assert stored(ledger, effect).state.value == ending.upper()


def test_one_effect_of_a_subject_is_in_flight(ledger: Ledger, lease: Lease) -> None:
    """While one is SENDING the other of its subject waits, and goes when the first has ended."""
    first = sending(ledger, lease, "1001", subject="same")
    second = intent("1002", subject="same")
    assert ledger.claim(second, TIMING, NOW, lease) is None
    assert second.key not in ledger.effects([second.key])
    ledger.done(first, OK, NOW, "created")
    assert ledger.claim(second, TIMING, NOW, lease) is not None


def test_a_doubt_blocks_its_subject(ledger: Ledger, lease: Lease) -> None:
    """Behind a DOUBT the subject waits until a person has decided; other subjects go on."""
    first = sending(ledger, lease, "1001", subject="same")
    ledger.doubt(first, NOW, "no telling")
    assert ledger.claim(intent("1002", subject="same"), TIMING, NOW, lease) is None
    assert ledger.claim(intent("1003"), TIMING, NOW, lease) is not None
    ledger.settle(first.intent.key, NOW, "seen in the warehouse")
    assert ledger.claim(intent("1002", subject="same"), TIMING, NOW, lease) is not None


def test_a_planned_effect_is_claimed_with_the_new_request(ledger: Ledger, lease: Lease) -> None:
    """What was proven not processed is sent as it is planned now, counted up."""
    first = sending(ledger, lease)
    ledger.unsent(first, NOW, "not there")
    newer = intent(body_hash="k1:2", request={"method": "PUT"})
    again = ledger.claim(newer, TIMING, NOW + SECOND, lease)
    assert again is not None
    assert (again.attempts, again.intent) == (2, newer)
    assert again.version > first.version
    assert stored(ledger, again) == again


def test_a_planned_effect_waits_behind_its_subject(ledger: Ledger, lease: Lease) -> None:
    """A row that went back to PLANNED has lost its place to the one that is in flight."""
    first = sending(ledger, lease, "1001", subject="same")
    ledger.unsent(first, NOW, "not there")
    sending(ledger, lease, "1002", subject="same")
    assert ledger.claim(intent("1001", subject="same"), TIMING, NOW, lease) is None
    assert stored(ledger, first).state is EffectState.PLANNED


def test_another_body_under_one_key_is_a_conflict(ledger: Ledger, lease: Lease) -> None:
    """The new request is not sent; a person is told once, however often it is planned."""
    effect = sending(ledger, lease)
    ledger.done(effect, OK, NOW, "created")
    other = intent(body_hash="k1:2", flow="stock")
    assert ledger.claim(other, TIMING, NOW, lease) is None
    assert ledger.claim(other, TIMING, NOW, lease) is None
    (parked,) = ledger.inbox()
    assert (parked.kind, parked.business_key, parked.seen) == ("conflict", "1001", 2)
    assert (parked.effect, parked.flow) == (effect.intent.key, "stock")
    assert stored(ledger, effect).intent.body_hash == "k1:1"


def test_a_planned_row_is_not_taken_over_for_another_part(ledger: Ledger, lease: Lease) -> None:
    """Two orders that are numbered alike: the one that was first is remembered and comes first."""
    first = sending(ledger, lease)
    ledger.unsent(first, NOW, "throttled")

    taken = ledger.claim(intent(business_key="2002"), TIMING, NOW, lease)

    assert taken is None
    assert [(item.business_key, item.kind) for item in ledger.inbox()] == [("2002", "conflict")]
    assert stored(ledger, first).intent == first.intent
    assert ledger.claim(first.intent, TIMING, NOW, lease) is not None


def test_reclaim_opens_a_new_window(ledger: Ledger, lease: Lease) -> None:
    """The same request may be sent once more, with deadlines of its own."""
    first = sending(ledger, lease)
    later = NOW + 60 * SECOND
    again = ledger.reclaim(first, TIMING, later, lease)
    assert (again.attempts, again.intent_at, again.intent) == (2, later, first.intent)
    assert again.window_until == later + TIMING.window
    assert stored(ledger, again) == again


def test_reclaim_forgets_the_absent_reading(ledger: Ledger, lease: Lease) -> None:
    """A reading from before the new send proves nothing about it."""
    seen_absent = ledger.absent_once(sending(ledger, lease), NOW)
    assert stored(ledger, ledger.reclaim(seen_absent, TIMING, NOW, lease)).absent_at is None


def test_a_zombie_cannot_claim(ledger: Ledger) -> None:
    """Who lost the lease can neither claim nor reclaim, and leaves nothing behind."""
    old = take(ledger, "zombie")
    effect = sending(ledger, old)
    ledger.acquire("pass", "successor", NOW + TTL, TTL)
    with pytest.raises(FenceError):
        ledger.claim(intent("1002"), TIMING, NOW, old)
    with pytest.raises(FenceError):
        ledger.reclaim(effect, TIMING, NOW, old)
    assert ledger.effects([intent("1002").key]) == {}
    assert stored(ledger, effect) == effect


def test_a_name_alone_is_no_lease(ledger: Ledger) -> None:
    """A process that took the same lease again under the same name has fenced its former self."""
    old = take(ledger, "worker-1")
    new = ledger.acquire("pass", "worker-1", NOW + TTL, TTL)
    with pytest.raises(FenceError):
        ledger.claim(intent(), TIMING, NOW, old)
    with pytest.raises(FenceError):
        ledger.renew(old, NOW, TTL)
    assert ledger.claim(intent(), TIMING, NOW, new) is not None


def test_a_zombie_cannot_end_what_was_taken_over(ledger: Ledger) -> None:
    """After a successor's reclaim the old owner's receipt is refused."""
    effect = sending(ledger, take(ledger, "zombie"))
    new = ledger.acquire("pass", "successor", NOW + TTL, TTL)
    again = ledger.reclaim(effect, TIMING, NOW + TTL, new)
    with pytest.raises(FenceError):
        ledger.done(effect, OK, NOW + TTL, "late receipt")
    assert stored(ledger, effect) == again


def test_an_effect_of_another_customer_is_refused(ledger: Ledger, lease: Lease) -> None:
    """A ledger takes nothing of another customer, in any call."""
    foreign = intent(customer="other")
    with pytest.raises(LibraryFaultError):
        ledger.claim(foreign, TIMING, NOW, lease)
    effect = sending(ledger, lease)
    with pytest.raises(LibraryFaultError):
        ledger.done(replace(effect, intent=foreign), OK, NOW, "created")
