"""ChannelAdvisor as a source of orders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from engine.adapters.channeladvisor import filters, paging, protocol
from engine.adapters.channeladvisor.asking import Address, Asker
from engine.adapters.channeladvisor.client import Client
from engine.adapters.channeladvisor.members import key_of, without_id
from engine.adapters.channeladvisor.needed import ORDER, choice_of
from engine.adapters.channeladvisor.records import record_of
from engine.adapters.channeladvisor.stock import center_of
from engine.errors import ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.order import Order, Unreadable
from engine.ports.systems import OrderQuery, OrderSource, ReadKit

_STAMPS = {"updated": paging.STAMP, "created": "CreatedDateUtc"}


class ChannelAdvisorOrders(OrderSource):
    """Reads orders by updated date, never by a computed offset; holds one page at a time."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        choice = choice_of(ORDER, protocol.NESTED, kit.wanted.get("order"))
        self._asker = Asker(kit, self._client, choice)
        self._pool = kit.pool
        self._read = paging.reader(kit.settings, kit.connection)
        self._case_matters = kit.settings.get("letter-case", "exact") == "exact"
        self._lock = threading.Lock()
        self._known_centers: Mapping[int, str | None] | None = None

    def server_now(self) -> datetime:
        return self._client.server_now()

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order | Unreadable]]:
        first = self._first_page(query)
        pager = paging.Pager(first=first, follow=self._client.follow, stamp=_STAMPS[query.by])
        for rows in self._read(pager, query.since, query.until):
            yield [self._order(row) for row in rows]

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order | Unreadable]:
        nameless = without_id(keys)
        asked = [key for key in dict.fromkeys(keys) if key not in nameless]
        read = self._pool.map(self._batch, filters.batches(asked))
        found = {order.key: order for some in read for order in some}
        # The vendor leaves open whether a list without `exported` hides exported orders; one
        # order by its id does not. So what a list lacks is asked for alone before it is "gone".
        lacking = [key for key in asked if key not in found]
        single = self._pool.map(self._single, lacking)
        return found | nameless | {order.key: order for order in single if order is not None}

    def acknowledgement(self, key: str) -> PreparedRequest:
        """Sets the export flag of this application (documented; one order a call)."""
        return PreparedRequest(
            method="POST", path=f"/v1/Orders({protocol.number(key)})/Export", body="{}"
        )

    def _first_page(self, query: OrderQuery) -> Callable[[Sequence[str]], protocol.Page]:
        """What asks for the first page of the query within the bounds it is given."""
        pushed = filters.push(
            query.filter, self._centers(), case_matters=self._case_matters
        ).clauses
        options = {}
        if query.acknowledged is not None:
            options["exported"] = "true" if query.acknowledged else "false"
        options.update(paging.sorting(self._read, _STAMPS[query.by]))

        def first(bounds: Sequence[str]) -> protocol.Page:
            filtered = {"$filter": filters.conjunction([*bounds, *pushed])}
            return self._asker.page(self._listed({**options, **filtered}))

        return first

    def _batch(self, keys: Sequence[str]) -> list[Order | Unreadable]:
        pages = self._asker.all(self._listed({"$filter": filters.any_id(keys)}))
        return [self._order(row) for rows in pages for row in rows]

    def _single(self, key: str) -> Order | Unreadable | None:
        row = self._asker.one(lambda chosen: protocol.order_url(self._client.base, key, chosen))
        return None if row is None else self._order(row)

    def _listed(self, options: Mapping[str, str]) -> Address:
        """The list with these options and the chosen members."""
        return lambda chosen: protocol.orders_url(self._client.base, {**chosen, **options})

    def _order(self, row: protocol.Row) -> Order | Unreadable:
        try:
            whole = self._client.complete(row)
        except ProtocolError as error:
            return Unreadable(key=key_of(row), why=error.summary)
        return record_of(whole, self._centers())

    def _centers(self) -> Mapping[int, str | None]:
        """Ids of the distribution centers -> codes, deleted ones too; read once."""
        with self._lock:
            if self._known_centers is None:
                rows = self._client.centers()
                found = [center_of(row) for row in rows]
                self._known_centers = {center.id: center.code for center in found}
            return self._known_centers
