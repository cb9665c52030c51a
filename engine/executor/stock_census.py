"""What a rule with `set` rests on, read from both systems: shelves, open orders, and the queue.

The order of reading is what makes the figures belong together. The shelves are read before and
after the orders: who picks in between changes them. The queue is looked at last: a booking that is
on the shelf and not among those that the change is for would be told once more, later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.compiler.stock import CompiledStock
from engine.errors import ProtocolError
from engine.executor.discrepancy_reasons import Witnesses, reasons_of
from engine.executor.intake import Inflow
from engine.flows.discrepancy import Reasons
from engine.flows.discrepancy_orders import Words
from engine.flows.stock_draft import Centers, center_of
from engine.flows.stock_figures import Figures, Look, Spot, Unset, figure_of
from engine.model.discrepancy import Place
from engine.model.order import Unreadable
from engine.model.shipment import OrderProgress
from engine.model.stock import MessageKind, QuantityUpdate
from engine.ports.flows import EventSource, ProgressSource, ShelfSource, StockSink
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Who can be asked for it, and the channel's words for orders."""

    shelves: ShelfSource
    orders: OrderSource
    progress: ProgressSource
    events: EventSource
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which spots are asked for, each with its item. `taken` are the keys of the messages whose
    bookings are told, or dealt with, by who asks.
    """

    compiled: CompiledStock
    sink: StockSink
    ledger: LedgerReader
    spots: Sequence[tuple[Spot, str]]
    taken: frozenset[str]


@dataclass(slots=True, kw_only=True)
class Noting(ProgressSource):
    """Another source; what it showed of orders is kept."""

    source: ProgressSource
    seen: dict[str, OrderProgress] = field(default_factory=dict)

    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        found = self.source.progress(numbers)
        self.seen.update(
            {number: one for number, one in found.items() if isinstance(one, OrderProgress)}
        )
        return found

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        return self.source.changed(since)


Boxed = Mapping[tuple[str, int], tuple[int, int]]
"""Item in small letters and DC -> units of the channel's open orders: picked, and packed."""


def figures_of(census: Census | None, asked: Question) -> Figures:
    """The figure of every spot, or why it has none; nothing is read where no spot can have one."""
    if census is None or not census.events.may_look:
        why = "this site does not show its shelves and its queue, and both must be looked at"
        return {spot: Unset(rule="stock.cannot-set", why=why) for spot, _ in asked.spots}
    found = {spot: _odd(asked, spot) or _shared(asked, spot) for spot, _ in asked.spots}
    unset = {spot: why for spot, why in found.items() if why is not None}
    rest = {spot: item for spot, item in asked.spots if spot not in unset}
    return {**unset, **(_read(census, asked, rest) if rest else {})}


def _shared(asked: Question, spot: Spot) -> Unset | None:
    """Whether two items are the spot's product: neither shelf is the whole of it."""
    items = sorted(item for one, item in asked.spots if one == spot)
    if len(items) == 1:
        return None
    why = f"product {spot.product} has the items {' and '.join(items)}"
    return Unset(rule="stock.cannot-set", why=why)


def _odd(asked: Question, spot: Spot) -> Unset | None:
    """Whether the channel can have no product of this id."""
    try:
        asked.sink.quantity(
            QuantityUpdate(product=spot.product, type="Relative", legs={spot.dc: 1})
        )
    except ProtocolError as error:
        why = f"the product id cannot be used: {error.summary}"
        return Unset(rule="stock.product-odd", why=why)
    return None


def _read(census: Census, asked: Question, spots: Mapping[Spot, str]) -> Figures:
    centers = asked.sink.centers()
    items = sorted(set(spots.values()))
    before = census.shelves.shelf(items)
    reasons, boxed = _orders(census, asked, centers)
    levels = asked.sink.level(sorted({spot.product for spot in spots}))
    after = census.shelves.shelf(items)
    came = _came(census, asked)
    figures = {}
    for spot, item in spots.items():
        look = Look(
            item=item,
            before=before.get(item, ()),
            after=after.get(item, ()),
            level=levels.get(spot.product),
            reasons=reasons,
            boxed=boxed.get((item.casefold(), spot.dc), (0, 0)),
            came=item.casefold() in came,
        )
        figures[spot] = figure_of(asked.compiled, centers, spot, look)
    return figures


def _orders(census: Census, asked: Question, centers: Centers) -> tuple[Reasons, Boxed]:
    """What the channel's open orders make of the figures, and how much of them is in boxes."""
    places = _places(asked.compiled, centers)
    noting = Noting(source=census.progress)
    reasons = reasons_of(
        Witnesses(
            orders=census.orders,
            progress=noting,
            events=None,
            ledger=asked.ledger,
            words=census.words,
            places=places,
            areas={},
            profiles=sorted(set(asked.compiled.profiles.values())),
            stock=None,
            centers=centers,
        )
    )
    bound = asked.ledger.bindings_of(list(noting.seen))
    picked, packed = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    linked = {number: one.link for number, one in bound.items() if one.link in places}
    for number, link in linked.items():
        for line in noting.seen[number].lines:
            spot = (line.item.casefold(), places[link].dc)
            picked[spot] += line.picked
            packed[spot] += line.packed
    return reasons, {spot: (units, packed[spot]) for spot, units in picked.items()}


def _places(compiled: CompiledStock, centers: Centers) -> dict[str, Place]:
    """Link -> its DC, of links whose stock is told."""
    found = {}
    for link in compiled.links:
        center = center_of(link, centers)
        if center is not None:
            profile = compiled.profiles[str(link.stock)]
            code = center.code or str(center.id)
            found[link.name] = Place(dc=center.id, code=code, link=link.name, profile=profile)
    return found


def _came(census: Census, asked: Question) -> Container[str]:
    """The items, in small letters, of bookings that wait and are not taken. What cannot be read is
    never told, so that it does no harm.
    """
    waiting, behind = census.events.peek()
    if behind:
        return {item.casefold() for _, item in asked.spots}
    inflow = Inflow(ledger=asked.ledger, events=None)
    on_record = inflow.messages([MessageKind.STOCK])
    return {
        one.transaction.item.casefold()
        for one in (*on_record, *inflow.unseen(waiting))
        if one.kind is MessageKind.STOCK
        and one.transaction is not None
        and one.key not in asked.taken
    }
