"""The bookings that changes of quantities are made of, as the memory and the queue have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.executor.stock_runner import StockDesk
from engine.explain.requests import would_send
from engine.explain.sources import Seeing
from engine.explain.stock_origins import Floor, Told, quantity_members
from engine.explain.story import Judged, Member
from engine.explain.subjects import PAGE
from engine.flows.stock_bookings import FLOW, Booking, booking_of
from engine.model.decision import Change
from engine.model.effect import Effect
from engine.model.stock import Message, MessageKind


def floor_of(desk: StockDesk, legs: Iterable[str], seeing: Seeing) -> Floor:
    """All that explains changes with these legs. Raises CrossdockError where a system is away."""
    names = {leg.rpartition(":")[0] for leg in legs}
    return Floor(
        compiled=desk.compiled,
        centers=desk.sink.centers(),
        render=desk.sink.quantity,
        places=seeing.places,
        bookings=_bookings(desk, names) if names else {},
    )


def with_bookings(
    desk: StockDesk, judged: Sequence[Judged], effects: Sequence[Effect], seeing: Seeing
) -> tuple[list[Judged], Mapping[str, tuple[Member, ...]]]:
    """The decisions with what their changes come from; key of an effect -> the same of it."""
    changes = [change for one in judged for change in one.decision.changes]
    legs = [leg.key for change in changes for leg in change.legs]
    legs += [leg for one in effects for leg in one.intent.legs]
    if not legs:
        return list(judged), {}
    floor = floor_of(desk, legs, seeing)
    told = [
        replace(
            one,
            requests=tuple(would_send(two, of_change(floor, two)) for two in one.decision.changes),
        )
        if one.decision.flow == FLOW
        else one
        for one in judged
    ]
    return told, {one.intent.key: of_effect(floor, one) for one in effects if one.intent.legs}


def of_change(floor: Floor, change: Change) -> tuple[Member, ...]:
    """The members of a change that a pass would send."""
    return quantity_members(
        floor,
        Told(
            operation=change.operation,
            product=change.marker,
            legs={leg.key: leg.quantity for leg in change.legs},
            body=change.request.body,
            memo=change.memo or {},
        ),
    )


def of_effect(floor: Floor, effect: Effect) -> tuple[Member, ...]:
    """The members of one that the memory has."""
    intent = effect.intent
    return quantity_members(
        floor,
        Told(
            operation=intent.kind,
            product=intent.marker,
            legs=intent.legs,
            body=intent.request.get("body"),
            memo=intent.memo or {},
        ),
    )


def _bookings(desk: StockDesk, names: set[str]) -> Mapping[str, Booking]:
    found: dict[str, Booking] = {}
    for page in (desk.ledger.messages, desk.ledger.dealt_messages):
        after = 0
        while names - found.keys() and (stored := page([MessageKind.STOCK], after, PAGE)):
            after = stored[-1].seq
            found |= _named((one.message for one in stored), names)
    if names - found.keys():
        found |= _named(desk.sources.inflow.messages([MessageKind.STOCK]), names)
    return found


def _named(messages: Iterable[Message], names: set[str]) -> dict[str, Booking]:
    told = (booking_of(one) for one in messages if one.transaction is not None)
    return {one.key: one for one in told if isinstance(one, Booking) and one.key in names}
