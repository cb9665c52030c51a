"""A booking of the floor as the stock flow would decide it now, with what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from engine.compiler.predicates import CompiledPredicate
from engine.executor.runner import Runner
from engine.executor.stock_runner import StockDesk
from engine.explain.flows_now import decided_now, judged_as
from engine.explain.origins import predicate_sources
from engine.explain.sources import Seeing, Source
from engine.explain.story import Judged
from engine.explain.subjects import is_named
from engine.flows.stock_bookings import Booking, booking_of
from engine.flows.stock_draft import booking_scope, draft_of
from engine.model.stock import Message, MessageKind

DEALT = (
    "its message was dealt with before; the memory does not keep by which rule, so this is what "
    "today's rules say of it"
)

WAYS = {"move": "moves", "pick": "foreign-picks"}
"""Kinds of bookings whose key in the ruleset is another word; it says what becomes of them."""


def is_decided(runner: Runner, name: str, seeing: Seeing) -> bool:
    """Whether a pass would decide about a booking of this name now."""
    return any(one.decision.key == name for one in _asked(runner, name, seeing))


def booking_now(
    desk: StockDesk, runner: Runner, name: str, message: Message | None, seeing: Seeing
) -> Iterator[Judged]:
    """The decision on one booking; `message` is what the memory has of it. Of one that was dealt
    with it is what the rules say, as nothing of it waits any more.
    """
    message = message or _waiting(desk, name)
    booking = booking_of(message) if message is not None else None
    told = booking if isinstance(booking, Booking) else None
    judged = [one for one in _asked(runner, name, seeing) if one.decision.key == name]
    yield from (_with_sources(desk, one, told, seeing) for one in judged)
    if told is not None and not judged:
        verdict = draft_of(desk.compiled, told, desk.sink.centers()).verdict
        if verdict is not None:
            one = _with_sources(desk, judged_as(verdict, seeing), told, seeing, note=DEALT)
            yield one


def _asked(runner: Runner, name: str, seeing: Seeing) -> Iterator[Judged]:
    """Picks of an order are asked for by the order: `pick:X1:2` is line 2 of it."""
    return decided_now(runner, [name, name.rpartition(":")[0]], seeing)


def _waiting(desk: StockDesk, name: str) -> Message | None:
    """The message in the warehouse's queue that tells of a booking."""
    messages = desk.sources.inflow.messages(list(MessageKind))
    return next((one for one in messages if is_named(one, name)), None)


def _with_sources(
    desk: StockDesk, judged: Judged, booking: Booking | None, seeing: Seeing, note: str = ""
) -> Judged:
    if booking is None:
        return judged
    named = {one.id: one.predicate for one in desk.compiled.named}
    predicate: CompiledPredicate | None = named.get(judged.decision.rule)
    scope = booking_scope(desk.compiled, booking)
    place = judged.place or seeing.places.at("stock", WAYS.get(booking.kind, booking.kind))
    return Judged(
        decision=judged.decision,
        place=place,
        text=predicate.text if predicate is not None else "",
        sources=predicate_sources(predicate, scope, seeing)
        if predicate is not None
        else tuple(_said(booking)),
        requests=judged.requests,
        note=note,
    )


def _said(booking: Booking) -> Iterator[Source]:
    for name in ("kind", "item", "quantity", "area", "to_area", "reason"):
        value = getattr(booking, name)
        if value is not None:
            yield Source(path=name, value=value)
