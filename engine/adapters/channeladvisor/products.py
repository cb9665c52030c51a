"""ChannelAdvisor as a source of products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from engine.adapters.channeladvisor import filters, paging, protocol
from engine.adapters.channeladvisor.asking import Address, Asker
from engine.adapters.channeladvisor.client import Client
from engine.adapters.channeladvisor.members import key_of, without_id
from engine.adapters.channeladvisor.needed import PRODUCT, choice_of
from engine.adapters.channeladvisor.product_records import record_of, ref_of
from engine.errors import ProtocolError
from engine.model.order import Unreadable
from engine.model.product import Product, ProductRef
from engine.ports.flows import ProductSource
from engine.ports.systems import ReadKit

_STAMP = "UpdateDateUtc"
_REF = {"$select": "ID,ProfileID,Sku"}
# Encoded; with the rest of the query it stays below 2,048 characters.
_LONGEST = 1600


class ChannelAdvisorProducts(ProductSource):
    """Reads products by updated date, never by a computed offset; holds one page at a time."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        choice = choice_of(PRODUCT, protocol.PRODUCT_NESTED, kit.wanted.get("product"))
        self._asker = Asker(kit, self._client, choice)
        self._pool = kit.pool
        self._read = paging.reader(kit.settings, kit.connection)

    def server_now(self) -> datetime:
        return self._client.server_now()

    def products(
        self, profiles: Sequence[int], since: datetime, until: datetime
    ) -> Iterator[Sequence[Product | Unreadable]]:
        first = self._first_page(profiles)
        pager = paging.Pager(first=first, follow=self._client.follow, stamp=_STAMP)
        for rows in self._read(pager, since, until):
            yield [self._product(row) for row in rows]

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Product | Unreadable]:
        nameless = without_id(keys)
        asked = [key for key in keys if key not in nameless]
        read = self._pool.map(self._batch, filters.batches(asked))
        return {product.key: product for some in read for product in some} | nameless

    def by_sku(self, profile: int, skus: Sequence[str]) -> Mapping[str, Sequence[ProductRef]]:
        wanted = list(dict.fromkeys(skus))
        mine = partial(self._refs, f"ProfileID eq {profile}")
        read = self._pool.map(mine, sku_filters(wanted))
        refs = {ref.key: ref for some in read for ref in some}
        return {
            sku: [ref for ref in refs.values() if ref.sku.casefold() == sku.casefold()]
            for sku in wanted
        }

    def _first_page(self, profiles: Sequence[int]) -> Callable[[Sequence[str]], protocol.Page]:
        options = paging.sorting(self._read, _STAMP)
        mine = of_profiles(profiles)

        def first(bounds: Sequence[str]) -> protocol.Page:
            filtered = {"$filter": filters.conjunction([*bounds, *mine])}
            return self._asker.page(self._listed({**options, **filtered}))

        return first

    def _batch(self, keys: Sequence[str]) -> list[Product | Unreadable]:
        pages = self._asker.all(self._listed({"$filter": filters.any_id(keys, "product")}))
        return [self._product(row) for rows in pages for row in rows]

    def _listed(self, options: Mapping[str, str]) -> Address:
        """The list with these options and the chosen members."""
        return lambda chosen: protocol.products_url(self._client.base, {**chosen, **options})

    def _refs(self, profile: str, skus: str) -> list[ProductRef]:
        options = {**_REF, "$filter": filters.conjunction([profile, skus])}
        pages = self._client.all(protocol.products_url(self._client.base, options))
        return [ref_of(row) for rows in pages for row in rows]

    def _product(self, row: protocol.Row) -> Product | Unreadable:
        try:
            whole = self._client.complete(row, protocol.PRODUCT_NESTED)
        except ProtocolError as error:
            return Unreadable(key=key_of(row), why=error.summary)
        return record_of(whole)


def of_profiles(profiles: Sequence[int]) -> list[str]:
    """The filter's piece for these profiles; none where all of the application's are meant."""
    return [filters.any_of([f"ProfileID eq {id_}" for id_ in profiles])] if profiles else []


def sku_filters(skus: Sequence[str]) -> list[str]:
    """These SKUs in as many filters as their length asks for.

    Whether the service compares by letter case is not documented, so that each is asked for as it
    is, in capitals and in small letters; who asks chooses from the answers without letter case.
    """
    filled: list[list[str]] = []
    length = _LONGEST
    for sku in skus:
        pieces = [f"Sku eq {protocol.literal(f)}" for f in {sku: 0, sku.upper(): 0, sku.lower(): 0}]
        cost = sum(len(protocol.encoded({"": f" or {piece}"})) for piece in pieces)
        if length + cost > _LONGEST:
            filled.append([])
            length = 0
        filled[-1] += pieces
        length += cost
    return [filters.any_of(pieces) for pieces in filled]
