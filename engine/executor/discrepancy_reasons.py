"""What is known that moves the figures of both systems apart: open orders, and what the floor
booked and the channel was not told. It is read before every comparison.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.compiler.stock import CompiledStock
from engine.executor.chunks import chunks
from engine.executor.intake import Inflow
from engine.executor.runner import Ask
from engine.executor.standing import order_of
from engine.executor.stock_gather import Sources, gather
from engine.flows.discrepancy import Reasons, sku_key
from engine.flows.discrepancy_orders import (
    Standing,
    Words,
    open_units,
    products_of,
    shares_of_order,
)
from engine.flows.discrepancy_stock import (
    shares_never_told,
    shares_of_bookings,
    shares_of_effects,
)
from engine.flows.stock_bookings import Booking, booking_of
from engine.flows.stock_draft import PUT_BACK, Draft, draft_of
from engine.model.discrepancy import Place, Share
from engine.model.order import Order
from engine.model.ruleset import Criterion, OrderFilter
from engine.model.stock import Center, MessageKind
from engine.ports.flows import EventSource, ProgressSource
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderQuery, OrderSource

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
BEYOND = timedelta(hours=1)
"""An order that arrives while this is read counts; its stamp may be younger than our look."""

LATELY = timedelta(days=14)
"""An order that was closed before that, or a put-back, is no reason for anything any more."""

OF_ORDERS = frozenset({"orders", "order-changes", "shipments"})
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Who knows reasons: the channel's orders, how far the warehouse is with them, its messages,
    and the memory. `places` is link -> DC, `areas` area, in small letters, -> DC. `stock` is None
    where the ruleset tells no stock.
    """

    orders: OrderSource
    progress: ProgressSource
    events: EventSource | None
    ledger: LedgerReader
    words: Words
    places: Mapping[str, Place]
    areas: Mapping[str, int]
    profiles: Sequence[int]
    stock: CompiledStock | None
    centers: Mapping[int, Center]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenHere:
    """Order -> the links of its parts whose create has no end yet, and of those that are held; an
    empty text where the whole order is.
    """

    begun: Mapping[str, frozenset[str]]
    held: Mapping[str, frozenset[str]]


def reasons_of(witnesses: Witnesses, skus: Container[str] | None = None) -> Reasons:
    """Everything that is known now; of these SKUs (in small letters) what is over, too: orders
    that were closed lately, and bookings that were never told.
    """
    shares: dict[str, dict[int, list[Share]]] = {}
    reserved: dict[str, dict[int, int]] = {}
    open_here = _OpenHere(begun=_begun(witnesses.ledger), held=_held(witnesses.ledger))
    for orders in _orders(witnesses, skus):
        for order, standing in _standings(witnesses, orders, open_here):
            ids = products_of(order)
            for (sku, dc), units in open_units(order, witnesses.words).items():
                found = reserved.setdefault(ids.get(sku) or sku_key(order.profile, sku), {})
                found[dc] = found.get(dc, 0) + units
            told = shares_of_order(order, witnesses.words, witnesses.places, standing)
            for (sku, dc), share in told:
                key = ids.get(sku) or sku_key(order.profile, sku)
                shares.setdefault(key, {}).setdefault(dc, []).append(share)
    profiles = {(place.dc, place.profile) for place in witnesses.places.values()}
    for (sku, dc), share in _of_stock(witnesses, skus):
        for profile in (of for at, of in profiles if at == dc):
            shares.setdefault(sku_key(profile, sku), {}).setdefault(dc, []).append(share)
    return Reasons(shares=shares, reserved=reserved)


def _orders(witnesses: Witnesses, skus: Container[str] | None) -> Iterator[list[Order]]:
    """Orders that hold something back, those that something here is open about, and of the SKUs
    those that were closed lately: they may have been called off when they were picked already.
    """
    seen = set[str]()
    for page in _pages(witnesses, witnesses.words.over, closed=False):
        fresh = [one for one in page if isinstance(one, Order) and one.key not in seen]
        seen.update(one.key for one in fresh)
        yield fresh
    for keys in chunks([key for key in _open_here(witnesses.ledger) if key not in seen], PAGE):
        seen.update(keys)
        yield [one for one in witnesses.orders.by_key(keys).values() if isinstance(one, Order)]
    if skus is not None and witnesses.words.over:
        for page in _pages(witnesses, witnesses.words.over, closed=True):
            orders = [one for one in page if isinstance(one, Order) and one.key not in seen]
            yield [one for one in orders if any(sku in skus for sku in products_of(one))]


