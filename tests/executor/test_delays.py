"""The longest delays that were seen are on record, and nothing is written for shorter ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from engine.executor.batching import groups_of, send_ahead
from engine.executor.delays import FLOW, Delay, delays_of
from engine.executor.performing import perform
from engine.executor.settling import settle
from engine.ledger.sql_ledger import SqlLedger
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Evidence
from tests.executor.conftest import MakeBench
from tests.executor.making import create, decision, intent, sending
from tests.fakes.systems import ABSENT, DONE, PRESENT, FakeBatch, FakeOperation
from tests.fakes.world import FakeClock

LOST = Answer(kind=AnswerKind.UNKNOWN, detail="no answer")
SETTLED = timedelta(minutes=10, seconds=35)


class Slow(FakeOperation):
    """Each answer takes as many seconds as it is told."""

    def __init__(self, clock: FakeClock, *seconds: float, answer: Answer = DONE) -> None:
        super().__init__([answer])
        self._clock = clock
        self._seconds = list(seconds)

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        self._clock.moment += timedelta(seconds=self._seconds.pop(0))
        return super().send(request, not_after)


class SlowBatch(FakeBatch):
    """Every call takes four seconds."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def send_many(self, requests: Sequence[PreparedRequest], not_after: datetime) -> list[Answer]:
        self._clock.moment += timedelta(seconds=4)
        return super().send_many(requests, not_after)


def answered(seconds: float) -> list[Delay]:
    """What is on record of the warehouse's answers."""
    return [Delay(connection="wos", kind="answer", seconds=seconds, allowed=30.0)]


def test_the_longest_answer_is_kept(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """A longer one takes the place of a shorter one, in this process and in the next."""
    bench = make_bench(Slow(clock, 2.5, 1.0, 7.25))
    for order, longest in (("100", 2.5), ("101", 2.5), ("102", 7.25)):
        perform(bench, intent(create(order)))
        assert list(delays_of(ledger)) == answered(longest)
    assert len(ledger.passes(FLOW, 9)) == 2

    ledger.release(bench.tenure.lease)
    perform(make_bench(Slow(clock, 3.0)), intent(create("103")))

    assert list(delays_of(ledger)) == answered(7.25)


def test_what_never_answered_has_no_time(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """A call that ran into its timeout says nothing of how long an answer takes."""
    perform(make_bench(Slow(clock, 30.0, answer=LOST)), intent())
    assert list(delays_of(ledger)) == []


def test_a_batch_is_timed_as_one_call(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Many records in one call are one answer."""
    bench = make_bench(SlowBatch(clock))
    found = [decision(create(one, binding=None), order=one) for one in ("100", "101")]
    (groups,) = groups_of(bench, found)
    send_ahead(bench, groups)
    assert list(delays_of(ledger)) == answered(4.0)


@pytest.mark.parametrize(
    ("readings", "late"), [([ABSENT, PRESENT], True), ([PRESENT], False), ([ABSENT, ABSENT], False)]
)
def test_what_comes_after_its_settle_time_is_a_delay(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock, readings: list[Evidence], late: bool
) -> None:
    """Absent at its settle time and present a little later: all settings together are too short."""
    bench = make_bench(FakeOperation(evidence=readings))
    sending(bench)
    clock.moment += SETTLED

    settle(bench)

    found = list(delays_of(ledger))
    assert found == (
        [Delay(connection="wos", kind="late", seconds=640.0, allowed=635.0)] if late else []
    )
    assert all(one.is_long for one in found)
