"""Bookings: what the stock flow decides about, and the words that its decisions are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.model.decision import Decision, Outcome
from engine.model.stock import Message, MessageKind

FLOW = "stock"
NOT_STOCK = frozenset({MessageKind.PACK, MessageKind.BOX, MessageKind.ORDER})
ASKING = frozenset({Outcome.SEND, Outcome.HOLD, Outcome.REJECT})
"""A booking that ends like this is decided again: its message is not dealt with by the decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What the shelf of an area has more or less than before; of a move, what went to `to_area`.

    `key` is the identity of its legs for ever, `name` that of its decisions: of newly picked units
    the key also says which ones. `at` is when the floor says it was. `messages` are those that are
    dealt with once it is.
    """

    key: str
    name: str
    kind: str
    item: str
    quantity: int
    area: str | None
    to_area: str | None = None
    reason: str | None = None
    at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def booking_of(message: Message) -> Booking | Decision:
    """The booking that a message tells of, or the decision on one that cannot be read."""
    told = message.transaction
    if message.kind in NOT_STOCK:
        return _alone(message, Outcome.SKIP, "stock.not-stock", "it moves no stock")
    if told is None:
        why = message.why or "the message tells of no booking"
        return _alone(message, Outcome.REJECT, "stock.unreadable", why)
    return Booking(
        key=told.key,
        name=told.key,
        kind=told.kind,
        item=told.item,
        quantity=told.quantity,
        area=told.area,
        to_area=told.to_area,
        reason=told.reason,
        at=told.at,
        fields=told.fields,
        messages=(message.key,),
    )


def _alone(message: Message, outcome: Outcome, rule: str, reason: str) -> Decision:
    """The decision on a message that is no booking; it deals with the message."""
    return Decision(
        flow=FLOW,
        key=message.key,
        order=message.key,
        outcome=outcome,
        rule=rule,
        reason=reason,
        settles=(message.key,),
    )


def decided(booking: Booking, outcome: Outcome, rule: str, reason: str) -> Decision:
    """A decision on one booking without a change; it settles its messages unless it asks again."""
    return Decision(
        flow=FLOW,
        key=booking.name,
        order=booking.item,
        outcome=outcome,
        rule=rule,
        reason=reason,
        settles=() if outcome in ASKING else booking.messages,
    )


def nothing_waits(item: str) -> Decision:
    """The decision on an item that waited here and of which nothing is left to be told."""
    return Decision(
        flow=FLOW,
        key=item,
        order=item,
        outcome=Outcome.NOOP,
        rule="stock.nothing-waits",
        reason="nothing of it is left to be told",
    )
