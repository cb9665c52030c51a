"""Which values records of a customer have, now or lately, that no row of a table is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.executor.planning import Desk
from engine.executor.runner import Ask, Reading
from engine.flows.missing_rows import Lack, lack_of
from engine.model.decision import Decision
from engine.ports.ledger import LedgerReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """One value: the flow whose records have it, how many they are, and one of them."""

    flow: str
    lack: Lack
    count: int
    example: str


Waiting = dict[tuple[str, str], Lack | None]
"""Flow and key of a record -> what it lacks."""


def lacking(desk: Desk, ask: Ask) -> list[Lacking]:
    """What holds, rejects and a fresh look at both systems show, the most frequent first.

    A record tells its first value without a row; what is decided anew goes before what was.
    """
    waiting = {
        record: lack
        for record, lack in _remembered(desk.ledger).items()
        if record[0] in desk.runners
    }
    for decision in _decided(desk, ask):
        waiting[decision.flow, decision.key] = lack_of(decision.rule, decision.reason)
    return _counted(waiting)


def _remembered(ledger: LedgerReader) -> Waiting:
    waiting: Waiting = {
        (item.flow, item.business_key): lack_of(item.rule, item.text) for item in ledger.inbox()
    }
    holds = {(hold.flow, hold.part): lack_of(hold.rule, hold.reason) for hold in ledger.holds()}
    return waiting | holds


def _decided(desk: Desk, ask: Ask) -> Iterator[Decision]:
    for runner in desk.runners.values():
        yield from runner.decisions(ask, runner.window(ask), Reading(tell=ask.on_record))


def _counted(waiting: Waiting) -> list[Lacking]:
    grouped: dict[tuple[str, Lack], list[str]] = {}
    for (flow, key), lack in waiting.items():
        if lack is not None:
            grouped.setdefault((flow, lack), []).append(key)
    return sorted(_each(grouped.items()), key=_place)


def _each(groups: Iterable[tuple[tuple[str, Lack], list[str]]]) -> Iterator[Lacking]:
    for (flow, lack), keys in groups:
        yield Lacking(flow=flow, lack=lack, count=len(keys), example=min(keys))


def _place(one: Lacking) -> tuple[int, str, str, str]:
    return -one.count, one.flow, one.lack.table, one.lack.value or ""
