"""Puts a story together: what the memory has of a record, and what a pass would decide of it now.

Each part is had for itself: where a system gives no answer the rest is told all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from engine.compiler.items import CompiledItems
from engine.compiler.stock import CompiledStock
from engine.errors import CrossdockError
from engine.executor.item_runner import ItemDesk
from engine.executor.order_runner import OrderDesk
from engine.executor.runner import Runner
from engine.executor.stock_runner import StockDesk
from engine.explain.bookings_now import booking_now
from engine.explain.flows_now import Members, decided_now, product_members, products_now
from engine.explain.orders_now import OrderNow, order_now, part_members
from engine.explain.requests import was_sent
from engine.explain.sources import Seeing
from engine.explain.story import Event, Fresh, Judged, Member, Request, Story, Subject
from engine.explain.subjects import Memory, messages_named
from engine.explain.timeline import in_time, of_effects, of_holds, of_inbox, of_order
from engine.explain.written_back import OPERATION, written_back
from engine.flows import items_changes, stock_changes
from engine.model.decision import Change
from engine.model.effect import Effect
from engine.model.product import Product
from engine.ports.ledger import LedgerReader, StoredMessage

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What looks at both systems now, and at the memory."""

    orders: OrderDesk
    runners: Mapping[str, Runner]
    seeing: Seeing
    items: ItemDesk | None = None
    stock: StockDesk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose record is told of; `eyes` is None where no system can be looked at, `away` says why.

    `items` and `stock` are the customer's rules, where the ruleset has these flows.
    """

    customer: str
    items: CompiledItems | None = None
    stock: CompiledStock | None = None
    subject: Subject
    ledger: LedgerReader
    memory: Memory
    eyes: Eyes | None = None
    away: str = ""


@dataclass(slots=True, kw_only=True)
class _Told:
    """What has been had so far."""

    away: list[str] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    def have(self, what: str, get: Callable[[], T]) -> T | None:
        """What can be had; where a system gives no answer, why not is kept."""
        try:
            return get()
        except CrossdockError as error:
            self.away.append(f"{what}: {error.summary}")
            return None

    def decide(self, flow: str, get: Callable[[], Iterable[Judged]]) -> None:
        """The decisions of one flow."""
        self.judged += self.have(flow, lambda: list(get())) or []


def story_of(asked: Asked) -> Story:
    """All that can be told of a record. Writes nothing."""
    return TELLERS[asked.subject.kind](asked)


def _order(asked: Asked) -> Story:
    key, eyes = asked.subject.key, asked.eyes
    record = asked.memory.record_of(key)
    told = _Told(away=[asked.away] if asked.away else [])
    now: OrderNow | None = None
    if eyes is not None:
        now = told.have("orders", lambda: order_now(eyes.orders, key, eyes.seeing))
        told.judged += now.judged if now is not None else ()
        sources = partial(_of_change, eyes, now)
        # What did not answer once is not waited for again.
        for flow in ("order-changes", "shipments") if record.bindings and now is not None else ():
            _decide(told, eyes, flow, [key], sources)
    effects = asked.ledger.effects([one.key for one in record.effects])
    fresh = _fresh(told, now)
    return Story(
        customer=asked.customer,
        subject=asked.subject,
        fresh=fresh,
        events=in_time([*of_order(record, asked.ledger), *fresh.events]),
        requests=tuple(_sent_orders(eyes, now, _in_order(effects.values()))),
        inbox=tuple(record.inbox),
        remembered=record.is_known,
    )


def _decide(
    told: _Told,
    eyes: Eyes,
    flow: str,
    keys: Sequence[str],
    members: Members = lambda change: (),
) -> None:
    runner = eyes.runners.get(flow)
    if runner is not None:
        told.decide(flow, lambda: decided_now(runner, keys, eyes.seeing, members))


def _of_change(eyes: Eyes, now: OrderNow | None, change: Change) -> tuple[Member, ...]:
    """Where the values come from of an order that is created anew."""
    return _of_part(eyes, now, change.binding if change.operation == "create" else None)[0]


def _of_part(
    eyes: Eyes | None, now: OrderNow | None, binding: Mapping[str, Any] | None
) -> tuple[tuple[Member, ...], str | None]:
    """The members and the body by today's record of the part that a create is bound to."""
    if eyes is None or now is None or now.order is None:
        return (), None
    name = (binding or {}).get("part")
    part = next((one for one in now.parts if one.key == name), None)
    if part is None:
        return (), None
    return part_members(eyes.orders, now.order, part, eyes.seeing)


