"""What a write acts on, and what most writes have to do besides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from engine.sandbox.channeladvisor.answers import odata_error
from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.settings import ChannelAdvisorSettings
from engine.sandbox.channeladvisor.stamps import stamp
from engine.sandbox.channeladvisor.store import Store
from engine.sandbox.channeladvisor.units import cancelled, remaining, shipped

MERGED = ("OrderItemID", "ProductID")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The rows, the settings and the time of one write."""

    store: Store
    settings: ChannelAdvisorSettings
    now: datetime

    @property
    def stamp(self) -> str:
        """The time as the wire writes it."""
        return stamp(self.now)

    def shift(self, key: int, center: int, units: int) -> None:
        """Adds to (or takes from) what is available of a product in a DC."""
        stock = self.store.stock
        product = stock.products.get(key)
        if product is not None and units:
            quantity = self.floored(stock.available(product, center) + units)
            stock.assign(product, {center: quantity}, self.now)

    def release(self, order: Row, before: Counter[tuple[int, int]]) -> None:
        """Makes available what the order held back before and holds no more, and the reverse."""
        after = held(order)
        for key, center in before.keys() | after.keys():
            self.shift(key, center, before[key, center] - after[key, center])

    def floored(self, quantity: int) -> int:
        """A quantity that is not below 0 where it may not be."""
        return max(quantity, 0) if self.settings.clamp_at_zero else quantity

    def check_center(self, key: int) -> None:
        """Raises RefusedError (400) for a DC that is not there or was deleted (inferred)."""
        row = self.store.center(key)
        if row is None or row["IsDeleted"]:
            raise odata_error(f"The distribution center {key} does not exist.")

    def settle(self, order: Row, *, touch: bool) -> None:
        """After units of an order have moved: its status, its dates, its keys, what it holds back.

        `touch` says whether the call moves UpdatedDateUtc; a status that changes always does.
        """
        status = status_of(order)
        if status != order["ShippingStatus"]:
            order["ShippingStatus"] = status
            order["ShippingDateUtc"] = self.stamp
            touch = True
        if touch:
            order["UpdatedDateUtc"] = self.stamp
        self.store.changed(order)

    def add_item(self, fulfillment: Row, item: Row, quantity: int) -> Row:
        """Puts units like these into a fulfillment, with those of the same line and product."""
        rows: list[Row] = fulfillment["Items"]
        for other in rows:
            if all(other[name] == item[name] for name in MERGED):
                other["Quantity"] += quantity
                return other
        key = self.store.next_id("FulfillmentItems")
        row = {**item, "ID": key, "FulfillmentID": fulfillment["ID"], "Quantity": quantity}
        rows.append(row)
        return row


def status_of(order: Row) -> str | None:
    """The shipping status that follows from the fulfillments and cancellations (inferred)."""
    present: str | None = order["ShippingStatus"]
    left, gone = remaining(order), shipped(order)
    if gone.total():
        return "PartiallyShipped" if left.total() else "Shipped"
    if left.total():
        return "PendingShipment" if present == "PendingShipment" else "Unshipped"
    statuses = {row["DeliveryStatus"] for row in order["Fulfillments"] if row["Items"]}
    if statuses == {"ThirdPartyManaged"}:
        return "ThirdPartyManaged"
    ended = "Canceled" in statuses or any(cancelled(line) for line in order["Items"])
    return "Canceled" if ended else present


def drop(fulfillment: Row, item: Row, quantity: int) -> None:
    """Takes units out of a fulfillment item, and the item out where none are left."""
    item["Quantity"] -= quantity
    fulfillment["Items"] = [row for row in fulfillment["Items"] if row["Quantity"]]
