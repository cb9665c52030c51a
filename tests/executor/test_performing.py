"""One effect: intent, send, receipt, for every kind of answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import ConfigurationError, FenceError, SystemUnavailableError
from engine.executor.bench import PATIENCE, Bench, Result
from engine.executor.performing import LONGEST, TRIES, perform
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import ChangeStatus
from engine.model.effect import Answer, AnswerKind, EffectState, Evidence, Proof
from tests.executor.conftest import TTL, MakeBench
from tests.executor.making import create, intent, sending, state
from tests.fakes.systems import ABSENT, DONE, PRESENT, FakeOperation
from tests.fakes.world import NOON, FakeClock

UNKNOWN = Answer(kind=AnswerKind.UNKNOWN, detail="reset")
NOT_SENT = Answer(kind=AnswerKind.NOT_SENT, detail="no connection")
REFUSED = Answer(kind=AnswerKind.REFUSED, status=400, detail="no such area")
EXISTS = Answer(kind=AnswerKind.EXISTS, status=409)
DIFFERENT = Evidence(proof=Proof.DIFFERENT, detail="its area is WEST")
UNCLEAR = Evidence(proof=Proof.UNCLEAR, detail="no JSON")


def test_the_intent_is_on_record_while_the_request_is_out(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """When the first byte leaves, the row says SENDING and how long it may leave."""
    seen: list[EffectState] = []
    operation = FakeOperation(on_send=lambda: seen.append(state(ledger)))

    result = perform(make_bench(operation), intent())

    assert seen == [EffectState.SENDING]
    assert operation.windows == [NOON + operation.timing.window]
    assert result.status is ChangeStatus.APPLIED
    assert state(ledger) is EffectState.DONE
    assert [b.part for b in ledger.bindings(["100"])["100"]] == ["100/east"]


def test_a_refusal_fails_for_a_person(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A definite refusal is FAILED, with its words in the inbox, and is not repeated."""
    operation = FakeOperation([REFUSED])

    result = perform(make_bench(operation), intent())

    assert (result.status, result.detail) == (ChangeStatus.FAILED, "no such area")
    assert state(ledger) is EffectState.FAILED
    assert [(item.business_key, item.text) for item in ledger.inbox()] == [
        ("100/east", "no such area")
    ]
    assert len(operation.sent) == 1


