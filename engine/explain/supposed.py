"""The warehouse as it would be if it knew some items otherwise. What was asked once is not asked
again: of one record many changes are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.model.desired import DesiredOrder, ExistingOrder, ItemState, PreparedRequest
from engine.ports.systems import OrderSink


class AskedOnce(OrderSink):
    """Another sink, with its answers kept."""

    def __init__(self, sink: OrderSink) -> None:
        self._sink = sink
        self._existing: dict[str, ExistingOrder | None] = {}
        self._items: dict[str, ItemState] = {}

    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        new = [number for number in dict.fromkeys(numbers) if number not in self._existing]
        found = self._sink.existing(new) if new else {}
        self._existing |= {number: found.get(number) for number in new}
        known = {number: self._existing[number] for number in numbers}
        return {number: order for number, order in known.items() if order is not None}

    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        new = [number for number in dict.fromkeys(numbers) if number not in self._items]
        if new:
            self._items |= self._sink.items(new)
        return {number: self._items[number] for number in numbers}

    @property
    def answers(self) -> Iterator[str]:
        """What was asked and answered so far, in words."""
        for number, order in self._existing.items():
            state = "is free" if order is None else f"is there, {order.state}"
            yield f"the number {number} {state}"
        for item, known in self._items.items():
            yield f"item {item}: {known.value}"

    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        return self._sink.creation(desired)

    def cost(self, orders: int) -> int:
        return self._sink.cost(orders)


class WithItems(AskedOnce):
    """The same, knowing these items otherwise."""

    def __init__(self, sink: OrderSink, items: Mapping[str, ItemState]) -> None:
        super().__init__(sink)
        self._items |= items
