"""What an earlier process left open, before and after its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.executor.bench import UNFINISHED
from engine.executor.settling import settle
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import ChangeStatus
from engine.model.effect import Answer, AnswerKind, Effect, EffectState, Evidence, Proof
from engine.ports.ledger import Lease
from tests.executor.conftest import TTL, MakeBench
from tests.executor.making import create, export, held, sending, state
from tests.fakes.systems import ABSENT, DONE, PRESENT, FakeOperation
from tests.fakes.world import FakeClock

SETTLED = timedelta(minutes=10, seconds=35)
SECOND = timedelta(seconds=1)


class SlowToRead(FakeOperation):
    """A reading takes a third of a lease; `held` keeps whether the lease was ours at its end."""

    lease: Callable[[], Lease]

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.clock = clock
        self.held: list[bool] = []

    def verify(self, effect: Effect) -> Evidence:
        self.clock.moment += TTL / 3
        self.held.append(self.clock.moment < self.lease().until)
        return super().verify(effect)


def test_before_its_time_nothing_is_read_or_sent(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """A second before `settle_at` the row is left alone, and it says until when."""
    operation = FakeOperation()
    bench = make_bench(operation)
    sending(bench)
    clock.moment += SETTLED - SECOND

    ((_, result),) = settle(bench)

    assert result.status is ChangeStatus.UNKNOWN
    assert str(result.until) == "2026-11-20 12:10:35+00:00"
    assert (operation.sent, operation.verified) == ([], [])
    assert state(ledger) is EffectState.SENDING


@pytest.mark.parametrize("again", [True, False])
def test_past_its_time_it_is_read_back_and_found(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock, again: bool
) -> None:
    """One reading that finds it is enough, and it is bound; nothing is sent."""
    operation = FakeOperation(evidence=[PRESENT], again=again)
    bench = make_bench(operation)
    sending(bench)
    clock.moment += SETTLED

    ((_, result),) = settle(bench)

    assert result.status is ChangeStatus.APPLIED
    assert (operation.sent, clock.slept) == ([], [])
    assert state(ledger) is EffectState.DONE
    assert "100" in ledger.bindings(["100"])


def test_two_absent_readings_a_gap_apart_prove_that_nothing_was_done(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """All rows share one gap; then they are PLANNED again."""
    operation = FakeOperation()
    bench = make_bench(operation)
    sending(bench)
    sending(bench, create("200"))
    clock.moment += SETTLED

    results = settle(bench)

    assert [result.status for _, result in results] == [ChangeStatus.SKIPPED] * 2
    assert clock.slept == [5.0]
    assert len(operation.verified) == 4
    assert state(ledger) is EffectState.PLANNED


@pytest.mark.parametrize(
    ("readings", "ends"),
    [
        ([ABSENT, PRESENT], EffectState.DONE),
        ([Evidence(proof=Proof.DIFFERENT, detail="its area")], EffectState.DOUBT),
        ([Evidence(proof=Proof.UNCLEAR, detail="no JSON")], EffectState.DOUBT),
        ([ABSENT, Evidence(proof=Proof.UNCLEAR, detail="no JSON")], EffectState.DOUBT),
    ],
)
def test_the_last_reading_decides(
    make_bench: MakeBench,
    ledger: SqlLedger,
    clock: FakeClock,
    readings: list[Evidence],
    ends: EffectState,
) -> None:
    """A late arrival is found, and what cannot be told goes to a person."""
    bench = make_bench(FakeOperation(evidence=readings))
    sending(bench)
    clock.moment += SETTLED

    settle(bench)

    assert state(ledger) is ends
    assert bool(ledger.inbox()) == (ends is EffectState.DOUBT)


def test_where_a_repeat_is_harmless_it_is_repeated_at_once(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """The same bytes go out again, in a new window."""
    operation = FakeOperation(again=True)
    bench = make_bench(export=operation)
    sending(bench, export())

    ((row, result),) = settle(bench)

    assert result.status is ChangeStatus.APPLIED
    assert [request.to_json() for request in operation.sent] == [row.intent.request]
    assert state(ledger, export()) is EffectState.DONE


def test_a_repeat_that_does_not_leave_proves_nothing(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """The send of the earlier process is still without an answer."""
    operation = FakeOperation([Answer(kind=AnswerKind.NOT_SENT, detail="throttled")], again=True)
    bench = make_bench(operation)
    sending(bench)

    ((_, result),) = settle(bench)

    assert result.status is ChangeStatus.UNKNOWN
    assert state(ledger) is EffectState.SENDING


def test_an_order_whose_create_is_settled_is_looked_at_again(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Its receipt ends the hold of its part; without one of its own the export would be lost."""
    bench = make_bench(FakeOperation([DONE], again=True))
    sending(bench)

    settle(bench)

    assert held(ledger) == [("100", UNFINISHED)]


def test_a_connection_that_was_renamed_keeps_no_other_row_back(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Its row stays in flight and says under which name it was sent; the others are ended."""
    bench = make_bench(FakeOperation(evidence=[PRESENT]))
    sending(bench)
    sending(bench, export())
    bench.operations = {"warehouse": bench.operations["wos"], "ca": bench.operations["ca"]}
    clock.moment += SETTLED

    results = {row.intent.kind: result for row, result in settle(bench)}

    assert results["create"].status is ChangeStatus.UNKNOWN
    assert 'the connection "wos" has no operation "create"' in results["create"].detail
    assert 'call it "wos" again' in results["create"].detail
    assert state(ledger) is EffectState.SENDING
    assert results["export"].status is ChangeStatus.SKIPPED


def test_reading_many_rows_back_keeps_the_lease(make_bench: MakeBench, clock: FakeClock) -> None:
    """Each of the two readings may take long; nobody may take over meanwhile."""
    operation = SlowToRead(clock)
    bench = make_bench(operation)
    operation.lease = lambda: bench.tenure.lease
    for number in range(4):
        sending(bench, create(str(number)))
    clock.moment += SETTLED

    results = settle(bench)

    assert [result.status for _, result in results] == [ChangeStatus.SKIPPED] * 4
    assert operation.held == [True] * 8


def test_only_rows_in_flight_are_touched(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """PLANNED waits for a plan and DOUBT for a person."""
    operation = FakeOperation(again=True)
    bench = make_bench(operation)
    ledger.unsent(sending(bench), bench.clock.now(), "not sent")
    ledger.doubt(sending(bench, create("200")), bench.clock.now(), "who knows")

    assert settle(bench) == []
    assert (operation.sent, operation.verified) == ([], [])