def test_what_is_there_already_is_looked_at_by_the_flows_that_go_on(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Somebody typed it in between our look and our create, and may have shipped it: until now its
    messages were nobody's.
    """
    bench = replace(make_bench(FakeOperation([EXISTS], [PRESENT])), followers=("shipments",))

    perform(bench, intent())

    assert [(hold.flow, hold.order) for hold in ledger.holds()] == [("shipments", "100")]


def test_an_unknown_answer_leaves_the_row_in_flight(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Where a repeat could create a second order, nothing is repeated."""
    operation = FakeOperation([UNKNOWN])

    result = perform(make_bench(operation), intent())

    assert result.status is ChangeStatus.UNKNOWN
    assert state(ledger) is EffectState.SENDING
    assert len(operation.sent) == 1


def test_an_unknown_answer_is_repeated_where_the_answer_settles_it(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Each repeat has a window of its own and comes after a longer wait."""
    operation = FakeOperation([UNKNOWN, UNKNOWN, DONE], again=True)

    result = perform(make_bench(operation), intent())

    assert result.status is ChangeStatus.APPLIED
    assert clock.slept == [1.5, 3.0]
    assert operation.windows == [NOON + timedelta(seconds=s) for s in (5, 6.5, 9.5)]


def test_what_did_not_leave_is_tried_again_and_then_planned(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """After the last try it is back to PLANNED: nothing was processed."""
    operation = FakeOperation([NOT_SENT])

    result = perform(make_bench(operation), intent())

    assert (result.status, len(operation.sent)) == (ChangeStatus.SKIPPED, TRIES)
    assert state(ledger) is EffectState.PLANNED


@pytest.mark.parametrize(
    ("asked", "slept", "sent"), [(7.0, [7.0], 2), (LONGEST, [LONGEST], 2), (LONGEST + 1, [], 1)]
)
def test_a_wait_that_the_system_asks_for(
    make_bench: MakeBench, clock: FakeClock, asked: float, slept: list[float], sent: int
) -> None:
    """It is kept up to a minute; who asks for more is left in peace until the next pass."""
    busy = Answer(kind=AnswerKind.NOT_SENT, status=429, retry_after=asked)
    operation = FakeOperation([busy, DONE])

    perform(make_bench(operation), intent())

    assert clock.slept == slept
    assert len(operation.sent) == sent


def test_not_sent_after_unknown_proves_nothing(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """That the repeat did not leave says nothing of the first send: the row stays in flight."""
    operation = FakeOperation([UNKNOWN, NOT_SENT], again=True)

    result = perform(make_bench(operation), intent())

    assert result.status is ChangeStatus.UNKNOWN
    assert state(ledger) is EffectState.SENDING


@pytest.mark.parametrize(
    ("evidence", "status", "ends"),
    [
        (PRESENT, ChangeStatus.APPLIED, EffectState.DONE),
        (DIFFERENT, ChangeStatus.FAILED, EffectState.FAILED),
        (ABSENT, ChangeStatus.UNKNOWN, EffectState.SENDING),
        (UNCLEAR, ChangeStatus.UNKNOWN, EffectState.SENDING),
    ],
)
def test_already_there_is_a_success_only_when_it_is_ours(
    make_bench: MakeBench,
    ledger: SqlLedger,
    evidence: Evidence,
    status: ChangeStatus,
    ends: EffectState,
) -> None:
    """A duplicate is read back and compared before anybody calls it done."""
    result = perform(make_bench(FakeOperation([EXISTS], [evidence])), intent())

    assert result.status is status
    assert state(ledger) is ends


@pytest.mark.parametrize(
    ("last", "evidence", "ends"),
    [
        (REFUSED, PRESENT, EffectState.DONE),
        (REFUSED, ABSENT, EffectState.FAILED),
        (REFUSED, UNCLEAR, EffectState.DOUBT),
        (EXISTS, ABSENT, EffectState.DOUBT),
        (EXISTS, PRESENT, EffectState.DONE),
    ],
)
def test_an_answer_to_a_repeat_is_read_back(
    make_bench: MakeBench, ledger: SqlLedger, last: Answer, evidence: Evidence, ends: EffectState
) -> None:
    """After a send without an answer a refusal may hide a success, and silence is a doubt."""
    perform(make_bench(FakeOperation([UNKNOWN, last], [evidence], again=True)), intent())

    assert state(ledger) is ends


@pytest.mark.parametrize(
    ("answer", "body", "status", "said"),
    [
        (DONE, "100east", ChangeStatus.APPLIED, ""),
        (REFUSED, "100east", ChangeStatus.FAILED, "no such area"),
        (UNKNOWN, "100east", ChangeStatus.UNKNOWN, "no answer yet"),
        (DONE, "other", ChangeStatus.FAILED, "other content"),
    ],
)
def test_what_was_claimed_before_is_not_sent_again(
    make_bench: MakeBench, answer: Answer, body: str, status: ChangeStatus, said: str
) -> None:
    """The row tells what became of it; another content under its key is told to a person."""
    operation = FakeOperation([answer])
    bench = make_bench(operation)
    perform(bench, intent())
    told: list[Result] = []
    bench.on_change = told.append
    change = create()
    other = create(request=type(change.request)(method="POST", path="/orders", body=body))

    result = perform(bench, intent(other))

    assert (result.status, said in result.detail) == (status, True)
    assert len(operation.sent) == 1
    assert told == [result]


def test_what_is_in_doubt_waits_for_a_person(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A doubt is never sent again by itself."""
    operation = FakeOperation()
    bench = make_bench(operation)
    ledger.doubt(sending(bench), NOON, "who knows")

    result = perform(bench, intent())

    assert (result.status, operation.sent) == (ChangeStatus.UNKNOWN, [])
    assert "inbox" in result.detail


def test_one_effect_of_a_subject_at_a_time(make_bench: MakeBench) -> None:
    """Another effect of the same subject waits until the first has ended."""
    operation = FakeOperation()
    bench = make_bench(operation)
    sending(bench)

    result = perform(bench, intent(create(key="v1:acme:create:100east:2")))

    assert (result.status, operation.sent) == (ChangeStatus.SKIPPED, [])


def test_a_lost_lease_ends_it_before_anything_is_sent(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Who was overtaken learns it from the claim, and again between two tries."""
    operation = FakeOperation()
    bench = make_bench(operation)
    clock.moment += TTL
    ledger.acquire("acme", "another", clock.now(), TTL)

    with pytest.raises(FenceError):
        perform(bench, intent())
    assert operation.sent == []


def _silent(bench: Bench, count: int) -> None:
    for number in range(count):
        perform(bench, intent(create(str(number))))


def test_a_system_that_does_not_answer_ends_the_pass(make_bench: MakeBench) -> None:
    """After a few changes in a row without a usable answer nothing more is sent."""
    operation = FakeOperation([UNKNOWN])
    bench = make_bench(operation)

    with pytest.raises(SystemUnavailableError, match="reset"):
        _silent(bench, PATIENCE + 3)
    assert len(operation.sent) == PATIENCE


def test_any_answer_breaks_the_silence(make_bench: MakeBench) -> None:
    """A refusal is an answer, so the count starts again."""
    silence = [UNKNOWN] * (PATIENCE - 1)
    bench = make_bench(FakeOperation([*silence, REFUSED, *silence, DONE]))

    _silent(bench, 2 * PATIENCE)

    assert bench.silent == 0


def test_what_waits_already_is_no_silence(make_bench: MakeBench) -> None:
    """Changes that an earlier process sent say nothing of how the system is now."""
    bench = make_bench(FakeOperation())
    for number in range(PATIENCE + 1):
        sending(bench, create(str(number)))

    _silent(bench, PATIENCE + 1)

    assert bench.silent == 0


def test_an_operation_that_nobody_offers(make_bench: MakeBench) -> None:
    """A connection that was renamed or has another adapter by now is named, with what to do."""
    bench = make_bench()
    with pytest.raises(ConfigurationError, match='"wos" has no operation "burn"'):
        perform(bench, intent(create(operation="burn")))
    with pytest.raises(ConfigurationError, match='"old" has no operation "create"') as raised:
        perform(bench, intent(create(target="old")))
    assert 'call it "old" again' in raised.value.advice


def test_a_lease_is_renewed_when_half_of_it_is_over(
    make_bench: MakeBench, clock: FakeClock
) -> None:
    """Not before, as every renewal is a write."""
    tenure = make_bench().tenure
    clock.moment += TTL / 2
    early = tenure.keep()
    clock.moment += timedelta(seconds=1)

    assert early.until == NOON + TTL
    assert tenure.keep().until == clock.moment + TTL
    assert tenure.lease.until == clock.moment + TTL


def test_a_long_plan_keeps_the_lease(make_bench: MakeBench, clock: FakeClock) -> None:
    """Who reads for longer than the lease lasts still has it when the sending begins."""
    bench = make_bench()
    for _ in range(4):
        clock.moment += TTL / 2 + timedelta(seconds=1)
        bench.still_ours(40)

    assert bench.tenure.lease.until == clock.moment + TTL
