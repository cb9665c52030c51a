"""Tracking that comes after its shipment: added to the same fulfillment, which holds one number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.flows.orders_parts import Problem
from engine.flows.shipments_changes import Carriage, adding, track_key
from engine.flows.shipments_facts import left
from engine.flows.shipments_going import carriage_of
from engine.flows.shipments_parcels import Parcel, carriage, numbers_of
from engine.flows.shipments_told import Told
from engine.flows.shipments_view import Counted, View, decision, held
from engine.model.decision import Decision, Outcome
from engine.model.effect import EffectState
from engine.model.order import Allocation
from engine.model.shipment import OrderProgress


def tracking_decisions(view: View, counted: Counted, seen: OrderProgress) -> Iterator[Decision]:
    """Numbers for what was told without one, and a report of those that no fulfillment can hold."""
    free = _free(view, counted, seen)
    for one in counted.told:
        open_ones = _without_number(view, one)
        number = _number(seen, one, free) if open_ones else None
        if number is not None:
            free.remove(number)
            yield _added(view, counted, one, open_ones, _labelled(seen, one, number))
    if free and counted.told:
        reason = (
            f"{counted.part.binding.number} has more tracking numbers than its shipments can hold "
            f"in the channel: {', '.join(free)}"
        )
        problem = Problem(rule="shipments.more-tracking", reason=reason)
        yield decision(counted, Outcome.REPORT, problem, "tracking")


def _free(view: View, counted: Counted, seen: OrderProgress) -> list[str]:
    """The numbers that the channel does not have and that no parcel takes along."""
    taken = {share.parcel.tracking for share in counted.shares}
    return [one for one in numbers_of(seen) if one not in view.tracked and one not in taken]


def _without_number(view: View, told: Told) -> list[Allocation]:
    """The fulfillments of a shipment that hold none. The channel may have split it over several."""
    done = {one.intent.key for one in view.facts.effects if one.state is EffectState.DONE}
    return [
        one
        for one in left(view.compiled, view.order)
        if one.marker == told.marker
        and not one.tracking
        and track_key(view.compiled, one.id) not in done
    ]


def _number(seen: OrderProgress, told: Told, free: list[str]) -> str | None:
    """Its box's number; without boxes the first that is free. A label that was made for the order
    is that of its only box.
    """
    if told.reach is not None:
        return free[0] if free else None
    own = next((box.tracking for box in seen.boxes if box.id == told.parcel), None)
    if own is None and len(seen.boxes) == 1 and len(free) == 1:
        own = free[0]
    return own if own in free else None


def _labelled(seen: OrderProgress, told: Told, number: str) -> Parcel:
    """The parcel that was told, as it goes by now."""
    carrier, service = carriage(seen, number)
    return Parcel(
        id=told.parcel,
        contents=(),
        at=None,
        carrier=carrier,
        service=service,
        tracking=number,
        reach=told.reach,
    )


def _added(
    view: View, counted: Counted, told: Told, allocations: list[Allocation], parcel: Parcel
) -> Decision:
    refusals = [view.refused.get(track_key(view.compiled, one.id)) for one in allocations]
    why = next((one for one in refusals if one is not None), None)
    if why is not None:
        reason = f"the channel refused the tracking of {parcel.name}: {why}"
        problem = Problem(rule="shipments.refused", reason=reason)
        return held(counted, problem, told.parcel, "tracking")
    found = carriage_of(view.compiled, parcel)
    if isinstance(found, Problem):
        return held(counted, found, told.parcel, "tracking")
    return _tracked(view, counted, parcel, allocations, found)


def _tracked(
    view: View, counted: Counted, parcel: Parcel, allocations: list[Allocation], found: Carriage
) -> Decision:
    changes = tuple(
        adding(view.compiled, view.facts, one, found, view.rendering, view.ground)
        for one in allocations
    )
    reason = f"{parcel.name} was told without tracking, and has it now"
    problem = Problem(rule="shipments.track", reason=reason)
    made = decision(counted, Outcome.SEND, problem, parcel.id, "tracking")
    return replace(made, changes=changes)
