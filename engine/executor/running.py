"""The order of the houses, known here alone: settle, plan, gates, ground, carry out, cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from engine.executor.applying import Applied, Course, advance, carry_out, refused_gates
from engine.executor.bench import Bench, Result
from engine.executor.plan_file import PlanStore, decisions
from engine.executor.settling import settle
from engine.executor.staleness import Eyes, Stale, stale_decisions
from engine.flows.gates import judge
from engine.model.decision import ChangeStatus, Decision
from engine.model.effect import Effect
from engine.model.plan import Ends, PlanFooter
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
    """What an apply did, for people and machines."""

    verdict: Verdict
    applied: Applied = field(default_factory=Applied)
    settled: tuple[tuple[Effect, Result], ...] = ()
    stale: tuple[Stale, ...] = ()
    gates: tuple[str, ...] = ()


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
    bench: Bench, eyes: Eyes, store: PlanStore, ends: Ends, approval: Approval
) -> Report:
    """Applies a plan that `inspect` accepted; the lease is held by the caller.

    `eyes` re-read what each change rests on: between plan and apply there may be a night.
    """
    refused = _refused(bench, ends, approval)
    if refused is not None:
        return refused
    settled = tuple(settle(bench))
    stale = tuple(stale_decisions(eyes, _under_lease(bench, decisions(store))))
    if stale and not approval.partial:
        return Report(verdict=Verdict.STALE, stale=stale, settled=settled)
    return _apply(bench, store, ends, stale, settled)


def run_pass(bench: Bench, plan: Callable[[], tuple[PlanStore, Ends]]) -> Report:
    """One unattended pass: ends what an earlier one left open, plans, and applies what it planned.

    Nothing is re-read: `plan` has read it in this very pass.
    """
    settled = tuple(settle(bench))
    store, ends = plan()
    refused = _refused(bench, ends, Approval())
    if refused is not None:
        return replace(refused, settled=settled)
    return _apply(bench, store, ends, (), settled)


def _under_lease(bench: Bench, found: Iterable[Decision]) -> Iterator[Decision]:
    """The same decisions; the ground of thousands takes longer to read than the lease lasts."""
    for decision in found:
        bench.tenure.keep()
        yield decision


def _refused(bench: Bench, ends: Ends, approval: Approval) -> Report | None:
    header, footer = ends
    if bench.ledger.plan_state(footer.digest) == "finished":
        return Report(verdict=Verdict.ALREADY)
    today = judge(approval.today, footer, first_pass=header.cursor_version == 0)
    blocked = refused_gates([*footer.blocked, *today], approval.gates)
    return Report(verdict=Verdict.BLOCKED, gates=tuple(blocked)) if blocked else None


def _apply(
    bench: Bench,
    store: PlanStore,
    ends: Ends,
    stale: tuple[Stale, ...],
    settled: tuple[tuple[Effect, Result], ...],
) -> Report:
    header, footer = ends
    bench.ledger.plan_started(footer.digest, bench.clock.now())
    applied = Applied()
    skipping = frozenset(one.key for one in stale)
    course = Course(skipping=skipping, partial=header.partial or bool(stale))
    carry_out(bench, decisions(store), course, applied)
    if not stale:
        advance(bench, header, footer)
    _finish(bench, footer, applied, settled)
    verdict = Verdict.UNDECIDED if _open(applied, settled) else Verdict.DONE
    return Report(verdict=verdict, applied=applied, stale=stale, settled=settled)


def _open(applied: Applied, settled: Iterable[tuple[Effect, Result]]) -> bool:
    """Whether a later pass or a person is still needed."""
    waiting = any(result.status is ChangeStatus.UNKNOWN for _, result in settled)
    return applied.undecided or waiting


def _finish(
    bench: Bench,
    footer: PlanFooter,
    applied: Applied,
    settled: Iterable[tuple[Effect, Result]],
) -> None:
    now = bench.clock.now()
    if not any(
        applied.counts[status.value] for status in (ChangeStatus.UNKNOWN, ChangeStatus.SKIPPED)
    ):
        bench.ledger.plan_finished(footer.digest, now)
    outcome = "undecided" if _open(applied, settled) else "done"
    counts = {**footer.outcomes, **{f"changes.{k}": n for k, n in applied.counts.items()}}
    bench.ledger.note_pass(PassNote(flow="orders", at=now, outcome=outcome, counts=counts))
