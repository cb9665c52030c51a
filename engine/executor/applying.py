"""Carrying out a plan: each decision in order, then the cursors over what is now on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.executor.batching import Group, Ready, groups_of, send_ahead
from engine.executor.bench import UNFINISHED, Bench, Result, intent_of
from engine.executor.performing import perform
from engine.executor.standing import Standing, kind_of, standing_of
from engine.executor.windows import sweep_of
from engine.flows.orders import FLOW as ORDERS
from engine.model.decision import Change, ChangeStatus, Decision, Outcome
from engine.model.effect import Binding, Effect, EffectState
from engine.model.plan import BlockedGate, PlanFooter, PlanHeader, Window
from engine.ports.ledger import Cursor, Hold, InboxItem

Told = Mapping[str, Sequence[str]]
"""Business key -> the classes of the inbox items that the decisions on one record put there."""


@dataclass(slots=True)
class Applied:
    """What became of a plan's changes: counts by status, and each that was not applied.

    `flows` are the same counts of each flow, with its outcomes.
    """

    counts: Counter[str] = field(default_factory=Counter)
    flows: dict[str, Counter[str]] = field(default_factory=dict)
    trouble: list[tuple[str, Result]] = field(default_factory=list)
    parked: int = 0

    def note(self, decision: Decision, result: Result) -> None:
        """Counts one change; keeps the first hundred that did not go through, for the report."""
        self.counts[result.status.value] += 1
        self._of(decision)[f"changes.{result.status.value}"] += 1
        if result.status is not ChangeStatus.APPLIED and len(self.trouble) < 100:
            self.trouble.append((decision.key, result))

    def decided(self, decision: Decision) -> None:
        """Counts one decision."""
        self._of(decision)[decision.outcome.value] += 1

    def _of(self, decision: Decision) -> Counter[str]:
        return self.flows.setdefault(decision.flow, Counter())

    @property
    def undecided(self) -> bool:
        """Whether a person or a later pass has something left to do."""
        return bool(self.trouble) or self.parked > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a plan is carried out: decisions whose (flow, key) is in `skipping` and those of the
    `blocked` flows are left alone; `partial` is the plan's word that it moves no cursor; `made` is
    when it was planned (None: just now).
    """

    skipping: frozenset[tuple[str, str]] = frozenset()
    blocked: frozenset[str] = frozenset()
    partial: bool = False
    made: datetime | None = None

    def takes(self, decision: Decision) -> bool:
        """Whether this decision is to be carried out."""
        skipped = (decision.flow, decision.key) in self.skipping
        return not skipped and decision.flow not in self.blocked


def carry_out(
    bench: Bench, decisions: Iterable[Decision], course: Course, applied: Applied
) -> None:
    """Carries out decisions record by record.

    An order that is not through must be looked at again. The cursor takes care of most: it moves
    only after them. Behind the cursor (and in a partial plan) the order itself is held before its
    first change: the hold of a part ends with its receipt, and the export would be forgotten.
    """
    before = standing_of(bench.ledger, course.made)
    torn: set[tuple[str, str]] = set()
    for together in groups_of(bench, _wanted(decisions, course, torn)):
        bench.tenure.keep()  # holds are no effects: nothing else would stop a process that slept
        ready = send_ahead(bench, together)
        for group in together:
            _carry_out_group(bench, group, before, Hands(course, applied, ready, torn))


def _wanted(
    decisions: Iterable[Decision], course: Course, torn: set[tuple[str, str]]
) -> Iterator[Decision]:
    """Those that are to be carried out; the (flow, record) of each that is stale goes to `torn`."""
    for decision in decisions:
        if course.takes(decision):
            yield decision
        elif decision.flow not in course.blocked:
            torn.add((decision.flow, decision.order))


@dataclass(frozen=True, slots=True)
class Hands:
    """What carrying out one record's decisions writes to and looks up.

    `torn` are records of which some decisions are stale and left alone: the record's holds,
    messages and planned effects belong to those as well.
    """

    course: Course
    applied: Applied
    ready: Ready
    torn: Collection[tuple[str, str]]


def _carry_out_group(bench: Bench, group: Group, before: Standing, hands: Hands) -> None:
    record = (group[0].flow, group[0].order)
    holds = before.holds.get(record, {})
    if (holds or hands.course.partial) and _is_long(group):
        bench.keep_open(record, "its changes are on their way")
        holds = {**holds, record[1]: UNFINISHED}
    told = _note(bench, group, before, hands.applied)
    ended = [_carry_out_one(bench, decision, before, hands, told) for decision in group]
    if record in hands.torn:
        bench.keep_open(record, "some of what was planned for it was stale")
        return
    _close(bench, group, before)
    _settle_messages(bench, ended)
    _release(bench, holds, group, waits=any(one.waits for one in ended))
    _withdraw(bench, before.planned.get(record, ()), group)


