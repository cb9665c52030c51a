"""The decision on one parcel that was not told: what stands in its way, or the shipment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from engine.flows.orders_parts import Problem
from engine.flows.shipments_changes import Carriage, Going, marker_of, ship_key, telling
from engine.flows.shipments_facts import left, shipped_units
from engine.flows.shipments_going import awaited, carriage_of, center_of
from engine.flows.shipments_told import Told
from engine.flows.shipments_units import Share
from engine.flows.shipments_view import Counted, View, decision, held
from engine.model.decision import Decision, Outcome
from engine.model.order import Line

SHOWN = 6
"""So many lines of a shipment are named in its reason."""


def parcel_decisions(view: View, counted: Counted, planned: Counter[str]) -> Iterator[Decision]:
    """One for each parcel that has something to tell. `planned` is what earlier parcels of this
    pass tell by line; these are added.
    """
    for share in counted.shares:
        if share.lines:
            yield _of_share(view, counted, share, planned)
            planned.update(share.lines)


def _of_share(view: View, counted: Counted, share: Share, planned: Counter[str]) -> Decision:
    key = ship_key(view.compiled, counted.part.binding, share.parcel.id)
    name = share.parcel.id
    if key in view.refused:
        reason = f"the channel refused {share.parcel.name}: {view.refused[key]}"
        return held(counted, Problem(rule="shipments.refused", reason=reason), name)
    if share.parcel.id in counted.excess:
        reason = f"{share.parcel.name} of {counted.part.binding.number} holds more than was picked"
        problem = Problem(rule="shipments.not-picked", reason=reason)
        return decision(counted, Outcome.REJECT, problem, name)
    outcome, over = _over(view, share, planned)
    if over is not None:
        return decision(counted, outcome, over, name)
    going = _going(view, counted, share, key)
    if isinstance(going, Problem):
        return held(counted, going, name)
    return _sent(view, counted, share, going)


def _over(view: View, share: Share, planned: Counter[str]) -> tuple[Outcome, Problem | None]:
    """Whether a line would be shipped more often than it was ordered, or was called off."""
    if view.order.shipping in view.compiled.rules.cancelled:
        reason = f"the order was cancelled, and {share.parcel.name} is ready to go"
        return Outcome.REPORT, Problem(rule="shipments.cancelled", reason=reason)
    lines = {line.id: line for line in view.order.lines}
    for name, quantity in share.lines.items():
        found = lines.get(name)
        if found is None:
            reason = f"the order has no line {name} any more, and {share.parcel.name} has it"
            return Outcome.REPORT, Problem(rule="shipments.cancelled", reason=reason)
        done = _done(view, found) + planned[name]
        if done + quantity > found.quantity:
            return Outcome.REJECT, _too_many(found, done, quantity)
        if done + quantity > found.quantity - _cancelled(view, found):
            reason = f"of line {name}, {found.cancelled} were cancelled, and they are packed"
            return Outcome.REPORT, Problem(rule="shipments.cancelled", reason=reason)
    return Outcome.SEND, None


def _done(view: View, line: Line) -> int:
    """How many of a line left, by the channel and by what we told it, which it may not show yet."""
    items = [item for one in left(view.compiled, view.order) for item in one.items]
    told = sum(one.lines.get(line.id, 0) for one in view.told)
    return max(told, shipped_units(line, items))


def _cancelled(view: View, line: Line) -> int:
    return 0 if view.compiled.netted else line.cancelled


def _too_many(line: Line, done: int, quantity: int) -> Problem:
    reason = (
        f"line {line.id} ({line.sku or 'no SKU'}) was ordered {line.quantity} times; "
        f"{done} are shipped in the channel already, and these would be {quantity} more"
    )
    return Problem(rule="shipments.too-many", reason=reason)


def _going(view: View, counted: Counted, share: Share, key: str) -> Going | Problem:
    dc = center_of(view.compiled, view.facts, view.order, counted.part)
    carriage = carriage_of(view.compiled, share.parcel)
    waiting = awaited(view.compiled, view.facts, share.parcel)
    if isinstance(dc, Problem):
        return dc
    if isinstance(carriage, Problem):
        return carriage
    return waiting or _at(share.parcel.at, dc, carriage, (key, view.ground))


def _at(
    at: datetime | None, dc: int, carriage: Carriage, names: tuple[str, str]
) -> Going | Problem:
    if at is None:
        reason = "the warehouse does not say when it was picked or packed"
        return Problem(rule="shipments.no-time", reason=reason)
    return Going(key=names[0], at=at, dc=dc, carriage=carriage, ground=names[1])


def _sent(view: View, counted: Counted, share: Share, going: Going) -> Decision:
    binding = counted.part.binding
    told = Told(
        marker=marker_of(going.key),
        number=binding.number,
        revision=binding.revision,
        parcel=share.parcel.id,
        lines=share.lines,
        units=share.units,
        reach=share.parcel.reach,
        contents=share.parcel.items,
        tracking=going.carriage.tracking,
    )
    change = telling(view.compiled, view.order, told, going, view.rendering)
    strange = f"; left out: {', '.join(share.strange)}" if share.strange else ""
    reason = f"{share.parcel.name}: {_listed(view, share)}{strange}"
    problem = Problem(rule="shipments.ship", reason=reason)
    made = decision(counted, Outcome.SEND, problem, share.parcel.id)
    return replace(made, changes=(change,))


def _listed(view: View, share: Share) -> str:
    skus = {line.id: line.sku or line.id for line in view.order.lines}
    texts = [f"{quantity} {skus[line]}" for line, quantity in share.lines.items()]
    more = f", and {len(texts) - SHOWN} more lines" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more
