"""Calls that may have left outside their right are counted, those in their right are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import FenceError
from engine.executor.batching import send_ahead
from engine.executor.performing import perform
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import STRAY, Answer, AnswerKind, EffectState, Timing
from tests.executor.conftest import TTL, MakeBench
from tests.executor.making import create, decision, intent, state
from tests.fakes.systems import FakeBatch, FakeOperation
from tests.fakes.world import FakeClock

DONE = Answer(kind=AnswerKind.DONE, status=201)
SILENT = Answer(kind=AnswerKind.UNKNOWN, detail="timeout")
MISSED = Answer(kind=AnswerKind.NOT_SENT, detail="the send window was missed")
IN_TIME = Timing().window + Timing().timeout
TakeOver = Callable[[], None]


@pytest.fixture
def take_over(ledger: SqlLedger, tmp_path: Path, clock: FakeClock) -> Iterator[TakeOver]:
    """Has another process take the lease, once its time is over."""
    with closing(open_ledger(f"sqlite:///{tmp_path}/ledger.db", "acme", owner="new")) as theirs:

        def taken() -> None:
            theirs.acquire("acme", "new", clock.now() + 10 * TTL, TTL)

        yield taken


def counted(ledger: SqlLedger) -> list[str]:
    """What the audit tells of each, without its key."""
    return [row["detail"].partition(": ")[2] for row in ledger.audit(STRAY)]


def test_an_answer_under_a_lost_lease_is_counted_and_kept(
    ledger: SqlLedger, make_bench: MakeBench, take_over: TakeOver
) -> None:
    """It stopped between its look at the clock and the first byte; the receipt is kept."""
    operation = FakeOperation((DONE,), on_send=take_over)

    perform(make_bench(operation), intent())

    assert counted(ledger) == ["its lease was somebody else's by then; answered done: "]
    assert state(ledger) is EffectState.DONE


def test_a_silence_under_a_lost_lease_is_counted_too(
    ledger: SqlLedger, make_bench: MakeBench, take_over: TakeOver
) -> None:
    """It may have left; what becomes of it is for the one who took over."""
    operation = FakeOperation((SILENT,), again=True, on_send=take_over)

    with pytest.raises(FenceError):
        perform(make_bench(operation), intent())

    assert counted(ledger) == ["its lease was somebody else's by then; answered unknown: timeout"]
    assert (len(operation.sent), state(ledger)) == (1, EffectState.SENDING)


def test_what_did_not_leave_is_not_counted(
    ledger: SqlLedger, make_bench: MakeBench, take_over: TakeOver
) -> None:
    """The send window did what it is there for."""
    operation = FakeOperation((MISSED,), on_send=take_over)

    with pytest.raises(FenceError):
        perform(make_bench(operation), intent())

    assert counted(ledger) == []


@pytest.mark.parametrize(
    ("took", "expected"),
    [
        (IN_TIME, []),
        (IN_TIME + timedelta(seconds=1.5), ["it ended 1.5 s after its time; answered done: "]),
    ],
)
def test_an_answer_after_window_and_timeout_is_counted(
    ledger: SqlLedger,
    make_bench: MakeBench,
    clock: FakeClock,
    took: timedelta,
    expected: list[str],
) -> None:
    """Nothing that left in its window can be answered so late: the process was stopped."""

    def slowly() -> None:
        clock.moment += took

    perform(make_bench(FakeOperation((DONE,), on_send=slowly)), intent())

    assert counted(ledger) == expected


def test_each_record_of_a_batch_is_counted(
    ledger: SqlLedger, make_bench: MakeBench, clock: FakeClock
) -> None:
    """One call may have carried many; each has its line."""

    class Slow(FakeBatch):
        def send_many(self, *asked: object) -> list[Answer]:
            clock.moment += 2 * IN_TIME
            return [DONE, DONE]

    bench = make_bench(Slow())
    keys = ("100", "200")
    send_ahead(bench, [(replace(decision(create(key)), order=key),) for key in keys])

    assert len(counted(ledger)) == len(keys)
