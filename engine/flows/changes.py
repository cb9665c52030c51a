"""The order-changes flow: what became of orders that were sent. No clock, no network, no log.

Every part of a handled order ends in exactly one decision. Where some part of it cannot be sent
again nothing of the order is deleted: half of it in the warehouse is worse than all of it as it
was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.compiler.orders import CompiledOrders
from engine.flows.changes_acts import (
    ASKED,
    ChangeRendering,
    delete_key,
    deletion,
    hold,
    recreation,
    removed,
)
from engine.flows.changes_draft import Case
from engine.flows.changes_judging import CANCELLED, RESUBMIT, Act, Judgement, is_gone, judge
from engine.flows.changes_kinds import units_sent, units_wanted
from engine.flows.changes_new import judge_new
from engine.flows.orders_desired import Undesired, desired_of
from engine.flows.orders_draft import Draft
from engine.flows.orders_lines import item_problems
from engine.flows.orders_parts import Problem
from engine.flows.orders_taken import moved
from engine.model.decision import Change, Decision, Outcome
from engine.model.desired import DesiredOrder, ItemState
from engine.model.effect import Binding
from engine.model.order import Unreadable
from engine.model.rules_changes import ChangeRules

FLOW = "order-changes"
CREATING = frozenset({Act.CREATE, Act.RECREATE})
DELETING = frozenset({Act.DELETE, Act.RECREATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One order's parts with what is to become of each."""

    draft: Draft
    parts: Sequence[tuple[Case, Judgement]]

    @property
    def items(self) -> list[str]:
        """The item numbers that must be looked up in the sink."""
        creating = (case for case, judgement in self.parts if judgement.act in CREATING)
        return sorted({line.item for case in creating for line in case.draft.lines})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was looked up: items in the sink, and (key, text) of what a person has closed."""

    items: Mapping[str, ItemState] = field(default_factory=dict)
    closed: frozenset[tuple[str, str]] = frozenset()


Ready = Mapping[str, DesiredOrder | list[Problem]]
"""Part -> what is to be created of it, or what keeps that back."""


def judged(
    compiled: CompiledOrders,
    rules: ChangeRules,
    draft: Draft,
    cases: Sequence[Case],
    *,
    force: bool = False,
    waits: bool = False,
) -> Judged:
    """Judges an order's parts; those that lose units come first, those that are new last.

    `force`: a person wants what was sent sent again where it is not there; nothing else is done.
    `waits`: the order is not marked as taken over, and the orders flow sends its new parts.
    """
    bound = sorted((case for case in cases if case.binding is not None), key=_growth)
    sent = [(case, judge(compiled, rules, case, force=force)) for case in bound]
    fresh = [case for case in cases if case.binding is None]
    new = [(one, judge_new(compiled, rules, one, sent, force=force, waits=waits)) for one in fresh]
    return Judged(draft=draft, parts=[*sent, *new])


def decide(
    compiled: CompiledOrders, order: Judged, known: Known, rendering: ChangeRendering
) -> Iterator[Decision]:
    """The decisions on one order; a part of a link that the ruleset lost is held."""
    yield from _of_lost_links(compiled, order)
    ready = _ready(compiled, order, known)
    blocked = _blocked(order, ready)
    deletes: tuple[str, ...] = ()
    for case, found in order.parts:
        judgement = _once(case, _kept_back(case, found, ready, blocked), known)
        decision = _decision(order, case, judgement)
        if judgement.act is not Act.NOTHING:
            deletes += tuple(_deletes(compiled, case, judgement))
            hand = Hand(compiled=compiled, draft=order.draft, rendering=rendering, after=deletes)
            changes = tuple(_changes(hand, case, judgement, ready.get(case.draft.key)))
            decision = replace(decision, changes=changes, unchecked=_unchecked(case, ready, known))
        yield decision


def not_ours(order: str) -> Decision:
    """The decision on an order of which nothing was sent by this customer's ruleset."""
    reason = "no part of it was sent by this ruleset"
    return _of_order(order, Outcome.SKIP, "changes.not-ours", reason)


def gone(order: str) -> Decision:
    """The decision on an order that waits here, or was asked for, and is not in the source."""
    reason = "the source does not have it, or not any more"
    return _of_order(order, Outcome.REPORT, "changes.gone", reason)


def unreadable(record: Unreadable) -> Decision:
    """The decision on a record that its source could not make an order of: parked, alone."""
    return _of_order(record.key, Outcome.REJECT, "changes.unreadable", record.why)


def _of_order(order: str, outcome: Outcome, rule: str, reason: str) -> Decision:
    return Decision(flow=FLOW, key=order, order=order, outcome=outcome, rule=rule, reason=reason)


def _growth(case: Case) -> int:
    """By how many units more a part would be sent by now."""
    sent = units_sent(case.binding.composition if case.binding is not None else ())
    return units_wanted(case.draft.lines).total() - sent.total()


