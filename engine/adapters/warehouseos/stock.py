"""What lies in a WarehouseOS site; it sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.adapters.warehouseos.client import Client
from engine.adapters.warehouseos.listing import Listing
from engine.adapters.warehouseos.records import RECORDS, SUMMARY, ShelfNames, shelf_of
from engine.model.stock import ShelfLevel
from engine.ports.flows import ShelfSource
from engine.ports.systems import ReadKit


class WarehouseOSShelves(ShelfSource):
    """One site's stock, by location; by item alone where the site has only its summary."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._pool = kit.pool

    def shelves(self) -> Iterator[Sequence[ShelfLevel]]:
        return self._pages(self._names, {})

    def shelf(self, items: Sequence[str]) -> Mapping[str, Sequence[ShelfLevel]]:
        """Every item asked for is in the answer, one that lies nowhere with no record."""
        distinct = list(dict.fromkeys(items))
        names = self._names
        if not self._client.profile.endpoint(names.endpoint).takes("item"):
            levels = [one for page in self._pages(names, {}) for one in page]
            return {item: [one for one in levels if one.item == item] for item in distinct}
        return dict(zip(distinct, self._pool.map(self._of_item, distinct), strict=True))

    @property
    def _names(self) -> ShelfNames:
        """The list with locations if there is one: the summary knows areas on some sites only."""
        known = self._client.profile.endpoints
        return SUMMARY if RECORDS.endpoint not in known and SUMMARY.endpoint in known else RECORDS

    def _of_item(self, item: str) -> list[ShelfLevel]:
        """An item's own records, also where the site does not heed the question."""
        pages = self._pages(self._names, {"item": item})
        return [level for page in pages for level in page if level.item == item]

    def _pages(self, names: ShelfNames, arguments: Mapping[str, str]) -> Iterator[list[ShelfLevel]]:
        profile = self._client.profile
        listing = Listing(profile.section(names.page))
        for page in self._client.pages(names.endpoint, listing, arguments):
            yield [shelf_of(profile, names, row) for row in page]
