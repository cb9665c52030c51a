"""Carrying out a plan: each decision in order, then the cursor over what is now on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from engine.executor.bench import Bench, Result, intent_of
from engine.executor.performing import perform
from engine.model.decision import Change, ChangeStatus, Decision, Outcome
from engine.model.effect import Binding
from engine.model.plan import PlanFooter, PlanHeader
from engine.ports.ledger import Cursor, Hold, InboxItem


@dataclass(slots=True)
class Applied:
    """What became of a plan's changes: counts by status, and each that was not applied."""

    counts: Counter[str] = field(default_factory=Counter)
    trouble: list[tuple[str, Result]] = field(default_factory=list)
    parked: int = 0

    def note(self, key: str, result: Result) -> None:
        """Counts one change; keeps the first hundred that did not go through, for the report."""
        self.counts[result.status.value] += 1
        if result.status is not ChangeStatus.APPLIED and len(self.trouble) < 100:
            self.trouble.append((key, result))

    @property
    def undecided(self) -> bool:
        """Whether a person or a later pass has something left to do."""
        return bool(self.trouble) or self.parked > 0


def carry_out(
    bench: Bench, decisions: Iterable[Decision], skipping: frozenset[str], applied: Applied
) -> None:
    """Carries out decisions order by order; those whose key is in `skipping` are left alone."""
    held: dict[str, list[str]] = {}
    for hold in bench.ledger.holds():
        held.setdefault(hold.order, []).append(hold.part)
    for order, group in groupby(decisions, key=lambda decision: decision.order):
        mine = [decision for decision in group if decision.key not in skipping]
        for decision in mine:
            _carry_out_one(bench, decision, applied)
        _release(bench, held.get(order, []), mine)


def _carry_out_one(bench: Bench, decision: Decision, applied: Applied) -> None:
    now = bench.clock.now()
    if decision.outcome is Outcome.HOLD:
        _hold(bench, decision, now)
    if decision.outcome in {Outcome.REJECT, Outcome.REPORT}:
        bench.ledger.park(_inbox_item(decision), now)
        applied.parked += decision.outcome is Outcome.REJECT
    if decision.binding is not None:
        bench.ledger.bind(Binding(**decision.binding), now, decision.reason)
    for change in decision.changes:
        applied.note(decision.key, _change(bench, decision, change))


def _change(bench: Bench, decision: Decision, change: Change) -> Result:
    missing = _unbound(bench, decision.order, change.needs)
    if missing:
        result = Result(status=ChangeStatus.SKIPPED, detail=f"waits for {', '.join(missing)}")
        bench.on_change(result)
        return result
    return perform(bench, intent_of(bench.customer, change))


def _unbound(bench: Bench, order: str, parts: Iterable[str]) -> list[str]:
    needed = list(parts)
    if not needed:
        return []
    bound = {binding.part for binding in bench.ledger.bindings([order]).get(order, ())}
    return [part for part in needed if part not in bound]


def _hold(bench: Bench, decision: Decision, now: datetime) -> None:
    bench.ledger.hold(
        Hold(
            part=decision.key,
            order=decision.order,
            rule=decision.rule,
            reason=decision.reason,
            since=now,
            seen=now,
        )
    )


def _release(bench: Bench, parts: Iterable[str], decisions: list[Decision]) -> None:
    """Ends the holds of an order's parts that this pass does not hold any more."""
    if not decisions:
        return
    still = {decision.key for decision in decisions if decision.outcome is Outcome.HOLD}
    for part in parts:
        if part not in still:
            bench.ledger.release_hold(part)


def _inbox_item(decision: Decision) -> InboxItem:
    return InboxItem(
        business_key=decision.key,
        kind=decision.outcome.value,
        rule=decision.rule,
        text=decision.reason,
    )


def advance(bench: Bench, header: PlanHeader, footer: PlanFooter) -> None:
    """Moves the cursor over a plan whose outcomes are all stored.

    Where another plan has moved it meanwhile it stays: it only ever says what was certainly seen.
    """
    if footer.watermark is None:
        return
    current = bench.ledger.cursor(header.feed)
    if (current.version if current else 0) != header.cursor_version:
        return
    watermark = datetime.fromisoformat(footer.watermark)
    cursor = current or Cursor(feed=header.feed, watermark=watermark, version=0)
    bench.ledger.advance(cursor, watermark)


def refused_gates(footer: PlanFooter, approved: Iterable[str]) -> list[str]:
    """The gates that block this plan and that nobody approved by name."""
    names = set(approved)
    return [gate.gate for gate in footer.blocked if gate.gate not in names]