def _in_order(effects: Iterable[Effect]) -> list[Effect]:
    """The oldest intent first; what began at one time by its key."""
    known = [one for one in effects if one.intent_at is not None]
    return sorted(known, key=lambda one: (one.intent_at, one.intent.key))


def _sent_orders(
    eyes: Eyes | None, now: OrderNow | None, effects: Sequence[Effect]
) -> Iterator[Request]:
    """What was sent of an order; a create with what its values come from by today's record."""
    for effect in effects:
        intent = effect.intent
        members, body = _of_part(eyes, now, intent.binding)
        if eyes is not None and intent.kind == OPERATION:
            sent = intent.request.get("body")
            members = written_back(eyes.orders.compiled, intent.memo, sent, eyes.seeing)
        yield was_sent(effect, members, body)


def _product(asked: Asked) -> Story:
    subject, eyes = asked.subject, asked.eyes
    told = _Told(away=[asked.away] if asked.away else [])
    members: tuple[Member, ...] = ()
    if eyes is not None:
        desk = eyes.items
        if desk is not None:
            told.decide("items", lambda: products_now(desk, subject.key, eyes.seeing))
            members = told.have("items", lambda: _members(desk, subject.key, eyes.seeing)) or ()
        if subject.names:
            _decide(told, eyes, "stock", subject.names[:1])
    effects = _in_order(_of_subjects(asked))
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
    told = _Told(away=[asked.away] if asked.away else [])
    stored = next(messages_named(subject.key, ledger), None)
    desk = eyes.stock if eyes is not None else None
    if eyes is not None and desk is not None:
        runner, seeing = eyes.runners["stock"], eyes.seeing
        message = stored.message if stored is not None else None
        told.decide("stock", lambda: booking_now(desk, runner, subject.key, message, seeing))
    owners = ledger.legs(sorted(ledger.legs_below(f"{subject.key}:")))
    effects = _in_order(ledger.effects(sorted(set(owners.values()))).values())
    came = [_came(stored)] if stored is not None else []
    return _plain(asked, told, effects, {subject.key, *subject.names[:1]}, came)


def _came(stored: StoredMessage) -> Event:
    what = f"message {stored.message.key} came"
    kind = stored.message.kind.value
    return Event(at=stored.received, of="memory", where="messages", what=what, detail=kind)


def _plain(
    asked: Asked,
    told: _Told,
    effects: Sequence[Effect],
    names: set[str],
    came: Sequence[Event],
    members: tuple[Member, ...] = (),
) -> Story:
    """The story of what is no order: its effects, holds and inbox by what it is called."""
    ledger = asked.ledger
    inbox = [one for one in ledger.inbox(include_closed=True) if one.business_key in names]
    holds = [one for one in ledger.holds() if one.order in names or one.part in names]
    known = [*came, *of_effects(effects, ledger), *of_holds(holds), *of_inbox(inbox)]
    mine = {one.intent.key: members if one.intent.flow == "items" else () for one in effects}
    return Story(
        customer=asked.customer,
        subject=asked.subject,
        fresh=_fresh(told),
        events=in_time(known),
        requests=tuple(was_sent(one, mine[one.intent.key], None) for one in effects),
        inbox=tuple(inbox),
        remembered=bool(known),
    )


def _fresh(told: _Told, now: OrderNow | None = None) -> Fresh:
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