def _close(bench: Bench, group: Group, before: Standing) -> None:
    """What a person was asked about a record, and is not so any more, closes by itself."""
    reason = f"closed by a later pass: {group[0].rule}, {group[0].reason}"
    for item in before.over(group):
        now = bench.clock.now()
        bench.ledger.resolve(item.business_key, now, reason, flow=item.flow, kind=item.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Whether a change of a decision waits for something, and which messages are dealt with."""

    waits: bool
    settles: tuple[str, ...]


def _settle_messages(bench: Bench, ended: Iterable[Ended]) -> None:
    """Only now: a hold of the same record may come after the decision that names the messages, and
    without either nothing would lead back to it after a crash.
    """
    keys = [key for one in ended for key in one.settles]
    if keys:
        bench.ledger.settle_messages(keys, bench.clock.now())


def _is_long(decisions: Group) -> bool:
    """Whether a crash may come between two things that are to be done for an order."""
    return sum(len(one.changes) + (one.binding is not None) for one in decisions) > 1


def _carry_out_one(
    bench: Bench, decision: Decision, before: Standing, hands: Hands, told: Told
) -> Ended:
    """Binds what a decision found there, closes what it answers, and performs its changes."""
    hands.applied.decided(decision)
    if decision.binding is not None:
        _bind(bench, decision, Binding(**decision.binding))
    if decision.outcome is Outcome.NOOP:
        _answer(bench, decision, before, told)
    results = []
    waits = False
    for change in decision.changes:
        missing = _missing(bench, decision, change)
        result = (
            _wait(bench, decision, missing)
            if missing
            else hands.ready.get(change.key) or _perform(bench, decision, change, told)
        )
        if result.behind:
            bench.keep_open((decision.flow, decision.order), result.detail)
        hands.applied.note(decision, result)
        results.append(result.status)
        waits = waits or bool(missing) or result.behind
    settled = _is_settled(decision, results)
    return Ended(waits=waits, settles=decision.settles if settled else ())


def _bind(bench: Bench, decision: Decision, binding: Binding) -> None:
    """The hold comes first: without it a crash in between would forget what the order needs."""
    bench.follow(decision.order)
    bench.ledger.bind(binding, bench.clock.now(), decision.reason)


def _note(bench: Bench, group: Group, before: Standing, applied: Applied) -> Told:
    """Holds and what a person must see are on record before anything of their record is sent: a
    record that is through is not looked at again. Returns what was told.
    """
    now = bench.clock.now()
    told: dict[str, list[str]] = {}
    for decision in group:
        if decision.outcome is Outcome.HOLD:
            _hold(bench, decision, now)
        if decision.outcome in {Outcome.REJECT, Outcome.REPORT}:
            item = _inbox_item(decision)
            bench.ledger.park(item, now)
            told.setdefault(item.business_key, []).append(item.kind)
            newly = (decision.flow, decision.key, item.kind) not in before.parked
            applied.parked += newly and item.kind != Outcome.REPORT.value
    return told


def _answer(bench: Bench, decision: Decision, before: Standing, told: Told) -> None:
    """Closes what was open of a part that is as it should be, but what is told of it just now."""
    reason = f"closed by a later pass: {decision.reason}"
    asked = before.asking.get((decision.flow, decision.key), frozenset())
    for kind in sorted(asked.difference(told.get(decision.key, ()))):
        now = bench.clock.now()
        bench.ledger.resolve(decision.key, now, reason, flow=decision.flow, kind=kind)


def _is_settled(decision: Decision, results: Iterable[ChangeStatus]) -> bool:
    """Whether what its messages say is on record elsewhere: in effects, or in the inbox."""
    return decision.outcome is not Outcome.HOLD and ChangeStatus.SKIPPED not in results


def _withdraw(bench: Bench, planned: Iterable[Effect], decisions: Group) -> None:
    """Takes back what was planned for an order, never happened, and is not wanted any more.

    While a part is held nothing is that may be wanted again: what holds it may pass.
    """
    held = any(decision.outcome is Outcome.HOLD for decision in decisions)
    wanted = {change.key for decision in decisions for change in decision.changes}
    for effect in planned:
        if effect.intent.key not in wanted and not (held and _may_come(effect, decisions)):
            detail = f"not wanted any more: {decisions[0].rule}"
            bench.ledger.withdraw(effect, bench.clock.now(), detail)


def _may_come(effect: Effect, decisions: Group) -> bool:
    """Whether what holds an order may let go of this effect; all but the create of a part that the
    order does not have any more: nobody decides on that one, and the hold is about what is left.
    """
    binding = effect.intent.binding
    decided = {decision.key for decision in decisions}
    return binding is None or bool({binding["part"], binding["order"]} & decided)


def _perform(bench: Bench, decision: Decision, change: Change, told: Told) -> Result:
    about = told.get(change.about or decision.key, ())
    return perform(bench, intent_of(bench.customer, decision, change, about))


def _wait(bench: Bench, decision: Decision, missing: list[str]) -> Result:
    """Nothing is written down for a change that waits, but that its order must be seen again."""
    detail = f"waits for {', '.join(missing)}"
    bench.keep_open((decision.flow, decision.order), detail)
    result = Result(status=ChangeStatus.SKIPPED, detail=detail)
    bench.on_change(result)
    return result


def _missing(bench: Bench, decision: Decision, change: Change) -> list[str]:
    """The parts that must be bound and the effects that must be done, and are not."""
    missing: list[str] = []
    if change.needs:
        known = bench.ledger.bindings([decision.order]).get(decision.order, ())
        bound = {binding.part for binding in known}
        missing += [part for part in change.needs if part not in bound]
    if change.after:
        effects = bench.ledger.effects(change.after)
        done = {key for key, row in effects.items() if row.state is EffectState.DONE}
        missing += [key for key in change.after if key not in done]
    return missing


def _hold(bench: Bench, decision: Decision, now: datetime) -> None:
    bench.ledger.hold(
        Hold(
            part=decision.key,
            order=decision.order,
            rule=decision.rule,
            reason=decision.reason,
            since=now,
            seen=now,
            flow=decision.flow,
        )
    )


def _release(bench: Bench, holds: Mapping[str, str], decisions: Group, *, waits: bool) -> None:
    """Ends the holds (part -> rule) of an order that this pass does not hold any more.

    The order's own stays while a part is held: an answer or a person may end that part's effect
    between two passes.
    """
    still = {decision.key for decision in decisions if decision.outcome is Outcome.HOLD}
    kept = {part for part, rule in holds.items() if rule == UNFINISHED and (waits or still)}
    over = [part for part in holds if part not in still | kept]
    if over:
        _hand_over(bench, decisions[0])
    for part in over:
        bench.ledger.release_hold(part, flow=decisions[0].flow)


def _hand_over(bench: Bench, decision: Decision) -> None:
    """Has an order that is let go looked at by the flows that take it over: until something of it
    was in the sink they left it alone, and what became of it meanwhile is behind their cursors.
    """
    if decision.flow != ORDERS or not bench.heirs:
        return
    if bench.ledger.bindings([decision.order]).get(decision.order):
        for flow in bench.heirs:
            bench.keep_open((flow, decision.order), "it was waiting in the orders flow until now")


def _inbox_item(decision: Decision) -> InboxItem:
    return InboxItem(
        business_key=decision.key,
        kind=kind_of(decision),
        rule=decision.rule,
        text=decision.reason,
        flow=decision.flow,
    )


def advance(bench: Bench, header: PlanHeader, footer: PlanFooter, course: Course) -> None:
    """Moves the cursors over flows whose outcomes are all stored.

    Where another plan has moved one meanwhile it stays: it only says what was certainly seen.
    """
    for window in header.windows:
        if window.feed is not None and window.flow not in course.blocked:
            _advance(bench, window, window.feed, footer.watermarks.get(window.feed))


def _advance(bench: Bench, window: Window, feed: str, watermark: str | None) -> None:
    current = bench.ledger.cursor(feed)
    if (current.version if current else 0) != window.cursor_version:
        return
    if watermark is not None:
        _move(bench, feed, watermark)
    if window.sweep:
        _move(bench, sweep_of(feed), window.until)


def _move(bench: Bench, feed: str, watermark: str) -> None:
    reached = datetime.fromisoformat(watermark)
    cursor = bench.ledger.cursor(feed) or Cursor(feed=feed, watermark=reached, version=0)
    bench.ledger.advance(cursor, reached)


def refused_gates(blocked: Iterable[BlockedGate], approved: Iterable[str]) -> list[str]:
    """The names, each once, of the gates that block a plan and that nobody approved."""
    names = set(approved)
    return list(dict.fromkeys(gate.gate for gate in blocked if gate.gate not in names))
