"""A later proof ends what a person was asked about; everything else stays as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import CredentialError, SystemUnavailableError
from engine.executor.bench import UNFINISHED, Bench
from engine.executor.second_look import MOST, look_again
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import Effect, EffectState, Evidence, Proof
from tests.executor.conftest import MakeBench
from tests.executor.making import create, export, held, sending, state
from tests.fakes.systems import ABSENT, PRESENT, FakeOperation
from tests.fakes.world import FakeClock

LATER = timedelta(minutes=1)
UNCLEAR = Evidence(proof=Proof.UNCLEAR, detail="no JSON")
OTHER = Evidence(proof=Proof.DIFFERENT, detail="line 2")


class OutOfReach(FakeOperation):
    """Cannot be asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def verify(self, effect: Effect) -> Evidence:
        raise self.error


def ended(bench: Bench, clock: FakeClock, ending: str, order: str = "100") -> Effect:
    """A create that ended badly, one minute ago."""
    effect = sending(bench, create(order))
    getattr(bench.ledger, ending)(effect, clock.now(), "no such area")
    clock.moment += LATER
    return effect


@pytest.mark.parametrize("ending", ["failed", "doubt"])
def test_what_is_there_after_all_is_bound_and_its_item_closed(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock, ending: str
) -> None:
    """Somebody mended it by hand: done, and the order is looked at for what is left of it."""
    bench = make_bench(FakeOperation(evidence=[PRESENT]))
    effect = ended(bench, clock, ending)

    ((found, _),) = look_again(bench)

    assert found.intent.key == effect.intent.key
    assert (state(ledger), list(ledger.inbox())) == (EffectState.DONE, [])
    assert "100" in ledger.bindings(["100"])
    assert ("100", UNFINISHED) in held(ledger)
    closed = ledger.inbox(include_closed=True)[0]
    assert closed.resolution.startswith("done: found by reading back")


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (UNCLEAR, "it cannot be told whether it happened: no JSON"),
        (OTHER, "something else is there: line 2"),
        (ABSENT, "read back, and not there: nothing there"),
    ],
)
def test_a_doubt_keeps_the_newest_reading(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock, evidence: Evidence, text: str
) -> None:
    """It is not there is for a person to say; the item tells what was read last, and when."""
    bench = make_bench(FakeOperation(evidence=[evidence]))
    ended(bench, clock, "doubt")

    assert look_again(bench) == []
    (item,) = ledger.inbox()
    assert (item.text, item.last_seen, item.seen) == (text, clock.now(), 2)
    assert state(ledger) is EffectState.DOUBT


def test_a_refusal_keeps_the_systems_own_words(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """That it is not there is no news."""
    bench = make_bench(FakeOperation(evidence=[ABSENT]))
    ended(bench, clock, "failed")

    look_again(bench)

    (item,) = ledger.inbox()
    assert (item.text, item.last_seen) == ("no such area", clock.now())


def test_nobody_is_asked_twice_in_a_minute_nor_too_often_in_a_pass(
    make_bench: MakeBench, clock: FakeClock
) -> None:
    """Those that were looked at longest ago come first, so that each has its turn."""
    operation = FakeOperation(evidence=[UNCLEAR])
    bench = make_bench(operation)
    for number in range(MOST + 2):
        ended(bench, clock, "failed", str(100 + number))
    first = len(operation.verified)

    look_again(bench)
    look_again(bench)
    look_again(bench)

    asked = operation.verified[first:]
    assert len(asked) == len(set(asked)) == MOST + 2


@pytest.mark.parametrize("name", ["request", "target"])
def test_what_nobody_can_ask_about_stays(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock, name: str
) -> None:
    """The request is erased by now, or the connection has another name: the item stands."""
    bench = make_bench(FakeOperation(evidence=[PRESENT]))
    ended(bench, clock, "failed")
    if name == "request":
        ledger.forget_bodies(clock.now() + LATER)
    else:
        bench = replace(bench, operations={})

    assert look_again(bench) == []
    assert [item.kind for item in ledger.inbox()] == ["failed"]


def test_a_system_that_is_away_ends_the_look_and_nothing_else(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """The items are as they were; a refused credential is everybody's and is told."""
    bench = make_bench(OutOfReach(SystemUnavailableError("away")))
    ended(bench, clock, "doubt")
    before = list(ledger.inbox())

    assert look_again(bench) == []
    assert list(ledger.inbox()) == before
    refused = replace(bench, operations={"wos": {"create": OutOfReach(CredentialError("refused"))}})
    with pytest.raises(CredentialError):
        look_again(refused)


def test_a_flag_that_somebody_set_ends_its_refusal(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """An export binds nothing, so nothing is left of the order to be looked at."""
    bench = make_bench(export=FakeOperation(evidence=[PRESENT], again=True))
    effect = sending(bench, export())
    ledger.failed(effect, clock.now(), "no")
    clock.moment += LATER

    assert len(look_again(bench)) == 1
    assert (list(ledger.inbox()), held(ledger)) == ([], [])
