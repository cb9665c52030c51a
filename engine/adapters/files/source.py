"""A file of canonical orders, one JSON object a line. A later line of a key replaces an earlier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from engine.adapters.files import protocol
from engine.adapters.files.place import place
from engine.errors import SystemUnavailableError
from engine.model.order import Order, Unreadable
from engine.ports.systems import OrderQuery, OrderSource, ReadKit

_PAGE = 100


class FileOrders(OrderSource):
    """Reads the file of the setting `read` anew each time it is asked.

    Nothing is filtered but the window: the local check does the rest. There is no flag for orders
    that were taken over.
    """

    def __init__(self, kit: ReadKit) -> None:
        self._path = place(kit, "read")
        self._clock = kit.clock

    def server_now(self) -> datetime:
        """A file has no clock of its own; whoever writes it is on this machine."""
        return self._clock.now()

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order | Unreadable]]:
        page: list[Order | Unreadable] = []
        for order in self._latest():
            if _in_window(order, query):
                page.append(order)
            if len(page) == _PAGE:
                yield page
                page = []
        yield page

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order | Unreadable]:
        wanted = set(keys)
        return {order.key: order for _, order in self._numbered() if order.key in wanted}

    def _latest(self) -> Iterator[Order | Unreadable]:
        last = {order.key: number for number, order in self._numbered()}
        return (order for number, order in self._numbered() if last[order.key] == number)

    def _numbered(self) -> Iterator[tuple[int, Order | Unreadable]]:
        try:
            with self._path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield number, protocol.record_of(line, f"{self._path.name}:{number}")
        except OSError as error:
            raise SystemUnavailableError(
                f"the file {self._path.name} cannot be read: {error.strerror}",
                "See the connection's `read` setting.",
            ) from None


def _in_window(order: Order | Unreadable, query: OrderQuery) -> bool:
    """A line that cannot be read has no stamp: it is told each time, until it is mended."""
    if isinstance(order, Unreadable):
        return True
    stamp = order.created if query.by == "created" else order.updated
    return query.since <= stamp < query.until
