"""The shipments flow: what is known of one order of the channel in, decisions out. No clock, no
network, no log.

Every warehouse order of it ends in at least one decision, and every parcel that was not told and
has something to tell in exactly one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from engine.compiler.shipments import CompiledShipments
from engine.flows.orders_parts import Problem
from engine.flows.shipments_changes import Rendering
from engine.flows.shipments_facts import Facts, ground
from engine.flows.shipments_parcel import parcel_decisions
from engine.flows.shipments_parcels import reached
from engine.flows.shipments_told import Unit, unanswered
from engine.flows.shipments_tracking import tracking_decisions
from engine.flows.shipments_view import (
    FLOW,
    Counted,
    View,
    decision,
    held,
    more_than_picked,
    view_of,
)
from engine.model.decision import Decision, Outcome
from engine.model.order import Order, Unreadable
from engine.model.shipment import OrderProgress

UNREADABLE = "shipments.unreadable"


def decide(compiled: CompiledShipments, facts: Facts, rendering: Rendering) -> list[Decision]:
    """The decisions on one order of the channel, those of each warehouse order in a row."""
    if not isinstance(facts.order, Order):
        return _settling([_no_order(facts)], facts.hints)
    waiting = unanswered(facts.effects)
    if waiting is not None:
        return [_whole(facts.key, Outcome.HOLD, waiting)]
    mark = ground(compiled, facts)
    view = view_of(compiled, facts, facts.order, rendering, mark)
    planned: Counter[str] = Counter()
    found = [one for counted in view.parts for one in _of_part(view, counted, planned)]
    return _settling(found, facts.hints)


def dealt_with(made: Decision, closed: Collection[tuple[str, str]]) -> Decision:
    """A decision that asks a person; quiet where one has closed an item of this key and text.

    Never quiet is what cannot be read: its text says nothing of what happened since, and what was
    packed meanwhile would be told by nobody.
    """
    if made.rule == UNREADABLE or (made.key, made.reason) not in closed:
        return made
    return replace(made, outcome=Outcome.NOOP, reason=f"{made.reason}; a person has dealt with it")


def foreign(key: str, hints: Sequence[str]) -> Decision:
    """The decision on a warehouse order that we did not create: none of the channel's."""
    problem = Problem(rule="shipments.foreign", reason="crossdock did not create this order")
    return replace(_whole(key, Outcome.SKIP, problem), settles=tuple(hints))


def not_bound(number: str, order: str) -> Decision:
    """The decision on a number whose create has no proven end: it waits for that."""
    reason = "it is not certain yet that this order is ours: its create has no proven end"
    made = _whole(order, Outcome.HOLD, Problem(rule="shipments.not-bound", reason=reason))
    return replace(made, key=number, number=number)


def not_about_shipping(key: str) -> Decision:
    """The decision on a message that an order arrived in the warehouse: it ships nothing."""
    problem = Problem(rule="shipments.order-created", reason="the warehouse took an order in")
    return replace(_whole(key, Outcome.SKIP, problem), settles=(key,))


def bad_message(key: str, why: str) -> Decision:
    """The decision on a message that does not say which order it is about: parked, alone."""
    problem = Problem(rule="shipments.message", reason=f"a message cannot be used: {why}")
    return replace(_whole(key, Outcome.REJECT, problem), settles=(key,))


def _whole(order: str, outcome: Outcome, problem: Problem) -> Decision:
    return Decision(
        flow=FLOW,
        key=order,
        order=order,
        outcome=outcome,
        rule=problem.rule,
        reason=problem.reason,
    )


def _no_order(facts: Facts) -> Decision:
    if isinstance(facts.order, Unreadable):
        problem = Problem(rule=UNREADABLE, reason=facts.order.why)
        return _whole(facts.key, Outcome.REJECT, problem)
    reason = "the warehouse has an order of it, and the channel does not have it (any more)"
    return _whole(facts.key, Outcome.REPORT, Problem(rule="shipments.gone", reason=reason))


def _settling(decisions: list[Decision], hints: Sequence[str]) -> list[Decision]:
    """The messages are dealt with by the last decision that does not wait. Where all wait the
    messages wait as well: the order is looked at again anyway.
    """
    ended = [at for at, one in enumerate(decisions) if one.outcome is not Outcome.HOLD]
    if ended and hints:
        decisions[ended[-1]] = replace(decisions[ended[-1]], settles=tuple(hints))
    return decisions


