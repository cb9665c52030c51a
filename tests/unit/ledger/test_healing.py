"""The contract of healing: what makes up for a doubt stands beside it, and ends it."""

from __future__ import annotations

from engine.model.effect import Effect, EffectState
from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger.making import (
    NOW,
    OK,
    SECOND,
    TIMING,
    heals,
    intent,
    item,
    replayed,
    sending,
    stored,
)


def in_doubt(ledger: Ledger, lease: Lease, name: str = "1001") -> Effect:
    """An effect of which nobody can tell whether it happened."""
    effect = sending(ledger, lease, name, legs={f"t{name}:7": 3})
    ledger.doubt(effect, NOW, "no telling")
    return stored(ledger, effect)


def test_its_receipt_ends_the_doubt(ledger: Ledger, lease: Lease) -> None:
    """With DONE the doubt is SUPERSEDED, on the audit; its legs stay, its own item is closed."""
    doubt = in_doubt(ledger, lease)
    ledger.park(item("1001", kind="reject"), NOW)
    heal = sending(ledger, lease, "heal", **heals(doubt))

    ledger.done(heal, OK, NOW + SECOND, "set")

    row = stored(ledger, doubt)
    assert (row.state, row.intent.legs) == (EffectState.SUPERSEDED, {"t1001:7": 3})
    assert replayed(ledger, doubt.intent.key) == "SUPERSEDED"
    assert list(ledger.audit(doubt.intent.key))[-1]["detail"] == f"made up for by {heal.intent.key}"
    assert [open_.kind for open_ in ledger.inbox()] == ["reject"]
    assert ledger.unfinished() == []


def test_what_was_planned_beside_it_ends_too(ledger: Ledger, lease: Lease) -> None:
    """An effect of the same subject that never went out is counted by what was set."""
    planned = sending(ledger, lease)
    ledger.unsent(planned, NOW, "never left")
    doubt = sending(ledger, lease, "1002", subject=planned.intent.subject)
    ledger.doubt(doubt, NOW, "no telling")
    heal = sending(ledger, lease, "heal", **heals(doubt, planned))

    ledger.done(heal, OK, NOW, "set")

    assert {stored(ledger, one).state for one in (planned, doubt)} == {EffectState.SUPERSEDED}


def test_what_a_person_ended_meanwhile_stays(ledger: Ledger, lease: Lease) -> None:
    """Who said that it happened is believed, and the receipt of the other one is kept."""
    doubt = in_doubt(ledger, lease)
    heal = sending(ledger, lease, "heal", **heals(doubt))
    ledger.settle(doubt.intent.key, NOW, "I have seen it")

    ledger.done(heal, OK, NOW, "set")

    assert stored(ledger, doubt).state is EffectState.DONE
    assert stored(ledger, heal).state is EffectState.DONE


def test_nothing_of_the_subject_goes_out_meanwhile(ledger: Ledger, lease: Lease) -> None:
    """While it is in flight no other effect of the subject is, even if the doubt has ended."""
    doubt = in_doubt(ledger, lease)
    heal = sending(ledger, lease, "heal", **heals(doubt))
    ledger.retry(doubt.intent.key, NOW, "it did not happen")
    assert ledger.claim(doubt.intent, TIMING, NOW, lease) is None

    ledger.done(heal, OK, NOW, "set")

    assert stored(ledger, doubt).state is EffectState.SUPERSEDED
    assert ledger.claim(doubt.intent, TIMING, NOW, lease) is None
    later = intent("1003", subject=doubt.intent.subject)
    assert ledger.claim(later, TIMING, NOW, lease) is not None


def test_it_waits_for_what_is_being_sent(ledger: Ledger, lease: Lease) -> None:
    """Beside a doubt it is claimed; beside the same effect, sent once more, it is not."""
    doubt = in_doubt(ledger, lease)
    ledger.retry(doubt.intent.key, NOW, "it did not happen")
    again = ledger.claim(doubt.intent, TIMING, NOW, lease)
    assert again is not None
    heal = intent("heal", **heals(doubt))
    assert ledger.claim(heal, TIMING, NOW, lease) is None

    ledger.doubt(again, NOW, "no telling")

    assert ledger.claim(heal, TIMING, NOW, lease) is not None


def test_a_stranger_in_doubt_keeps_it_back(ledger: Ledger, lease: Lease) -> None:
    """Only the doubts that it names may be in flight beside it."""
    doubt = in_doubt(ledger, lease)
    other = in_doubt(ledger, lease, "1002")
    heal = intent("heal", **(heals(doubt) | {"memo": heals(other)["memo"]}))
    assert ledger.claim(heal, TIMING, NOW, lease) is None


def test_the_request_of_what_was_made_up_for_is_forgotten(ledger: Ledger, lease: Lease) -> None:
    """It has ended, so that its request goes when its time has come."""
    doubt = in_doubt(ledger, lease)
    ledger.done(sending(ledger, lease, "heal", **heals(doubt)), OK, NOW, "set")
    assert ledger.forget_bodies(NOW + SECOND) == 2
    assert stored(ledger, doubt).intent.request == {}
