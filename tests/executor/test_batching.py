"""Records that go out many in one call."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import SystemUnavailableError
from engine.executor.applying import Applied, Course, carry_out
from engine.executor.bench import Bench
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Change, Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, EffectState
from tests.executor.conftest import MakeBench
from tests.executor.making import create, decision
from tests.fakes.systems import FakeBatch

NOT_SENT = Answer(kind=AnswerKind.NOT_SENT, detail="no connection")


class Closed(FakeBatch):
    """Nobody answers the telephone: nothing leaves."""

    def send_many(self, requests: Any, not_after: Any) -> list[Answer]:
        self.calls.append([request.body for request in requests])
        return [NOT_SENT] * len(requests)


class FallsSilent(FakeBatch):
    """Takes a first call without an answer, and none after it."""

    def send_many(self, requests: Any, not_after: Any) -> list[Answer]:
        self.calls.append([request.body for request in requests])
        silent = Answer(kind=AnswerKind.UNKNOWN, detail="timeout")
        return [silent if len(self.calls) == 1 else NOT_SENT] * len(requests)


def item(number: str, **more: Any) -> Decision:
    """A decision that writes one item."""
    plain: dict[str, Any] = {
        "operation": "item",
        "key": f"v1:acme:item:{number}:1",
        "target": "wos",
        "subject": f"wos:item:{number}",
        "marker": number,
        "request": PreparedRequest(method="POST", path="/items", body=number),
    }
    change = Change(**{**plain, **more})
    return decision(change, flow="items", order=number, key=number, rule="items.send")


def with_batch(make_bench: MakeBench, operation: FakeBatch) -> Bench:
    """A bench whose sink takes items in batches."""
    bench = make_bench()
    bench.operations = {"wos": {**bench.operations["wos"], "item": operation}}
    return bench


def test_after_a_silence_nothing_is_certainly_unsent(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """The first call may still be processed, so that no newer content may go out before it."""
    bench = with_batch(make_bench, FallsSilent())

    carry_out(bench, [item("a"), item("b")], Course(), Applied())

    assert [row.state for row in ledger.unfinished()] == [EffectState.SENDING] * 2


def test_records_share_calls_and_have_an_effect_each(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Five records go out in calls of two, and each has its own receipt."""
    operation, applied = FakeBatch(), Applied()
    bench = with_batch(make_bench, operation)

    carry_out(bench, [item(number) for number in "abcde"], Course(), applied)

    assert operation.calls == [["a", "b"], ["c", "d"], ["e"]]
    assert applied.counts == {"applied": 5}
    assert applied.flows["items"] == {"send": 5, "changes.applied": 5}
    assert ledger.counts()["DONE"] == 5


def test_one_bad_record_fails_alone(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """The others of its call are done, and the inbox names it."""
    bench = with_batch(make_bench, FakeBatch("b"))
    applied = Applied()

    carry_out(bench, [item("a"), item("b")], Course(), applied)

    assert applied.counts == {"applied": 1, "failed": 1}
    assert [(one.flow, one.business_key) for one in ledger.inbox()] == [("items", "b")]


def test_a_silence_halves_the_batch(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """What got no answer goes out again in halves, until one answers."""
    operation = FakeBatch(most=4, deaf=1)
    bench = with_batch(make_bench, operation)
    applied = Applied()

    carry_out(bench, [item(number) for number in "abcd"], Course(), applied)

    assert operation.calls[:3] == [["a", "b", "c", "d"], ["a", "b"], ["a"]]
    assert applied.counts == {"applied": 4}


def test_what_another_kind_of_change_follows_is_sent_before_it(make_bench: MakeBench) -> None:
    """A batch ends where an order begins; an order is never part of one."""
    operation = FakeBatch()
    bench = with_batch(make_bench, operation)
    applied = Applied()

    carry_out(bench, [item("a"), decision(create()), item("b")], Course(), applied)

    assert operation.calls == [["a"], ["b"]]
    assert applied.counts == {"applied": 3}


def test_two_operations_of_one_performer_do_not_share_a_call(make_bench: MakeBench) -> None:
    """One call goes to one address: a new item must not be sent as a patch."""
    operation = FakeBatch()
    bench = with_batch(make_bench, operation)
    bench.operations = {"wos": {"item": operation, "patch": operation}}
    applied = Applied()

    carry_out(bench, [item("a"), item("b", operation="patch")], Course(), applied)

    assert operation.calls == [["a"], ["b"]]
    assert applied.counts == {"applied": 2}


def test_what_was_sent_before_is_not_sent_again(make_bench: MakeBench) -> None:
    """A record whose effect is done is left out of the call; one with an order of effects waits."""
    operation = FakeBatch()
    bench = with_batch(make_bench, operation)
    carry_out(bench, [item("a")], Course(), Applied())
    applied = Applied()

    again = [item("a"), item("b"), item("c", after=("v1:acme:item:never:1",))]
    carry_out(bench, again, Course(), applied)

    assert operation.calls[1:] == [["b"]]
    assert applied.counts == {"applied": 2, "skipped": 1}
    carry_out(bench, [item("a")], Course(), applied)
    assert len(operation.calls) == 2


def test_a_closed_system_ends_the_pass_with_a_receipt_for_each(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Nothing of a batch that never left stays in flight."""
    bench = with_batch(make_bench, Closed(most=9))

    with pytest.raises(SystemUnavailableError):
        carry_out(bench, [item(number) for number in "abcdefg"], Course(), Applied())

    assert (ledger.counts()["SENDING"], ledger.counts()["PLANNED"]) == (0, 7)
