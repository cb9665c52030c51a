"""One effect: write the intent, do the thing, write the receipt.

A crash between any two lines leaves a row that says what to check (see docs/protocol.md). Nothing
here repeats a write blindly: only where the operation says that the answer itself settles it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from engine.errors import FenceError
from engine.executor.bench import Bench, Result
from engine.executor.delays import ANSWER, Delay, seen
from engine.executor.standing import order_of
from engine.model.decision import ChangeStatus
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, EffectState, Intent, Proof
from engine.ports.systems import Operation

TRIES = 3
LONGEST = 60.0
"""Seconds; who asks for a longer wait is left in peace until the next pass."""


def perform(bench: Bench, intent: Intent) -> Result:
    """Sends one change at most once (see above) and says what became of it."""
    effect = claim(bench, intent)
    if isinstance(effect, Result):
        return effect
    result = send(bench, bench.operation(intent), effect)
    bench.heard(result)
    return result


def claim(bench: Bench, intent: Intent) -> Effect | Result:
    """The effect in SENDING, its intent committed; a result where there is nothing to send."""
    timing = bench.operation(intent).timing
    effect = bench.ledger.claim(intent, timing, bench.clock.now(), bench.tenure.keep())
    if effect is not None:
        return effect
    result = _why_not(bench, intent)
    bench.on_change(result)
    return result


def send(bench: Bench, operation: Operation, effect: Effect, *, doubtful: bool = False) -> Result:
    """Sends an effect that this process has in SENDING; tries again only where that is harmless.

    `doubtful`: an earlier send of it may have been processed. Then "not now" proves nothing.
    """
    answer = _send_once(bench, operation, effect)
    for attempt in range(1, TRIES):
        if not _again(operation, answer):
            break
        doubtful = doubtful or answer.kind is AnswerKind.UNKNOWN
        bench.clock.sleep(_pause(bench, answer, attempt))
        lease = bench.tenure.keep()
        effect = bench.ledger.reclaim(effect, operation.timing, bench.clock.now(), lease)
        answer = _send_once(bench, operation, effect)
    return receive(bench, operation, effect, answer, doubtful=doubtful)


def _send_once(bench: Bench, operation: Operation, effect: Effect) -> Answer:
    assert effect.window_until is not None  # noqa: S101 - a SENDING row always has its window
    request = PreparedRequest.from_json(effect.intent.request)
    began = bench.clock.monotonic()
    answer = operation.send(request, effect.window_until)
    time_answer(bench, operation, effect, answer, began)
    watch(bench, operation, effect, answer)
    return answer


def time_answer(
    bench: Bench, operation: Operation, effect: Effect, answer: Answer, began: float
) -> None:
    """Keeps how long an answer took; `began` is the steady clock's time of the send."""
    if answer.status is None:
        return
    took = bench.clock.monotonic() - began
    connection = effect.intent.target
    if took > bench.longest.get(connection, 0.0):
        bench.longest[connection] = took
        allowed = operation.timing.timeout.total_seconds()
        delay = Delay(connection=connection, kind=ANSWER, seconds=took, allowed=allowed)
        with suppress(FenceError):  # a lost lease takes the note, never the receipt that follows
            seen(bench.ledger, delay, bench.clock.now())


def watch(bench: Bench, operation: Operation, effect: Effect, answer: Answer) -> None:
    """Counts a call that left although its time was over, or under a lease that is lost by now.

    The window closes when the first byte is about to leave, and no system knows of leases: a
    process that stops just then sends what it should not. That hole cannot be closed from here.
    """
    ends = effect.window_until
    if answer.kind is AnswerKind.NOT_SENT or ends is None:
        return
    now = bench.clock.now()
    after = now - ends - operation.timing.timeout
    late = f"it ended {after.total_seconds():.1f} s after its time" if after > timedelta() else ""
    bench.ledger.stray(effect, late, now, f"answered {answer.kind.value}: {answer.detail}")