def _pages(
    witnesses: Witnesses, over: frozenset[str], *, closed: bool
) -> Iterator[Sequence[object]]:
    """Where there is a flag of what was taken over, a list without it may hide one kind."""
    wanted = OrderFilter(
        profile=Criterion(tuple(witnesses.profiles)),
        shipping=Criterion(tuple(sorted(over)), negated=not closed) if over else None,
    )
    now = witnesses.orders.server_now()
    flags = (False, True) if witnesses.words.rules.acknowledge else (None,)
    for flag in flags:
        query = OrderQuery(
            filter=wanted,
            since=now - LATELY if closed else EARLIEST,
            until=now + BEYOND,
            acknowledged=flag,
            by="updated" if closed else "created",
        )
        yield from witnesses.orders.orders(query)


def _open_here(ledger: LedgerReader) -> list[str]:
    """Orders with a hold, an effect without an end, or something in the inbox."""
    keys = [hold.order for hold in ledger.holds() if hold.flow in OF_ORDERS]
    keys += [order_of(e.intent) for e in ledger.unfinished() if e.intent.flow in OF_ORDERS]
    asked = [item.business_key.partition("/")[0] for item in ledger.inbox()]
    for some in chunks(asked, PAGE):
        keys += list(ledger.bindings(some))
    return list(dict.fromkeys(keys))


def _standings(
    witnesses: Witnesses, orders: Sequence[Order], open_here: _OpenHere
) -> Iterator[tuple[Order, Standing]]:
    for some in chunks(orders, PAGE):
        bound = witnesses.ledger.bindings([order.key for order in some])
        numbers = [one.number for several in bound.values() for one in several]
        progress = witnesses.progress.progress(numbers) if numbers else {}
        for order in some:
            bindings = bound.get(order.key, ())
            mine = {one.number for one in bindings}
            yield (
                order,
                Standing(
                    bindings=bindings,
                    begun=open_here.begun.get(order.key, frozenset()),
                    held=open_here.held.get(order.key, frozenset()),
                    progress={number: progress[number] for number in mine & progress.keys()},
                ),
            )


def _begun(ledger: LedgerReader) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for binding in (effect.intent.binding for effect in ledger.unfinished()):
        if binding is not None:
            order = str(binding["order"])
            found[order] = found.get(order, frozenset()) | {str(binding["link"])}
    return found


def _held(ledger: LedgerReader) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for hold in ledger.holds():
        if hold.flow == "orders":
            link = hold.part.removeprefix(hold.order).removeprefix("/")
            found[hold.order] = found.get(hold.order, frozenset()) | {link}
    return found


def _of_stock(
    witnesses: Witnesses, skus: Container[str] | None
) -> Iterable[tuple[tuple[str, int], Share]]:
    compiled, ledger = witnesses.stock, witnesses.ledger
    if compiled is None or witnesses.events is None:
        return
    sources = Sources(
        compiled=compiled,
        inflow=Inflow(ledger=ledger, events=witnesses.events),
        progress=witnesses.progress,
        ledger=ledger,
    )
    waiting = gather(sources, Ask())
    for some in chunks([one for found in waiting.bookings.values() for one in found], PAGE):
        drafts = [draft_of(compiled, booking, witnesses.centers) for booking in some]
        told = ledger.legs([share.leg for draft in drafts for share in draft.shares])
        yield from shares_of_bookings(drafts, witnesses.areas, told)
    yield from shares_of_effects(ledger.unfinished())
    if skus is not None:
        yield from shares_never_told(_over(witnesses, compiled, skus), witnesses.areas)


def _over(witnesses: Witnesses, compiled: CompiledStock, skus: Container[str]) -> Iterator[Draft]:
    """What was booked of these SKUs and dealt with. A put-back has its pick as a counterpart, and
    after a while both are over: summed up for years they would explain whatever is wrong.
    """
    lately = witnesses.orders.server_now() - LATELY
    for booking, received in _dealt_with(witnesses.ledger):
        if booking.item.casefold() in skus:
            draft = draft_of(compiled, booking, witnesses.centers)
            back = draft.verdict is not None and draft.verdict.rule == PUT_BACK
            if received >= lately or not back:
                yield draft


def _dealt_with(ledger: LedgerReader) -> Iterator[tuple[Booking, datetime]]:
    """Every booking whose message was dealt with, oldest first, and when it came."""
    after = 0
    while rows := ledger.dealt_messages([MessageKind.STOCK.value], after):
        found = ((booking_of(row.message), row.received) for row in rows)
        yield from ((one, came) for one, came in found if isinstance(one, Booking))
        after = rows[-1].seq
