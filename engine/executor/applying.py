"""Carrying out a plan: each decision in order, then the cursor over what is now on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from engine.executor.bench import UNFINISHED, Bench, Result, intent_of
from engine.executor.performing import perform
from engine.executor.planning import SWEEP
from engine.executor.standing import Standing, standing_of
from engine.model.decision import Change, ChangeStatus, Decision, Outcome
from engine.model.effect import Binding, Effect
from engine.model.plan import BlockedGate, PlanFooter, PlanHeader
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a plan is carried out: decisions whose key is in `skipping` are left alone; `partial` is
    the plan's own word that it never moves the cursor.
    """

    skipping: frozenset[str] = frozenset()
    partial: bool = False


def carry_out(
    bench: Bench, decisions: Iterable[Decision], course: Course, applied: Applied
) -> None:
    """Carries out decisions order by order.

    An order that is not through must be looked at again. The cursor takes care of most: it moves
    only after them. Behind the cursor (and in a partial plan) the order itself is held before its
    first change: the hold of a part ends with its receipt, and the export would be forgotten.
    """
    before = standing_of(bench.ledger)
    for order, group in groupby(decisions, key=lambda decision: decision.order):
        bench.tenure.keep()  # holds are no effects: nothing else would stop a process that slept
        mine = [decision for decision in group if decision.key not in course.skipping]
        holds = before.holds.get(order, {})
        if (holds or course.partial) and _is_long(mine):
            bench.keep_open(order, "its changes are on their way")
            holds = {**holds, order: UNFINISHED}
        waits = [_carry_out_one(bench, decision, before, applied) for decision in mine]
        if mine:
            _release(bench, holds, mine, waits=any(waits))
            _withdraw(bench, before.planned.get(order, ()), mine)


def _is_long(decisions: list[Decision]) -> bool:
    """Whether a crash may come between two things that are to be done for an order."""
    return sum(len(one.changes) + (one.binding is not None) for one in decisions) > 1


def _carry_out_one(bench: Bench, decision: Decision, before: Standing, applied: Applied) -> bool:
    """Returns whether a change of it waits for a part that is not bound."""
    now = bench.clock.now()
    if decision.outcome is Outcome.HOLD:
        _hold(bench, decision, now)
    if decision.outcome in {Outcome.REJECT, Outcome.REPORT}:
        bench.ledger.park(_inbox_item(decision), now)
        newly = (decision.key, decision.outcome.value) not in before.parked
        applied.parked += decision.outcome is Outcome.REJECT and newly
    if decision.binding is not None:
        bench.ledger.bind(Binding(**decision.binding), now, decision.reason)
    if decision.outcome is Outcome.NOOP and decision.key in before.asking:
        bench.ledger.resolve(decision.key, now, f"closed by a later pass: {decision.reason}")
    waits = False
    for change in decision.changes:
        missing = _unbound(bench, decision.order, change.needs)
        result = _wait(bench, decision, missing) if missing else _perform(bench, decision, change)
        applied.note(decision.key, result)
        waits = waits or bool(missing)
    return waits


def _withdraw(bench: Bench, planned: Iterable[Effect], decisions: list[Decision]) -> None:
    """Takes back what was planned for an order, never happened, and is not wanted any more.

    While a part is held nothing is: what holds it may pass.
    """
    if any(decision.outcome is Outcome.HOLD for decision in decisions):
        return
    wanted = {change.key for decision in decisions for change in decision.changes}
    for effect in planned:
        if effect.intent.key not in wanted:
            detail = f"not wanted any more: {decisions[0].rule}"
            bench.ledger.withdraw(effect, bench.clock.now(), detail)


def _perform(bench: Bench, decision: Decision, change: Change) -> Result:
    return perform(bench, intent_of(bench.customer, decision, change))


def _wait(bench: Bench, decision: Decision, missing: list[str]) -> Result:
    """Nothing is written down for a change that waits, but that its order must be seen again."""
    detail = f"waits for {', '.join(missing)}"
    bench.keep_open(decision.order, detail)
    result = Result(status=ChangeStatus.SKIPPED, detail=detail)
    bench.on_change(result)
    return result


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


def _release(
    bench: Bench, holds: Mapping[str, str], decisions: list[Decision], *, waits: bool
) -> None:
    """Ends the holds (part -> rule) of an order that this pass does not hold any more.

    The order's own stays while a part is held: an answer or a person may end that part's effect
    between two passes.
    """
    still = {decision.key for decision in decisions if decision.outcome is Outcome.HOLD}
    for part, rule in holds.items():
        unfinished = rule == UNFINISHED and (waits or still)
        if part not in still and not unfinished:
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
    current = bench.ledger.cursor(header.feed)
    if (current.version if current else 0) != header.cursor_version:
        return
    if footer.watermark is not None:
        _move(bench, header.feed, footer.watermark)
    if header.sweep:
        _move(bench, SWEEP, header.until)


def _move(bench: Bench, feed: str, watermark: str) -> None:
    reached = datetime.fromisoformat(watermark)
    cursor = bench.ledger.cursor(feed) or Cursor(feed=feed, watermark=reached, version=0)
    bench.ledger.advance(cursor, reached)


def refused_gates(blocked: Iterable[BlockedGate], approved: Iterable[str]) -> list[str]:
    """The names, each once, of the gates that block a plan and that nobody approved."""
    names = set(approved)
    return list(dict.fromkeys(gate.gate for gate in blocked if gate.gate not in names))
