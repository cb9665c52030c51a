"""The way of a reconciliation over systems and a memory that know what a case says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.customers import Customer
from engine.executor.discrepancy_figures import Stockroom
from engine.executor.discrepancy_reasons import Witnesses
from engine.executor.reconciling import Reconciler, reconcile
from engine.flows.discrepancy_orders import Words
from engine.model.discrepancy import Discrepancy, Row
from engine.model.effect import Binding
from engine.model.order import Order, Unreadable
from engine.model.shipment import OrderProgress
from engine.model.stock import ChannelLevel, ShelfLevel
from engine.ports.flows import ShelfSource
from engine.ports.ledger import Hold, InboxItem, StoredMessage
from engine.ports.spill import Spill, SpilledRow
from engine.ports.systems import OrderQuery
from engine.reconciliation import places_of
from tests.cases.orders_of import orders_of
from tests.cases.stock_street import CENTERS, ToldEvents, ToldProgress, ToldStock, messages_of
from tests.cases.stock_street import ToldMemory as StockMemory
from tests.cases.street import ToldSource
from tests.fakes.world import FakeClock

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
OVER = frozenset({"Shipped", "Canceled"})


class Heap(Spill):
    """Sorts in memory."""

    def ordered(self, rows: Iterable[SpilledRow]) -> Iterator[SpilledRow]:
        return iter(sorted(rows, key=lambda row: str(row[0])))


class Channel(ToldStock):
    """Has the products that it was told of; `then` is what it has when asked again."""

    def __init__(self, products: Sequence[Mapping[str, Any]], then: Sequence[Any] | None) -> None:
        self.read = [_level(row) for row in products]
        self.later = self.read if then is None else [_level(row) for row in then]

    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        yield [level for level in self.read if level.profile in profiles]

    def level(self, products: Sequence[str]) -> Mapping[str, ChannelLevel]:
        return {level.product: level for level in self.later if level.product in products}


class Floor(ShelfSource):
    """Has item -> area -> units."""

    def __init__(self, shelves: Mapping[str, Mapping[str, int]]) -> None:
        self._shelves = shelves

    def shelves(self) -> Iterator[Sequence[ShelfLevel]]:
        for item in self._shelves:
            yield self.shelf([item])[item]

    def shelf(self, items: Sequence[str]) -> Mapping[str, Sequence[ShelfLevel]]:
        return {
            item: [
                ShelfLevel(item=item, area=area, on_hand=units)
                for area, units in self._shelves.get(item, {}).items()
            ]
            for item in items
        }


class Orders(ToldSource):
    """Heeds what a query says of the shipping status, and whether an order was taken over."""

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order]]:
        wanted = query.filter.shipping
        for page in super().orders(query):
            yield [
                order
                for order in page
                if wanted is None or (order.shipping in wanted.values) is not wanted.negated
            ]


class Progress(ToldProgress):
    """Tells whether an order is packed, and how many of a line are."""

    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        return {name: self._whole(name, one) for name, one in super().progress(numbers).items()}

    def _whole(self, number: str, one: OrderProgress | Unreadable) -> OrderProgress | Unreadable:
        if isinstance(one, Unreadable):
            return one
        told = self._orders[number]
        packed = {name: line.get("packed", 0) for name, line in told["lines"].items()}
        lines = [replace(line, packed=packed[line.number]) for line in one.lines]
        return replace(one, packed=told.get("packed", False), lines=tuple(lines))


class Memory(StockMemory):
    """Remembers bindings and holds of orders, and inbox items, beside what stock needs."""

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        rows = [_binding(row) for row in self._known.get("bindings", [])]
        found = {order: [one for one in rows if one.order == order] for order in orders}
        return {order: some for order, some in found.items() if some}

    def bindings_of(self, numbers: Sequence[str]) -> Mapping[str, Binding]:
        rows = [_binding(row) for row in self._known.get("bindings", [])]
        return {one.number: one for one in rows if one.number in numbers}

    def holds(self) -> Sequence[Hold]:
        plain = {"rule": "r", "reason": "it was held", "since": NOW, "seen": NOW}
        return [Hold(**{**plain, **row}) for row in self._known.get("holds", [])]

    def dealt_messages(
        self, kinds: Sequence[str], after: int = 0, limit: int = 500
    ) -> Sequence[StoredMessage]:
        dealt = [dict(row) for row in self._known.get("dealt", [])]
        came = [datetime.fromisoformat(row.pop("came", NOW.isoformat())) for row in dealt]
        found = zip(messages_of({"bookings": dealt}), came, strict=True)
        rows = [StoredMessage(seq=n, message=m, received=c) for n, (m, c) in enumerate(found, 1)]
        return [row for row in rows if row.seq > after][:2]

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        return [
            InboxItem(business_key=key, kind="asked", rule="r", text="look")
            for key in self._known.get("inbox", [])
        ]


def reconciled(customer: Customer, case: Mapping[str, Any]) -> Discrepancy:
    """The whole way: two readings, sorted."""
    known = case.get("known", {})
    places = places_of(customer.ruleset, {center.id: center for center in CENTERS})
    areas = {
        area.casefold(): place.dc
        for name, place in places.items()
        for area in customer.ruleset.links[name].areas
    }
    profiles = tuple(customer.ruleset.profiles.values())
    channel = Channel(case.get("products", []), case.get("then"))
    witnesses = Witnesses(
        orders=Orders(orders_of(case.get("orders", []))),
        progress=Progress(known.get("orders", {})),
        events=ToldEvents(messages_of(case)) if customer.stock is not None else None,
        ledger=Memory({**known, "dealt": case.get("dealt", [])}),
        words=Words(
            rules=customer.compiled.rules, shipped=frozenset({"Complete", "InTransit"}), over=OVER
        ),
        places=places,
        areas=areas,
        profiles=profiles,
        stock=customer.stock,
        centers=channel.centers(),
    )
    room = Stockroom(
        channel=channel,
        shelves=Floor(case.get("shelves", {})),
        profiles=profiles,
        areas=areas,
        bare=None if areas else next(iter(places.values())).dc,
        spill=Heap(),
    )
    desk = Reconciler(
        customer="acme",
        room=room,
        witnesses=witnesses,
        places=tuple(places.values()),
        clock=FakeClock(NOW),
    )
    return reconcile(desk)


def shown(row: Row) -> dict[str, Any]:
    """A row as cases tell it; what is empty is left out."""
    told = {
        "sku": row.sku,
        "dc": row.dc,
        "difference": row.difference,
        "causes": {cause.value: units for cause, units in row.causes.items()},
        "apportioned": [cause.value for cause in row.apportioned],
        "unexplained": row.unexplained,
        "picked": row.picked,
        "elsewhere": row.elsewhere,
    }
    return {name: value for name, value in told.items() if value or name == "dc"}


def _level(row: Mapping[str, Any]) -> ChannelLevel:
    available = {int(dc): units for dc, units in row.get("available", {}).items()}
    plain = {"profile": 12000101, "product": "6200139", "sku": "LAMP-01"}
    return ChannelLevel(**{**plain, **row, "available": available})


def _binding(row: Mapping[str, Any]) -> Binding:
    order, link = row["order"], row.get("link", "main")
    return Binding(
        part=f"{order}/{link}",
        order=order,
        link=link,
        number=row.get("number", order),
        revision=1,
        fingerprint="as sent",
    )
