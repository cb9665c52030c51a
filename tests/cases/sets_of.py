"""What setting quantities by rule reads, as a case says it: shelves, levels, open orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.customers import Customer
from engine.executor.stock_census import Census
from engine.model.order import Order
from engine.model.stock import ChannelLevel, ShelfLevel
from engine.ports.flows import EventSource, ProgressSource, ShelfSource
from engine.ports.systems import OrderQuery
from engine.runners import order_words
from tests.cases.orders_of import orders_of
from tests.cases.street import ToldSource

Shelves = Mapping[str, Mapping[str, Any]]
"""Item -> area -> on hand, or on hand and allocated."""


class Floor(ShelfSource):
    """Has other units when it is looked at again, where it was told so."""

    def __init__(self, first: Shelves, then: Shelves) -> None:
        self._looks = [then, first]

    def shelves(self) -> Iterator[Sequence[ShelfLevel]]:
        yield from ()

    def shelf(self, items: Sequence[str]) -> Mapping[str, Sequence[ShelfLevel]]:
        found = self._looks.pop() if len(self._looks) > 1 else self._looks[0]
        return {item: [_level(item, *one) for one in found.get(item, {}).items()] for item in items}


class Orders(ToldSource):
    """Heeds what a query says of the shipping status."""

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order]]:
        wanted = query.filter.shipping
        for page in super().orders(query):
            yield [
                order
                for order in page
                if wanted is None or (order.shipping in wanted.values) is not wanted.negated
            ]


def census_of(
    customer: Customer, known: Mapping[str, Any], progress: ProgressSource, events: EventSource
) -> Census | None:
    """Who is asked; nobody where a case tells of no shelf."""
    if "shelf" not in known:
        return None
    return Census(
        shelves=Floor(known["shelf"], known.get("shelf-then", known["shelf"])),
        orders=Orders(orders_of(known.get("sold", []))),
        progress=progress,
        events=events,
        words=order_words(customer),
    )


def levels_of(known: Mapping[str, Any]) -> Mapping[str, ChannelLevel]:
    """Product -> what the channel has of it; 20 in DC 5 of the lamp where a case says nothing."""
    plain = {"profile": 12000101, "sku": "LAMP-01", "available": {5: 20}}
    rows = known.get("levels", {"6200139": {}})
    found = {}
    for product, row in rows.items():
        whole = {**plain, **row}
        available = {int(dc): units for dc, units in whole.pop("available").items()}
        found[product] = ChannelLevel(product=product, available=available, **whole)
    return found


def _level(item: str, area: str, units: Any) -> ShelfLevel:
    told = units if isinstance(units, dict) else {"on_hand": units}
    return ShelfLevel(item=item, area=area, **told)
