"""The story of an order of the channel: sent to the warehouse, changed since, shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.explain.asked import Asked, Eyes, Told
from engine.explain.change_origins import Call, call_members
from engine.explain.changes_now import changes_now
from engine.explain.orders_now import OrderNow, order_now, part_members
from engine.explain.requests import was_sent
from engine.explain.shipments_now import facts_now, shipments_now, told_members
from engine.explain.story import Member, Request
from engine.explain.written_back import OPERATION, written_back
from engine.flows.shipments_facts import Facts
from engine.flows.shipments_told import SHIP, TRACK
from engine.model.decision import Change
from engine.model.effect import Effect

Explained = tuple[tuple[Member, ...], str | None]
"""The members of a request, and the body that it would have by today's record; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """An order as it was looked at now: `facts` are those of its shipments."""

    eyes: Eyes
    now: OrderNow
    facts: Facts | None = None


def order_seen(asked: Asked, told: Told, *, bound: bool) -> OrderSeen | None:
    """Looks at an order and decides it; what is had is `told`. None where it cannot be looked at.

    `bound`: a part of it was sent, so that the other flows have something to say of it.
    """
    eyes, key = asked.eyes, asked.subject.key
    if eyes is None:
        return None
    now = told.have("orders", lambda: order_now(eyes.orders, key, eyes.seeing))
    if now is None:
        return None  # What did not answer once is not waited for again.
    told.judged += now.judged
    seen = OrderSeen(eyes=eyes, now=now)
    return _others(seen, key, told) if bound else seen


def _others(seen: OrderSeen, key: str, told: Told) -> OrderSeen:
    eyes, now = seen.eyes, seen.now
    changes, shipments = eyes.changes, eyes.shipments
    if changes is not None:

        def members(change: Change) -> tuple[Member, ...]:
            return _of_part(seen, change.binding if change.operation == "create" else None)[0]

        told.decide(
            "order-changes", lambda: changes_now(changes, key, now.order, eyes.seeing, members)
        )
    if shipments is None:
        return seen
    facts = told.have("shipments", lambda: facts_now(shipments, key))
    if facts is not None:
        told.decide("shipments", lambda: shipments_now(shipments, facts, eyes.seeing))
    return OrderSeen(eyes=eyes, now=now, facts=facts)


def sent_of(seen: OrderSeen | None, effects: Sequence[Effect]) -> Iterator[Request]:
    """What was sent of an order, each with what its values come from by today's record."""
    for effect in effects:
        members, body = _explained(seen, effect) if seen is not None else ((), None)
        yield was_sent(effect, members, body)


def _explained(seen: OrderSeen, effect: Effect) -> Explained:
    intent, eyes = effect.intent, seen.eyes
    sent = intent.request.get("body")
    if intent.kind == OPERATION:
        return written_back(eyes.orders.compiled, intent.memo, sent, eyes.seeing), None
    if intent.kind in (SHIP, TRACK):
        if eyes.shipments is None or seen.facts is None:
            return (), None
        return told_members(eyes.shipments, seen.facts, effect, eyes.seeing)
    members, body = _of_part(seen, intent.binding)
    if members:
        return members, body
    call = Call(operation=intent.kind, marker=intent.marker, memo=intent.memo or {}, body=sent)
    return call_members(call, eyes.seeing.places), None


def _of_part(seen: OrderSeen, binding: Mapping[str, Any] | None) -> Explained:
    """The members and the body by today's record of the part that a create is bound to."""
    name, order = (binding or {}).get("part"), seen.now.order
    part = next((one for one in seen.now.parts if one.key == name), None)
    if part is None or order is None:
        return (), None
    return part_members(seen.eyes.orders, order, part, seen.eyes.seeing)
