"""Units of an order's lines: ordered, cancelled, shipped, open; and how open ones are taken.

A unit is counted by (order item, product), because a bundle line is allocated by component
(inferred). What is left of a line is never more than ordered less shipped less cancelled, whether
or not a cancellation has been taken out of the fulfillments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.sandbox.channeladvisor.schema import Row

SHIPPED = frozenset({"Complete", "InTransit"})
CLOSED = SHIPPED | {"Canceled", "ThirdPartyManaged"}

Key = tuple[int, int]
"""Order item ID and product ID (of a bundle line, the component's)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Units of a fulfillment item that are to be shipped, moved or cancelled."""

    fulfillment: Row
    item: Row
    quantity: int


def is_open(fulfillment: Row) -> bool:
    """Whether its units still wait to be shipped."""
    return fulfillment["DeliveryStatus"] not in CLOSED


def key_of(item: Row) -> Key:
    """The key of a fulfillment item."""
    return (item["OrderItemID"], item["ProductID"])


def contents(line: Row) -> dict[Key, int]:
    """What one ordered unit of a line is made of: the components of a bundle, or itself."""
    components = line["BundleComponents"]
    if not components:
        return {(line["ID"], line["ProductID"]): 1}
    ordered = max(line["Quantity"] or 0, 1)
    return {
        (line["ID"], component["ProductID"]): max((component["Quantity"] or 0) // ordered, 1)
        for component in components
    }


def cancelled(line: Row) -> int:
    """How many of a line were cancelled, by its adjustments."""
    rows = line["Adjustments"]
    return sum(row["Quantity"] or 0 for row in rows if row["Type"] == "Cancellation")


def counted(fulfillments: Iterable[Row]) -> Counter[Key]:
    """The units in these fulfillments."""
    units: Counter[Key] = Counter()
    for fulfillment in fulfillments:
        for item in fulfillment["Items"]:
            units[key_of(item)] += item["Quantity"] or 0
    return units


def shipped(order: Row) -> Counter[Key]:
    """The units that have left."""
    return counted(row for row in order["Fulfillments"] if row["DeliveryStatus"] in SHIPPED)


def remaining(order: Row) -> Counter[Key]:
    """The units that can still be shipped or cancelled."""
    left = counted(row for row in order["Fulfillments"] if is_open(row))
    gone = shipped(order)
    for line in order["Items"]:
        ordered = (line["Quantity"] or 0) - cancelled(line)
        for key, per in contents(line).items():
            left[key] = max(min(left[key], per * ordered - gone[key]), 0)
    return +left


@dataclass(slots=True, kw_only=True)
class Taking:
    """Takes of one request, none of which may use a unit twice. Nothing is changed by it."""

    order: Row
    left: Counter[Key]
    takes: list[Take] = field(default_factory=list)
    _used: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, order: Row) -> Taking:
        return cls(order=order, left=remaining(order))

    def take(self, key: Key, quantity: int, center: int | None = None) -> None:
        """Takes units of a key, at most those that are left, of this DC first."""
        self.left[key] -= quantity
        for fulfillment, item in self._open(key, center):
            part = min(item["Quantity"] - self._used[item["ID"]], quantity)
            if part > 0:
                self._used[item["ID"]] += part
                quantity -= part
                self.takes.append(Take(fulfillment=fulfillment, item=item, quantity=part))

    def _open(self, key: Key, center: int | None) -> Iterator[tuple[Row, Row]]:
        rows = [row for row in self.order["Fulfillments"] if is_open(row)]
        rows.sort(key=lambda row: (row["DistributionCenterID"] != center, row["ID"]))
        return ((row, item) for row in rows for item in row["Items"] if key_of(item) == key)
