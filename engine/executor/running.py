"""The order of the houses, known here alone: settle, plan, gates, ground, carry out, cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from engine.executor.applying import Applied, Course, advance, carry_out, refused_gates
from engine.executor.bench import Bench, Result
from engine.executor.plan_file import PlanStore, decisions
from engine.executor.planning import first_passes
from engine.executor.runner import Runner, Stale
from engine.executor.second_look import look_again
from engine.executor.settling import settle
from engine.flows.gates import flow_of, judge
from engine.model.decision import ChangeStatus, Decision
from engine.model.effect import Effect
from engine.model.plan import BlockedGate, Ends
from engine.model.ruleset import Gate
from engine.ports.ledger import PassNote


class Verdict(StrEnum):
    """How an apply ended."""

    DONE = "done"
    ALREADY = "already applied"
    BLOCKED = "blocked by a gate"
    STALE = "stale"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an apply did, for people and machines. `exceeded` is by how much the plan of a file is
    above its `gates`; of a plan that was made in this very pass that is told with the plan.
    """

    verdict: Verdict
    applied: Applied = field(default_factory=Applied)
    settled: tuple[tuple[Effect, Result], ...] = ()
    stale: tuple[Stale, ...] = ()
    gates: tuple[str, ...] = ()
    exceeded: tuple[BlockedGate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a person allowed: `partial` sends the rest when something is stale; `gates` by name.

    `today` are the gates of the ruleset as it is now: a plan made under wider ones must pass these
    too.
    """

    partial: bool = False
    gates: tuple[str, ...] = ()
    today: Mapping[str, Gate] = field(default_factory=dict)


def apply_file(
    bench: Bench, runners: Mapping[str, Runner], store: PlanStore, ends: Ends, approval: Approval
) -> Report:
    """Applies a plan that `inspect` accepted; the lease is held by the caller.

    The runners re-read what each change rests on: between plan and apply there may be a night.
    """
    if bench.ledger.plan_state(ends[1].digest) == "finished":
        return Report(verdict=Verdict.ALREADY)
    exceeded = exceeded_by(ends, approval)
    gates = tuple(refused_gates(exceeded, approval.gates))
    if set(ends[0].flows) <= {flow_of(gate) for gate in gates}:
        return Report(verdict=Verdict.BLOCKED, gates=gates, exceeded=exceeded)
    settled = (*settle(bench), *look_again(bench))
    blocked = frozenset(flow_of(gate) for gate in gates)
    found = _under_lease(bench, decisions(store))
    wanted = (decision for decision in found if decision.flow not in blocked)
    stale = tuple(_stale(runners, wanted))
    if stale and not approval.partial:
        return Report(verdict=Verdict.STALE, stale=_named(stale), settled=settled, gates=gates)
    report = _apply(bench, store, ends, Found(gates=gates, stale=stale, settled=settled))
    return replace(report, exceeded=exceeded)


def run_pass(bench: Bench, plan: Callable[[], tuple[PlanStore, Ends]]) -> Report:
    """One unattended pass: ends what an earlier one left open, plans, and applies what it planned.

    Nothing is re-read: `plan` has read it in this very pass.
    """
    settled = (*settle(bench), *look_again(bench))
    store, ends = plan()
    gates = tuple(refused_gates(exceeded_by(ends, Approval()), ()))
    if set(ends[0].flows) <= {flow_of(gate) for gate in gates}:
        _note(bench, ends, gates, Applied(), "done")
        return Report(verdict=Verdict.BLOCKED, gates=gates, settled=settled)
    return _apply(bench, store, ends, Found(gates=gates, settled=settled))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known before a plan is carried out; `stale` are flows with what is stale in them."""

    gates: tuple[str, ...] = ()
    stale: tuple[tuple[str, Stale], ...] = ()
    settled: tuple[tuple[Effect, Result], ...] = ()


def _stale(runners: Mapping[str, Runner], found: Iterable[Decision]) -> Iterator[tuple[str, Stale]]:
    for flow, several in groupby(found, key=lambda decision: decision.flow):
        for one in runners[flow].stale(several):
            yield flow, one


def _named(stale: Iterable[tuple[str, Stale]]) -> tuple[Stale, ...]:
    return tuple(one for _, one in stale)


def _under_lease(bench: Bench, found: Iterable[Decision]) -> Iterator[Decision]:
    """The same decisions; the ground of thousands takes longer to read than the lease lasts."""
    for decision in found:
        bench.tenure.keep()
        yield decision


def exceeded_by(ends: Ends, approval: Approval) -> tuple[BlockedGate, ...]:
    """The gates, of the plan's day and of today, that a plan is above and that nobody approved."""
    header, footer = ends
    today = judge(approval.today, footer, first_passes=first_passes(header))
    found = dict.fromkeys([*footer.blocked, *today])
    return tuple(one for one in found if one.gate not in approval.gates)


def _apply(bench: Bench, store: PlanStore, ends: Ends, found: Found) -> Report:
    header, footer = ends
    bench.ledger.plan_started(footer.digest, bench.clock.now())
    applied = Applied()
    course = Course(
        skipping=frozenset((flow, one.key) for flow, one in found.stale),
        blocked=frozenset(flow_of(gate) for gate in found.gates),
        partial=header.partial or bool(found.stale),
        made=datetime.fromisoformat(header.made_at),
    )
    carry_out(bench, decisions(store), course, applied)
    if not found.stale:
        advance(bench, header, footer, course)
    _finish(bench, ends, applied, found)
    return Report(
        verdict=_verdict(applied, found),
        applied=applied,
        stale=_named(found.stale),
        settled=found.settled,
        gates=found.gates,
    )


def _verdict(applied: Applied, found: Found) -> Verdict:
    if found.gates:
        return Verdict.BLOCKED
    return Verdict.UNDECIDED if _open(applied, found.settled) else Verdict.DONE


def _open(applied: Applied, settled: Iterable[tuple[Effect, Result]]) -> bool:
    """Whether a later pass or a person is still needed."""
    waiting = any(result.status is ChangeStatus.UNKNOWN for _, result in settled)
    return applied.undecided or waiting


def _finish(bench: Bench, ends: Ends, applied: Applied, found: Found) -> None:
    """Notes the end of each flow's pass; a plan that left something out is not finished."""
    left = applied.counts[ChangeStatus.UNKNOWN.value] + applied.counts[ChangeStatus.SKIPPED.value]
    if not left and not found.gates:
        bench.ledger.plan_finished(ends[1].digest, bench.clock.now())
    outcome = "undecided" if _open(applied, found.settled) else "done"
    _note(bench, ends, found.gates, applied, outcome)


def _note(bench: Bench, ends: Ends, gates: tuple[str, ...], applied: Applied, outcome: str) -> None:
    """What `status` tells of each flow's pass; a flow that gates keep back names them."""
    now = bench.clock.now()
    for flow in ends[0].flows:
        mine = ", ".join(gate for gate in gates if flow_of(gate) == flow)
        ended = f"blocked by gate {mine}" if mine else outcome
        counts = dict(applied.flows.get(flow, {}))
        bench.ledger.note_pass(PassNote(flow=flow, at=now, outcome=ended, counts=counts))
