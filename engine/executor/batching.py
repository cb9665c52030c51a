"""Records that go out many in one call: one effect each, one envelope, halves after a silence.

The envelope and its halves are framing: what a plan shows of each record is what is sent of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from engine.executor.bench import Bench, Result, intent_of
from engine.executor.performing import claim, receive, time_answer, watch
from engine.model.decision import Change, Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect
from engine.ports.systems import BatchOperation

Group = Sequence[Decision]
"""The decisions on one record."""
Ready = Mapping[str, Result]
"""Effect key -> what became of a change that went out in a batch."""


def groups_of(bench: Bench, decisions: Iterable[Decision]) -> Iterator[list[Group]]:
    """Records to be carried out together: those of one batch, else one by one."""
    waiting: list[Group] = []
    for _, found in groupby(decisions, key=lambda one: (one.flow, one.order)):
        group = tuple(found)
        operation = _batch_of(bench, group)
        if waiting and (operation is None or _kind(group) != _kind(waiting[0])):
            yield waiting
            waiting = []
        waiting.append(group)
        if operation is None or len(waiting) == operation.most:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def send_ahead(bench: Bench, groups: Sequence[Group]) -> Ready:
    """Sends the changes of a batch; nothing where these records are no batch."""
    operation = _batch_of(bench, groups[0])
    if operation is None:
        return {}
    changes = [(group[0], group[0].changes[0]) for group in groups]
    claimed = [_claimed(bench, decision, change) for decision, change in changes]
    effects = [one for one in claimed if isinstance(one, Effect)]
    ready = {
        change.key: one
        for (_, change), one in zip(changes, claimed, strict=True)
        if isinstance(one, Result)
    }
    received = {
        effect.intent.key: receive(bench, operation, effect, answer, doubtful=False)
        for effect, answer in _answered(bench, operation, effects)
    }
    for result in received.values():  # only now: it may end the pass, and each has its receipt
        bench.heard(result)
    return ready | received


def _batch_of(bench: Bench, group: Group) -> BatchOperation | None:
    """How a record goes out with others: where its one decision has one change of such a kind."""
    changes = [change for decision in group for change in decision.changes]
    if len(group) != 1 or len(changes) != 1 or changes[0].needs or changes[0].after:
        return None
    operation = bench.operations.get(changes[0].target, {}).get(changes[0].operation)
    return operation if isinstance(operation, BatchOperation) else None


def _kind(group: Group) -> tuple[str, str]:
    """Where a record's one change goes, and by which operation."""
    change = group[0].changes[0]
    return change.target, change.operation


def _claimed(bench: Bench, decision: Decision, change: Change) -> Effect | Result:
    return claim(bench, intent_of(bench.customer, decision, change))


def _answered(
    bench: Bench, operation: BatchOperation, effects: Sequence[Effect]
) -> list[tuple[Effect, Answer]]:
    """Each row as it was last sent, with its answer.

    A silence over many says nothing of any: they go out again in halves.
    """
    if not effects:
        return []
    windows = [one.window_until for one in effects if one.window_until is not None]
    requests = [PreparedRequest.from_json(one.intent.request) for one in effects]
    began = bench.clock.monotonic()
    answers = operation.send_many(requests, min(windows))
    time_answer(bench, operation, effects[0], answers[0], began)
    for effect, answer in zip(effects, answers, strict=True):
        watch(bench, operation, effect, answer)
    if len(effects) == 1 or any(one.kind is not AnswerKind.UNKNOWN for one in answers):
        return list(zip(effects, answers, strict=True))
    half = len(effects) // 2
    return [
        (effect, _after_silence(answer))
        for some in (effects[:half], effects[half:])
        for effect, answer in _answered(bench, operation, _again(bench, operation, some))
    ]


def _after_silence(answer: Answer) -> Answer:
    """That a repeat did not leave proves nothing of the call before it, which may have arrived."""
    if answer.kind is not AnswerKind.NOT_SENT:
        return answer
    return replace(answer, kind=AnswerKind.UNKNOWN)


def _again(bench: Bench, operation: BatchOperation, effects: Sequence[Effect]) -> list[Effect]:
    """The same rows with a new window, for one more send of the same records."""
    lease = bench.tenure.keep()
    now = bench.clock.now()
    return [bench.ledger.reclaim(one, operation.timing, now, lease) for one in effects]