def _of_part(view: View, counted: Counted, planned: Counter[str]) -> Iterator[Decision]:
    seen = counted.part.shown
    if seen is None:
        yield _not_shown(counted)
        return
    back = _reset(counted, seen) or _repacked(counted, seen)
    if back:
        # With what comes later it is another text: who closed the item is asked about that too.
        behind = "".join(f"; {one.parcel.name} is not told either" for one in counted.shares)
        problem = Problem(rule="shipments.reset", reason=f"{back}{behind}")
        yield decision(counted, Outcome.REPORT, problem)
        return
    found = list(parcel_decisions(view, counted, planned))
    labels = list(tracking_decisions(view, counted, seen))
    bare = any(one.memo and not one.memo["tracking"] for two in found for one in two.changes)
    later = _carried(view, counted)
    if later is None and not labels and (bare or _unlabelled(view, counted)):
        later = _labelled_later(view, counted)
    yield from [*found, *labels, *([later] if later else [])] or [_quiet(counted)]


def _not_shown(counted: Counted) -> Decision:
    """The decision on a warehouse order that is gone, or cannot be read."""
    progress = counted.part.progress
    if isinstance(progress, Unreadable):
        problem = Problem(rule=UNREADABLE, reason=progress.why)
        return decision(counted, Outcome.REJECT, problem)
    reason = f"the warehouse does not have {counted.part.binding.number} (any more)"
    return decision(counted, Outcome.NOOP, Problem(rule="shipments.absent", reason=reason))


def _reset(counted: Counted, seen: OrderProgress) -> str:
    """Whether less is picked by now than the channel was told."""
    told: Counter[Unit] = Counter()
    for one in counted.told:
        told.update(one.units)
    far = reached(counted.told)
    back = [line.item for line in seen.lines if line.picked < far.get(line.number, 0)]
    items = [*more_than_picked(told, seen), *back]
    if not items:
        return ""
    return f"less of {items[0].upper()} is picked in {seen.number} than was told as shipped"


def _repacked(counted: Counted, seen: OrderProgress) -> str:
    """Whether a box holds something else than what was told of it."""
    now = {parcel.id: parcel.items for parcel in counted.parcels}
    for one in counted.told:
        if one.reach is None and one.parcel in now and now[one.parcel] != one.contents:
            return f"box {one.parcel} of {seen.number} does not hold any more what was told of it"
    return ""


def _carried(view: View, counted: Counted) -> Decision | None:
    """What is there of bundles that are not whole: it waits, or a person is told."""
    mine = {slot.unit: slot for slot in counted.slots if slot.per is not None}
    lines = dict.fromkeys(line for line, _ in mine)
    over = [
        f"{quantity} {mine[line, item].item} of line {line}"
        for line in lines
        for item, quantity in view.book.carried(line)
        if (line, item) in mine
    ]
    if not over:
        return None
    reason = f"no whole bundle yet: {', '.join(over)} packed and not told"
    if all(_ended(view, one) for one in view.parts):
        problem = Problem(rule="shipments.carried", reason=f"{reason}, and the rest was not picked")
        return decision(counted, Outcome.REPORT, problem)
    return held(counted, Problem(rule="shipments.carried", reason=reason))


def _ended(view: View, counted: Counted) -> bool:
    """Whether nothing more comes of a warehouse order unless somebody picks what was short."""
    seen = counted.part.shown
    if seen is None:
        return True  # it is gone, or cannot be read: nothing of it can be waited for
    return seen.packed if view.compiled.rules.at == "packing" else seen.state == "complete"


def _labelled_later(view: View, counted: Counted) -> Decision | None:
    """It was told without a number, which may still come: for a while it is looked at again. A
    label that comes later still is found when changed orders are looked at.
    """
    rules, seen = view.compiled.rules, counted.part.shown
    at = (seen.packed_at or seen.picked_at) if seen else None
    if rules.tracking is None or at is None or view.facts.now >= at + rules.catch_up:
        return None
    reason = "it was told without tracking; a number that comes is added"
    return held(counted, Problem(rule="shipments.tracking-later", reason=reason))


def _unlabelled(view: View, counted: Counted) -> bool:
    """Whether one of its shipments stands in the channel without a number."""
    bare = {one.marker for one in view.order.allocations if not one.tracking}
    return any(one.marker in bare for one in counted.told)


def _quiet(counted: Counted) -> Decision:
    """Nothing to do: all is told, or nothing is ready."""
    number = counted.part.binding.number
    if not counted.told:
        problem = Problem(rule="shipments.nothing-yet", reason=f"nothing of {number} is ready")
        return decision(counted, Outcome.NOOP, problem)
    seen = counted.part.shown
    short = sum(line.short for line in seen.lines) if seen else 0
    rest = f"; {short} short and still open in the channel" if short else ""
    problem = Problem(rule="shipments.told", reason=f"all of {number} that is ready is told{rest}")
    return decision(counted, Outcome.NOOP, problem)