def _again(operation: Operation, answer: Answer) -> bool:
    """What certainly did not leave may leave again; what may have, only where a repeat is safe."""
    if (answer.retry_after or 0.0) > LONGEST:
        return False
    if answer.kind is AnswerKind.NOT_SENT:
        return True
    return answer.kind is AnswerKind.UNKNOWN and operation.resend_at_once


def _pause(bench: Bench, answer: Answer, attempt: int) -> float:
    """Seconds to wait: what the system asked for, else doubling with jitter."""
    if answer.retry_after is not None:
        return answer.retry_after
    return float(2**attempt * (0.5 + bench.random.fraction() / 2))


def receive(
    bench: Bench, operation: Operation, effect: Effect, answer: Answer, *, doubtful: bool
) -> Result:
    """Writes down what an answer means for an effect in SENDING, and says it."""
    now = bench.clock.now()
    if answer.kind is AnswerKind.DONE:
        bench.ledger.done(effect, answer, now, answer.detail or "accepted")
        return Result(status=ChangeStatus.APPLIED)
    if answer.kind is AnswerKind.EXISTS or (answer.kind is AnswerKind.REFUSED and doubtful):
        return _read_back(bench, operation, effect, answer, doubtful=doubtful)
    if answer.kind is AnswerKind.REFUSED:
        bench.ledger.failed(effect, now, answer.detail)
        return Result(status=ChangeStatus.FAILED, detail=answer.detail)
    if answer.kind is AnswerKind.NOT_SENT and not doubtful:
        bench.ledger.unsent(effect, now, answer.detail)
        return Result(status=ChangeStatus.SKIPPED, detail=f"not sent: {answer.detail}")
    return Result(status=ChangeStatus.UNKNOWN, detail=f"no usable answer: {answer.detail}")


def _read_back(
    bench: Bench, operation: Operation, effect: Effect, answer: Answer, *, doubtful: bool
) -> Result:
    """ "Already there" is a success only when what is there is ours.

    So is "refused" where an earlier send of the same may have been processed.
    """
    evidence = operation.verify(effect)
    now = bench.clock.now()
    if evidence.proof is Proof.PRESENT:
        if effect.intent.binding is not None:
            bench.follow(order_of(effect.intent))  # before the receipt, which a crash may follow
        bench.ledger.done(effect, answer, now, f"already there, and ours: {evidence.detail}")
        return Result(status=ChangeStatus.APPLIED)
    if evidence.proof is Proof.DIFFERENT:
        detail = f"the number is taken by another order: {evidence.detail}"
        bench.ledger.failed(effect, now, detail)
        return Result(status=ChangeStatus.FAILED, detail=detail)
    if answer.kind is AnswerKind.REFUSED and evidence.proof is Proof.ABSENT:
        bench.ledger.failed(effect, now, answer.detail)
        return Result(status=ChangeStatus.FAILED, detail=answer.detail)
    detail = f"answered {answer.kind.value}, but nothing can be read back: {evidence.detail}"
    if doubtful:
        bench.ledger.doubt(effect, now, detail)
    return Result(status=ChangeStatus.UNKNOWN, detail=detail)


def _why_not(bench: Bench, intent: Intent) -> Result:
    """Why there was nothing to claim."""
    row = bench.ledger.effects([intent.key]).get(intent.key)
    if row is None or row.state is EffectState.PLANNED:
        detail = "another change of it is in flight"
        return Result(status=ChangeStatus.SKIPPED, detail=detail, behind=row is None)
    if row.intent.body_hash != bench.ledger.seal(intent.body_hash):
        detail = "it was sent before with other content: see the inbox"
        return Result(status=ChangeStatus.FAILED, detail=detail)
    states = {
        EffectState.DONE: Result(status=ChangeStatus.APPLIED),
        EffectState.SUPERSEDED: Result(status=ChangeStatus.APPLIED, detail=row.reason),
        EffectState.FAILED: Result(status=ChangeStatus.FAILED, detail=row.reason),
        EffectState.DOUBT: Result(status=ChangeStatus.UNKNOWN, detail="in doubt: see the inbox"),
    }
    in_flight = Result(status=ChangeStatus.UNKNOWN, detail="an earlier send has no answer yet")
    return states.get(row.state, in_flight)
