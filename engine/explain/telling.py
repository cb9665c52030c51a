"""Puts a story together: what the memory has of a record, and what a pass would decide of it now.

Each part is had for itself: where a system gives no answer the rest is told all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from engine.executor.item_runner import ItemDesk
from engine.explain.asked import Asked, Eyes, Told
from engine.explain.bookings_now import booking_now
from engine.explain.flows_now import decided_now, product_members, products_now
from engine.explain.orders_now import OrderNow
from engine.explain.requests import was_sent
from engine.explain.sources import Seeing
from engine.explain.stock_now import with_bookings
from engine.explain.story import Event, Fresh, Member, Story
from engine.explain.subjects import messages_named
from engine.explain.telling_orders import order_seen, sent_of
from engine.explain.timeline import in_time, of_effects, of_holds, of_inbox, of_order
from engine.flows import items_changes, stock_changes
from engine.model.effect import Effect
from engine.model.product import Product
from engine.ports.ledger import StoredMessage


def story_of(asked: Asked) -> Story:
    """All that can be told of a record. Writes nothing."""
    return TELLERS[asked.subject.kind](asked)


def _order(asked: Asked) -> Story:
    record = asked.memory.record_of(asked.subject.key)
    told = Told(away=[asked.away] if asked.away else [])
    seen = order_seen(asked, told, bound=bool(record.bindings))
    effects = asked.ledger.effects([one.key for one in record.effects])
    fresh = _fresh(told, seen.now if seen is not None else None)
    return Story(
        customer=asked.customer,
        subject=asked.subject,
        fresh=fresh,
        events=in_time([*of_order(record, asked.ledger), *fresh.events]),
        requests=tuple(sent_of(seen, in_order(effects.values()))),
        inbox=tuple(record.inbox),
        remembered=record.is_known,
    )


def _decide(
    told: Told,
    eyes: Eyes,
    flow: str,
    keys: Sequence[str],
) -> None:
    runner = eyes.runners.get(flow)
    if runner is not None:
        told.decide(flow, lambda: decided_now(runner, keys, eyes.seeing))


def in_order(effects: Iterable[Effect]) -> list[Effect]:
    """The oldest intent first; what began at one time by its key."""
    known = [one for one in effects if one.intent_at is not None]
    return sorted(known, key=lambda one: (one.intent_at, one.intent.key))


def _product(asked: Asked) -> Story:
    subject, eyes = asked.subject, asked.eyes
    told = Told(away=[asked.away] if asked.away else [])
    members: tuple[Member, ...] = ()
    if eyes is not None:
        desk = eyes.items
        if desk is not None:
            told.decide("items", lambda: products_now(desk, subject.key, eyes.seeing))
            members = told.have("items", lambda: _members(desk, subject.key, eyes.seeing)) or ()
        if subject.names:
            _decide(told, eyes, "stock", subject.names[:1])
    effects = in_order(_of_subjects(asked))
    names = {subject.key, *subject.names}
    return _plain(asked, told, effects, names, (), members)


def _members(desk: ItemDesk, key: str, seeing: Seeing) -> tuple[Member, ...]:
    found = desk.source.by_key([key]).get(key)
    return product_members(desk, found, seeing) if isinstance(found, Product) else ()


def _of_subjects(asked: Asked) -> list[Effect]:
    """What was written to the item of a product, and to its quantities."""
    subject = asked.subject
    subjects: list[str] = []
    if asked.items is not None:
        items = asked.items
        subjects += [items_changes.subject_of(items, name) for name in subject.names]
    if asked.stock is not None:
        subjects.append(stock_changes.subject_of(asked.stock, subject.key))
    found = asked.ledger.by_subject(subjects) if subjects else {}
    return [effect for several in found.values() for effect in several]


def _transaction(asked: Asked) -> Story:
    subject, eyes, ledger = asked.subject, asked.eyes, asked.ledger
    told = Told(away=[asked.away] if asked.away else [])
    stored = next(messages_named(subject.key, ledger), None)
    desk = eyes.stock if eyes is not None else None
    if eyes is not None and desk is not None:
        runner, seeing = eyes.runners["stock"], eyes.seeing
        message = stored.message if stored is not None else None
        told.decide("stock", lambda: booking_now(desk, runner, subject.key, message, seeing))
    owners = ledger.legs(sorted(ledger.legs_below(f"{subject.key}:")))
    effects = in_order(ledger.effects(sorted(set(owners.values()))).values())
    came = [_came(stored)] if stored is not None else []
    return _plain(asked, told, effects, {subject.key, *subject.names[:1]}, came)


def _came(stored: StoredMessage) -> Event:
    what = f"message {stored.message.key} came"
    kind = stored.message.kind.value
    return Event(at=stored.received, of="memory", where="messages", what=what, detail=kind)


def _plain(
    asked: Asked,
    told: Told,
    effects: Sequence[Effect],
    names: set[str],
    came: Sequence[Event],
    members: tuple[Member, ...] = (),
) -> Story:
    """The story of what is no order: its effects, holds and inbox by what it is called."""
    ledger = asked.ledger
    inbox = ledger.inbox_of(names)
    holds = [one for one in ledger.holds() if one.order in names or one.part in names]
    known = [*came, *of_effects(effects, ledger), *of_holds(holds), *of_inbox(inbox)]
    mine = {one.intent.key: members if one.intent.flow == "items" else () for one in effects}
    mine |= _booked(asked, told, effects)
    return Story(
        customer=asked.customer,
        subject=asked.subject,
        fresh=_fresh(told),
        events=in_time(known),
        requests=tuple(was_sent(one, mine[one.intent.key], None) for one in effects),
        inbox=tuple(inbox),
        remembered=bool(known),
    )


def _booked(
    asked: Asked, told: Told, effects: Sequence[Effect]
) -> Mapping[str, tuple[Member, ...]]:
    """What changes of quantities come from: those of the memory by key, those of now in `told`."""
    eyes = asked.eyes
    desk = eyes.stock if eyes is not None else None
    if eyes is None or desk is None:
        return {}
    found = told.have("stock", lambda: with_bookings(desk, told.judged, effects, eyes.seeing))
    if found is None:
        return {}
    told.judged = found[0]
    return found[1]


def _fresh(told: Told, now: OrderNow | None = None) -> Fresh:
    return Fresh(
        read=now.read if now is not None else (),
        away=tuple(told.away),
        events=tuple(now.events) if now is not None else (),
        judged=tuple(told.judged),
    )


TELLERS: Mapping[str, Callable[[Asked], Story]] = {
    "order": _order,
    "product": _product,
    "transaction": _transaction,
}
