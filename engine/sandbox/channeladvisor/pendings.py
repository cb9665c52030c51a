"""What open orders hold back of each product in each DC, and what they still wait for.

The wire has these figures per product only. That the share of a DC is what the open fulfillments
of that DC hold, that `Cleared` and `Deposited` are paid, and that a sale under an alias counts for
the product behind it, is inferred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.sandbox.channeladvisor.product_members import PENDING
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.units import Key, contents, is_open, key_of, remaining

CHECKED_OUT = frozenset({None, "Completed", "CompletedAndVisited", "CompletedOffline"})
PAID = frozenset({None, "Cleared", "Deposited"})
CHECKOUT, PAYMENT, SHIPMENT = PENDING

Share = tuple[int, int, str]
"""Product, DC, and the member of the product that counts it."""


class Pendings:
    """The shares of all orders, kept as sums, so that one order's change costs only its lines."""

    def __init__(self) -> None:
        self._orders: dict[int, Counter[Share]] = {}
        self._sums: dict[int, Counter[tuple[int, str]]] = {}

    def replace(self, order: Row) -> set[int]:
        """Counts the order as it is now; returns the products whose figures may have changed."""
        before = self._orders.get(order["ID"], Counter())
        after = Counter(dict(_shares(order)))
        self._orders[order["ID"]] = after
        for share in before.keys() | after.keys():
            product, center, kind = share
            change = after[share] - before[share]
            self._sums.setdefault(product, Counter())[center, kind] += change
        return {product for product, _, _ in before.keys() | after.keys()}

    def at(self, product: int, center: int, kind: str) -> int:
        """The units of a product that wait in one DC for one thing."""
        return self._sums.get(product, Counter())[center, kind]

    def total(self, product: int, kind: str) -> int:
        """The same over all DCs."""
        sums = self._sums.get(product, Counter())
        return sum(units for (_, what), units in sums.items() if what == kind)


def kind_of(order: Row) -> str | None:
    """What the order waits for; None where it holds nothing back any more."""
    if order["ShippingStatus"] in ("Shipped", "Canceled"):
        return None
    if order["CheckoutStatus"] not in CHECKED_OUT:
        return CHECKOUT
    return SHIPMENT if order["PaymentStatus"] in PAID else PAYMENT


def allocated(order: Row) -> Iterator[tuple[Row, int, int]]:
    """(fulfillment item, DC, units still to be shipped) of the open fulfillments."""
    left = remaining(order)
    for fulfillment in order["Fulfillments"]:
        if is_open(fulfillment):
            for item in fulfillment["Items"]:
                units = min(item["Quantity"] or 0, left[key_of(item)])
                left[key_of(item)] -= units
                yield item, fulfillment["DistributionCenterID"], units


def held(order: Row) -> Counter[tuple[int, int]]:
    """(product, DC) -> units that the order holds back."""
    units: Counter[tuple[int, int]] = Counter()
    for item, center, quantity in allocated(order) if kind_of(order) else ():
        units[item["ReferenceProductID"] or item["ProductID"], center] += quantity
    return units


def _shares(order: Row) -> Iterator[tuple[Share, int]]:
    kind = kind_of(order)
    if kind is None:
        return
    units: Counter[Share] = Counter()
    by_key: Counter[tuple[Key, int]] = Counter()
    for (product, center), quantity in held(order).items():
        units[product, center, kind] += quantity
    for item, center, quantity in allocated(order):
        by_key[key_of(item), center] += quantity
    for bundle, center, quantity in _bundles(order, by_key):
        units[bundle, center, kind] += quantity
    yield from units.items()


def _bundles(order: Row, by_key: Counter[tuple[Key, int]]) -> Iterator[tuple[int, int, int]]:
    """(bundle, DC, bundles begun or whole) of the bundle lines."""
    for line in order["Items"]:
        if line["BundleComponents"]:
            parts = contents(line)
            centers = {center for key, center in by_key if key in parts}
            for center in centers:
                most = max(-(-by_key[key, center] // per) for key, per in parts.items())
                yield line["ReferenceProductID"] or line["ProductID"], center, most
