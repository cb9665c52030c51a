"""Settling what an earlier process left open, before anything new is done.

A row in SENDING may have been processed or not. Where a repeat is harmless it is repeated at once;
else it waits for its `settle_at`. Past that every row is read back: the order may have changed
since, and a repeat would send what it was. Two absent readings, a gap apart, prove that nothing
was done: one alone might come from a system that is still catching up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from engine.errors import ConfigurationError
from engine.executor.bench import Bench, Result
from engine.executor.delays import LATE, Delay, seen
from engine.executor.performing import send
from engine.executor.standing import order_of
from engine.model.decision import ChangeStatus
from engine.model.effect import (
    Answer,
    AnswerKind,
    Effect,
    EffectState,
    Evidence,
    Proof,
    Timing,
)
from engine.ports.systems import Operation


def settle(bench: Bench) -> list[tuple[Effect, Result]]:
    """Tries to end every effect in SENDING; returns each with what became of it.

    One whose connection is gone stays as it is, and keeps back none of the others. So do those of
    a flow that rests: nothing of it is sent, not even again.
    """
    open_rows = [
        row
        for row in bench.ledger.unfinished()
        if row.state is EffectState.SENDING and bench.pause_of(row.intent.flow) is None
    ]
    for row in open_rows:
        if row.intent.binding is not None or (row.intent.memo or {}).get("again"):
            # A receipt ends the hold of its part, and the cursor may have passed by: without this
            # nobody would look at the order again, and its export would be forgotten.
            record = (row.intent.flow, order_of(row.intent))
            bench.keep_open(record, "a change of it had no answer")
    results = [(row, _resend_or_read(bench, row)) for row in open_rows]
    absent = [row for row, result in results if result is None]
    second = _second_reading(bench, absent)
    return [(row, result or second[row.intent.key]) for row, result in results]


def _resend_or_read(bench: Bench, row: Effect) -> Result | None:
    """None where a first reading found nothing and a second one must follow."""
    try:
        operation = bench.operation(row.intent)
    except ConfigurationError as error:
        detail = f"sent without an answer, and {error.summary}. {error.advice}"
        return Result(status=ChangeStatus.UNKNOWN, detail=detail)
    now = bench.clock.now()
    if row.settle_at is None or now >= row.settle_at:
        return _read(bench, operation, row)
    if operation.resend_at_once:
        lease = bench.tenure.keep()
        again = bench.ledger.reclaim(row, operation.timing, now, lease)
        return send(bench, operation, again, doubtful=True)
    detail = "sent without an answer; it may still be processed"
    return Result(status=ChangeStatus.UNKNOWN, detail=detail, until=row.settle_at)


def _read(bench: Bench, operation: Operation, row: Effect) -> Result | None:
    bench.tenure.keep()  # reading back many rows may take longer than the lease lasts
    evidence = operation.verify(row)
    return None if evidence.proof is Proof.ABSENT else _conclude(bench, row, evidence)


def _second_reading(bench: Bench, rows: Sequence[Effect]) -> dict[str, Result]:
    if not rows:
        return {}
    noted = [bench.ledger.absent_once(row, bench.clock.now()) for row in rows]
    bench.clock.sleep(max(_gap(bench, row) for row in rows))
    return {row.intent.key: _read_again(bench, row) for row in noted}


def _read_again(bench: Bench, row: Effect) -> Result:
    bench.tenure.keep()
    operation = bench.operation(row.intent)
    evidence = operation.verify(row)
    if evidence.proof is Proof.PRESENT and row.intent_at is not None:
        took = bench.clock.now() - row.intent_at
        _came_late(bench, row.intent.target, took, operation.timing)
    return _conclude(bench, row, evidence)


def _came_late(bench: Bench, connection: str, took: timedelta, timing: Timing) -> None:
    """It was not there at its settle time, and it is now: the settings are too short for it."""
    allowed = timing.window + timing.timeout + timing.late
    delay = Delay(
        connection=connection,
        kind=LATE,
        seconds=took.total_seconds(),
        allowed=allowed.total_seconds(),
    )
    seen(bench.ledger, delay, bench.clock.now())


def _gap(bench: Bench, row: Effect) -> float:
    return bench.operation(row.intent).timing.absent_gap.total_seconds()


def _conclude(bench: Bench, row: Effect, evidence: Evidence) -> Result:
    now = bench.clock.now()
    if evidence.proof is Proof.PRESENT:
        answer = Answer(kind=AnswerKind.DONE, detail=evidence.detail)
        bench.ledger.done(row, answer, now, f"found by reading back: {evidence.detail}")
        return Result(status=ChangeStatus.APPLIED, detail="found by reading back")
    if evidence.proof is Proof.ABSENT:
        bench.ledger.unsent(row, now, "two readings, a gap apart, found nothing")
        return Result(status=ChangeStatus.SKIPPED, detail="proven not processed; planned again")
    if evidence.proof is Proof.DIFFERENT:
        detail = f"something else is there: {evidence.detail}"
    else:
        detail = f"it cannot be told whether it happened: {evidence.detail}"
    bench.ledger.doubt(row, now, detail)
    return Result(status=ChangeStatus.UNKNOWN, detail=detail)
