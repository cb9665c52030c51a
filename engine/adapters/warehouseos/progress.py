"""How far a WarehouseOS site is with its orders; it sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from engine.adapters.warehouseos import records
from engine.adapters.warehouseos.client import Client
from engine.adapters.warehouseos.listing import Listing
from engine.errors import BadRecordError, SystemUnavailableError
from engine.model.order import Unreadable
from engine.model.shipment import OrderProgress
from engine.ports.flows import ProgressSource
from engine.ports.systems import ReadKit

LIST = "orders.list"
READINGS = 5


class WarehouseOSProgress(ProgressSource):
    """One site's orders, one read each; the list of changed ones serves numbers alone."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._pool = kit.pool
        self._listed_at: datetime | None = None

    @property
    def listed_at(self) -> datetime | None:
        return self._listed_at

    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        distinct = list(dict.fromkeys(numbers))
        found = zip(distinct, self._pool.map(self._progress, distinct), strict=True)
        return {number: order for number, order in found if order is not None}

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        """A number may come twice: while orders are deleted, the rows behind them move to pages
        that were read before, and the list is read once more.
        """
        profile = self._client.profile
        if LIST not in profile.endpoints:
            return
        stamp = since.astimezone(UTC).isoformat().replace("+00:00", "Z")
        self._listed_at = None
        for _ in range(READINGS):
            listing = Listing(profile.section("list"))
            for page in self._client.pages(LIST, listing, {"since": stamp}):
                yield [records.number_in(profile, row) for row in page]
            self._listed_at = self._listed_at or listing.begun
            if not listing.shrunk:
                return
        raise SystemUnavailableError(
            f"the site's list of orders has shrunk in {READINGS} readings, so that some may be "
            "left out",
            "Run again when fewer orders are being deleted.",
        )

    def _progress(self, number: str) -> OrderProgress | Unreadable | None:
        """One odd order is no reason to stop all the others."""
        body = self._client.ask("orders.get", number=number)
        try:
            return None if body is None else records.progress_of(self._client.profile, body, number)
        except BadRecordError as error:
            return Unreadable(key=number, why=error.summary)
