"""The contract of legs: what happened once on the floor is told once, whatever it is netted in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.ledger.opening import open_ledger
from engine.model.effect import EffectState
from engine.ports.ledger import Lease, Ledger
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, SECOND, TIMING, intent, sending, stored, take

LEGS = {"t1:7": -3, "t2:7": 5}


def test_legs_are_written_with_the_intent(ledger: Ledger, lease: Lease) -> None:
    """A claim ties every leg to its effect, and the effect is read with them."""
    effect = sending(ledger, lease, legs=LEGS)
    assert ledger.legs([*LEGS, "t3:7"]) == dict.fromkeys(LEGS, effect.intent.key)
    assert ledger.legs_of(effect.intent.key) == LEGS
    assert ledger.legs_of("v1:acme:other") == {}
    assert stored(ledger, effect) == effect
    assert ledger.unfinished() == [effect]
    assert ledger.by_subject([effect.intent.subject]) == {effect.intent.subject: [effect]}


def test_legs_are_found_by_what_their_keys_begin_with(ledger: Ledger, lease: Lease) -> None:
    """The legs of one order's picks are found, and those of no order whose number is alike."""
    names = ["pick:A_1:1:0-2:7", "pick:A_1:2:0-1:-3", "pick:a_1:1:0-1:7", "pick:AB1:1:0-1:7"]
    sending(ledger, lease, legs=dict.fromkeys([*names, "pick:A_1;", "pick:A_1", "t:7"], -1))
    assert ledger.legs_below("pick:A_1:") == frozenset(names[:2])


@pytest.mark.parametrize("ending", ["done", "failed", "doubt", "unsent", "sending"])
def test_a_leg_is_told_once(ledger: Ledger, lease: Lease, ending: str) -> None:
    """However the first effect stands, a second with one of its legs is refused as a whole."""
    first = sending(ledger, lease, legs=LEGS)
    if ending == "done":
        ledger.done(first, OK, NOW, "told")
    elif ending != "sending":
        getattr(ledger, ending)(first, NOW, "no")
    second = intent("1002", legs={"t2:7": 5, "t3:7": 1}, flow="stock")

    assert ledger.claim(second, TIMING, NOW, lease) is None
    assert ledger.claim(second, TIMING, NOW + SECOND, lease) is None

    assert ledger.effects([second.key]) == {}
    assert ledger.legs(["t2:7", "t3:7"]) == {"t2:7": first.intent.key}
    (parked,) = (item for item in ledger.inbox() if item.business_key == "1002")
    assert (parked.kind, parked.rule, parked.flow) == ("conflict", "effects.conflict", "stock")
    assert (parked.seen, parked.effect) == (2, first.intent.key)
    assert "t2:7 is already part of v1:acme:create:1001:1" in parked.text


def test_a_planned_effect_takes_other_legs(ledger: Ledger, lease: Lease) -> None:
    """What was certainly not told may be netted anew: the legs left out are free again."""
    first = sending(ledger, lease, legs=LEGS)
    ledger.unsent(first, NOW, "never left")
    again = sending(ledger, lease, legs={"t2:7": 5, "t3:7": 1})
    assert ledger.legs_of(again.intent.key) == {"t2:7": 5, "t3:7": 1}
    assert sending(ledger, lease, "1002", legs={"t1:7": -3}).intent.legs == {"t1:7": -3}


def test_a_planned_effect_keeps_off_others_legs(ledger: Ledger, lease: Lease) -> None:
    """Planned again with a leg of another's, it stays as it was, its own legs too."""
    first = sending(ledger, lease, legs=LEGS)
    ledger.unsent(first, NOW, "never left")
    sending(ledger, lease, "1002", legs={"t3:7": 1})
    assert ledger.claim(intent(legs={"t3:7": 1}), TIMING, NOW, lease) is None
    assert stored(ledger, first).state is EffectState.PLANNED
    assert ledger.legs_of(first.intent.key) == LEGS


def test_a_resend_keeps_its_legs(ledger: Ledger, lease: Lease) -> None:
    """Taking a row over for one more send is no new netting."""
    first = sending(ledger, lease, legs=LEGS)
    ledger.reclaim(stored(ledger, first), TIMING, NOW, lease)
    assert ledger.legs_of(first.intent.key) == LEGS


def test_withdrawing_frees_the_legs(ledger: Ledger, lease: Lease) -> None:
    """An effect that is forgotten has told nothing; a new one may tell it."""
    first = sending(ledger, lease, legs=LEGS)
    ledger.unsent(first, NOW, "never left")
    ledger.withdraw(stored(ledger, first), NOW, "netted anew")
    assert ledger.legs(list(LEGS)) == {}
    assert sending(ledger, lease, "1002", legs=LEGS).intent.legs == LEGS


def test_the_database_keeps_a_leg_single(file: Path) -> None:
    """Even a program that forgets to look cannot tie a leg to two effects."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        sending(ledger, take(ledger), legs=LEGS)
    with (
        closing(sqlite3.connect(file)) as conn,
        pytest.raises(sqlite3.IntegrityError, match="UNIQUE"),
    ):
        conn.execute("INSERT INTO leg VALUES ('acme', 't1:7', 'v1:acme:other', 1)")


def test_subjects_show_all_that_happened(ledger: Ledger, lease: Lease) -> None:
    """Every effect of a subject comes, whatever its state, oldest first; other subjects do not."""
    first = sending(ledger, lease, "1", subject="same")
    ledger.done(first, OK, NOW, "told")
    second = ledger.claim(intent("0", subject="same"), TIMING, NOW + SECOND, lease)
    assert second is not None
    sending(ledger, lease, "3")
    found = ledger.by_subject(["same", "nobody"])
    assert {subject: [one.intent.marker for one in rows] for subject, rows in found.items()} == {
        "same": ["1", "0"]
    }
