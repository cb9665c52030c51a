"""Making a plan: every flow's window and decisions, the sums, the gates, and how far it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.executor.plan_file import PlanWriter
from engine.executor.runner import Ask, Reading, Runner
from engine.executor.windows import iso
from engine.flows.gates import judge
from engine.model.decision import Decision
from engine.model.plan import PlanFooter, PlanHeader, Tally, Window
from engine.model.ruleset import Ruleset
from engine.ports.ledger import LedgerReader
from engine.ports.world import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What planning needs: the rules, a runner for each flow, and the memory.

    `systems` marks the address behind each connection.
    """

    ruleset: Ruleset
    runners: Mapping[str, Runner]
    ledger: LedgerReader
    clock: Clock
    systems: Mapping[str, str] = field(default_factory=dict)

    def only(self, flows: tuple[str, ...]) -> Desk:
        """The same desk for these flows alone; for all of them where none is named."""
        chosen = {name: one for name, one in self.runners.items() if name in flows}
        return replace(self, runners=chosen) if flows else self


def make_plan(desk: Desk, ask: Ask, writer: PlanWriter) -> tuple[PlanHeader, PlanFooter]:
    """Writes a whole plan and returns its two ends."""
    header = _header(desk, ask)
    writer.header(header)
    held = {(hold.flow, hold.part): hold.rule for hold in desk.ledger.holds()}
    tally = Tally()
    readings = [Reading(tell=ask.on_record) for _ in header.windows]
    for window, reading in zip(header.windows, readings, strict=True):
        for decision in _decisions(desk, ask, window, reading):
            before = held.get((decision.flow, decision.key)) == decision.rule
            tally.add(decision, held_before=before)
            writer.decision(decision)
        tally.read[window.flow] = reading.read
    return header, writer.footer(_footer(desk, header, tally, readings))


def _decisions(desk: Desk, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
    return desk.runners[window.flow].decisions(ask, window, reading)


def _header(desk: Desk, ask: Ask) -> PlanHeader:
    return PlanHeader(
        customer=desk.ruleset.customer,
        ruleset=desk.ruleset.hash,
        made_at=iso(desk.clock.now()),
        windows=tuple(runner.window(ask) for runner in desk.runners.values()),
        partial=ask.partial,
        systems=desk.systems,
        zone=desk.ruleset.timezone,
    )


def _footer(desk: Desk, header: PlanHeader, tally: Tally, readings: list[Reading]) -> PlanFooter:
    marks = {} if header.partial else _watermarks(desk, header, readings)
    return PlanFooter(
        read=dict(tally.read),
        quiet=dict(sorted(tally.quiet.items())),
        outcomes=dict(sorted(tally.outcomes.items())),
        rules=dict(sorted(tally.rules.items())),
        changes=dict(sorted(tally.changes.items())),
        changed=dict(sorted(tally.changed.items())),
        units=dict(sorted(tally.units.items())),
        newly_held=tally.newly_held,
        calls=sum(_calls(runner, tally) for runner in desk.runners.values()),
        unchecked=tally.unchecked,
        blocked=judge(desk.ruleset.gates, tally, first_passes=first_passes(header)),
        watermarks=marks,
    )


def first_passes(header: PlanHeader) -> frozenset[str]:
    """The flows that have no cursor yet: a go-live must not send a customer's history."""
    return frozenset(one.flow for one in header.windows if one.feed and not one.cursor_version)


def _calls(runner: Runner, tally: Tally) -> int:
    mine = {
        kind.partition(".")[2]: count
        for kind, count in tally.changes.items()
        if kind.partition(".")[0] == runner.flow
    }
    return runner.calls(mine)


def _watermarks(desk: Desk, header: PlanHeader, readings: list[Reading]) -> dict[str, str]:
    """Feed -> the newest stamp seen, never beyond the window and never behind its cursor."""
    marks = {}
    for window, reading in zip(header.windows, readings, strict=True):
        if window.feed is None or reading.newest is None:
            continue
        reached = min(reading.newest, datetime.fromisoformat(window.until))
        cursor = desk.ledger.cursor(window.feed)
        marks[window.feed] = iso(max(reached, cursor.watermark) if cursor else reached)
    return marks
