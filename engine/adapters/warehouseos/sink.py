"""WarehouseOS as a sink of orders: looking and rendering; it sends nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from engine.adapters.warehouseos import protocol
from engine.adapters.warehouseos.client import Client
from engine.errors import BadRecordError
from engine.model.desired import DesiredOrder, ExistingOrder, ItemState, PreparedRequest
from engine.ports.systems import OrderSink, ReadKit

REMEMBERED = 10_000


class WarehouseOSOrders(OrderSink):
    """One site. Item states are remembered while it lives, which is one pass."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._pool = kit.pool
        self._items: OrderedDict[str, ItemState] = OrderedDict()

    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        distinct = list(dict.fromkeys(numbers))
        found = zip(distinct, self._pool.map(self._order, distinct), strict=True)
        return {number: order for number, order in found if order is not None}

    def _order(self, number: str) -> ExistingOrder | None:
        """What is stored under a number; one odd order is no reason to stop all the others."""
        try:
            return self._client.order(number)
        except BadRecordError as error:
            return ExistingOrder(
                number=number, state="unknown", area=None, lines=(), unclear=error.summary
            )

    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        distinct = list(dict.fromkeys(numbers))
        known = {n: self._items[n] for n in distinct if n in self._items}
        asked = [number for number in distinct if number not in known]
        known |= zip(asked, self._pool.map(self._client.item, asked), strict=True)
        for number in distinct:
            self._items[number] = known[number]
            self._items.move_to_end(number)
        while len(self._items) > REMEMBERED:
            self._items.popitem(last=False)
        return known

    @property
    def refuses_twice(self) -> bool:
        """The site's profile promises unique numbers, and not as a guess."""
        return self._client.profile.refuses_twice

    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        return protocol.creation(self._client.profile, desired)

    def cost(self, orders: int) -> int:
        """Two calls each: the number is read before it is created."""
        return 2 * orders
