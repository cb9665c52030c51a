"""What the order-changes flow would do with an order now, and what would have it done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.executor.change_runner import ChangeRunner
from engine.executor.change_view import ChangeDesk, View
from engine.explain.candidates_changes import of_change
from engine.explain.change_origins import Call, call_members
from engine.explain.flows_now import Members, decided_now
from engine.explain.requests import would_send
from engine.explain.sources import Seeing, Source
from engine.explain.story import Judged, Request
from engine.explain.suggesting import tried
from engine.explain.supposed import AskedOnce, WithItems
from engine.explain.trial import Judge, OrderTrial
from engine.flows.changes_judging import state_of
from engine.model.decision import Change, Decision
from engine.model.order import Order, Unreadable
from engine.model.shipment import OrderProgress
from engine.ports.flows import ProgressSource

Progress = OrderProgress | Unreadable


class SeenOnce(ProgressSource):
    """Another source, asked once for each number; some orders are shown in another state."""

    def __init__(self, source: ProgressSource, states: Mapping[str, str] | None = None) -> None:
        self._source = source
        self._states = states or {}
        self._seen: dict[str, Progress | None] = {}

    def progress(self, numbers: Sequence[str]) -> Mapping[str, Progress]:
        new = [number for number in dict.fromkeys(numbers) if number not in self._seen]
        found = self._source.progress(new) if new else {}
        self._seen |= {number: found.get(number) for number in new}
        known = {number: self._seen[number] for number in numbers}
        return {number: self._as(one) for number, one in known.items() if one is not None}

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        return self._source.changed(since)

    def state(self, number: str) -> str:
        """The state of an order as the table of changes has it; empty for one that is gone."""
        one = self.progress([number]).get(number)
        return state_of(one) if isinstance(one, OrderProgress) else ""

    def _as(self, one: Progress) -> Progress:
        state = self._states.get(one.number) if isinstance(one, OrderProgress) else None
        if state is None or not isinstance(one, OrderProgress):
            return one
        return replace(one, state=state, locked=False)


def changes_now(
    desk: ChangeDesk, key: str, order: Order | None, seeing: Seeing, members: Members
) -> Iterator[Judged]:
    """The decisions on an order that was sent; `members` are those of what is created anew."""
    seen = SeenOnce(desk.progress)
    desk = replace(desk, progress=seen, sink=AskedOnce(desk.sink))
    for judged in decided_now(ChangeRunner(desk), [key], seeing):
        made = judged.decision
        state = seen.state(made.number) if made.number else ""
        requests = tuple(_request(one, state, seeing, members) for one in made.changes)
        told = replace(judged, requests=requests)
        yield told if order is None else _advised(desk, order, told, state, seeing)


def _advised(desk: ChangeDesk, order: Order, judged: Judged, state: str, seeing: Seeing) -> Judged:
    if judged.flows:
        return judged
    made = judged.decision
    there = Source(path="progress.state", value=state or None, note=made.number or "")
    trial = OrderTrial(order=order, compiled=desk.compiled)
    advice = tried(judge_of(desk), of_change(trial, made, state, seeing), made)
    return replace(judged, advice=advice, sources=(there,) if made.number else ())


def judge_of(desk: ChangeDesk) -> Judge:
    """What decides an order that was sent with one thing changed, all else as it is."""

    def judge(trial: OrderTrial) -> Sequence[Decision]:
        supposed = replace(
            desk,
            compiled=trial.compiled,
            rules=trial.rules.changes or desk.rules,
            sink=WithItems(desk.sink, trial.items) if trial.items else desk.sink,
            progress=SeenOnce(desk.progress, trial.states) if trial.states else desk.progress,
            force=trial.force,
        )
        return list(View(supposed).decide([trial.order]))

    return judge


def _request(change: Change, state: str, seeing: Seeing, members: Members) -> Request:
    call = Call(
        operation=change.operation,
        marker=change.marker,
        memo=change.memo or {},
        body=change.request.body,
        state=state,
    )
    return would_send(change, call_members(call, seeing.places) or members(change))