def _of_lost_links(compiled: CompiledOrders, order: Judged) -> Iterator[Decision]:
    links = {link.name for link in compiled.links}
    for binding in order.draft.bound:
        if binding.link not in links:
            reason = f"a part was sent for the link {binding.link}, which the ruleset does not have"
            yield Decision(
                flow=FLOW,
                key=binding.part,
                order=binding.order,
                outcome=Outcome.HOLD,
                rule="orders.links.lost",
                reason=reason,
                link=binding.link,
                number=binding.number,
            )


def _ready(compiled: CompiledOrders, order: Judged, known: Known) -> Ready:
    going = {
        case.draft.part.link.name
        for case, one in order.parts
        if one.act in DELETING or is_gone(compiled, case)
    }
    staying = [one for one in order.draft.bound if one.link not in going]
    return {
        case.draft.key: _wanted(compiled, order.draft, case, staying, known)
        for case, judgement in order.parts
        if judgement.act in CREATING
    }


def _wanted(
    compiled: CompiledOrders, draft: Draft, case: Case, staying: Sequence[Binding], known: Known
) -> DesiredOrder | list[Problem]:
    """What is to be created of a part; what other parts keep must not be sent a second time."""
    part = case.draft
    desired = desired_of(compiled, part)
    elsewhere = [one.composition for one in staying if one.link != part.part.link.name]
    problems = [*part.problems, *moved(part.lines, elsewhere, draft.order.lines)]
    problems += item_problems(part.lines, known.items)[0]
    if isinstance(desired, Undesired):
        return [*problems, *desired.problems]
    return problems or desired


def _blocked(order: Judged, ready: Ready) -> list[Problem]:
    """Why nothing of the order is deleted: a part that is to come instead cannot be created."""
    problems: list[Problem] = []
    for case, judgement in order.parts:
        found = ready.get(case.draft.key)
        if isinstance(found, list) and (judgement.act is Act.RECREATE or case.binding is None):
            problems += found
    return problems


def _kept_back(
    case: Case, judgement: Judgement, ready: Ready, blocked: Sequence[Problem]
) -> Judgement:
    found = ready.get(case.draft.key)
    if _is_instead(case, judgement) and blocked:
        why = f"{judgement.reason}; it cannot be sent again: {_reasons(blocked)}"
        return replace(judgement, outcome=Outcome.REPORT, act=Act.NOTHING, reason=why)
    if isinstance(found, list):
        return replace(
            judgement,
            outcome=Outcome.HOLD,
            act=Act.NOTHING,
            rule=found[0].rule,
            reason=f"{judgement.reason}; it cannot be sent again: {_reasons(found)}",
        )
    return judgement


def _is_instead(case: Case, judgement: Judgement) -> bool:
    """Whether what is done belongs to sending an order anew in place of what is there."""
    if judgement.act is Act.DELETE:
        return CANCELLED not in judgement.kinds
    return judgement.act is Act.RECREATE or (judgement.act is Act.CREATE and case.binding is None)


def _unchecked(case: Case, ready: Ready, known: Known) -> tuple[str, ...]:
    """The items that a create goes out with and that the sink could not be asked about."""
    lines = case.draft.lines if case.draft.key in ready else []
    return tuple(item_problems(lines, known.items)[1])


def _reasons(problems: Sequence[Problem]) -> str:
    return "; ".join(dict.fromkeys(problem.reason for problem in problems))


def _once(case: Case, judgement: Judgement, known: Known) -> Judgement:
    """The same is not told again after a person has closed it."""
    told = judgement.outcome is Outcome.REPORT
    if told and (case.draft.key, judgement.reason) in known.closed:
        return replace(judgement, outcome=Outcome.SKIP, rule="changes.reported", act=Act.NOTHING)
    return judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What writing down the changes of a part needs; `after` are the deletes that come first."""

    compiled: CompiledOrders
    draft: Draft
    rendering: ChangeRendering
    after: tuple[str, ...]


def _deletes(compiled: CompiledOrders, case: Case, judgement: Judgement) -> Iterator[str]:
    """The key of the delete that a part's create waits for, planned now or done before."""
    if judgement.act in DELETING or removed(compiled, case) is not None:
        yield delete_key(compiled, case.number, case.revision)


def _changes(
    hand: Hand, case: Case, judgement: Judgement, desired: DesiredOrder | list[Problem] | None
) -> Iterator[Change]:
    kinds = judgement.kinds
    if judgement.act is Act.HOLD:
        yield hold(hand.compiled, case, kinds, hand.rendering)
    if judgement.act in DELETING:
        yield deletion(hand.compiled, case, kinds, hand.rendering)
    if isinstance(desired, DesiredOrder):
        again = recreation(hand.compiled, hand.draft, case, desired, hand.rendering, hand.after)
        wish = {ASKED: True} if judgement.rule == RESUBMIT else {}
        yield replace(again, memo={**(again.memo or {}), **wish})


def _decision(order: Judged, case: Case, judgement: Judgement) -> Decision:
    return Decision(
        flow=FLOW,
        key=case.draft.key,
        order=order.draft.order.key,
        outcome=judgement.outcome,
        rule=judgement.rule,
        reason=judgement.reason,
        link=case.draft.part.link.name,
        number=case.number or None,
        urgent=judgement.urgent,
    )
