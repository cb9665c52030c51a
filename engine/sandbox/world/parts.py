"""Which share of an order each linked DC has to send, counted from the order's own records.

One order over two linked DCs is two parts. A quantity is open while its fulfillment is in none of
the states below; what was cancelled is taken off where one DC alone holds the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.sandbox.world.customers import Customer, Destination

Row = Mapping[str, Any]
NOT_OPEN = frozenset({"Complete", "InTransit", "Canceled", "ThirdPartyManaged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a line is made of in one part: (SKU, quantity, how many of it one bundle holds)."""

    line: Row
    pieces: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One linked DC's share; `torn` when a cancelled line of it is open in several DCs."""

    link: Destination
    contents: tuple[Content, ...]
    torn: bool


def is_bad(line: Row) -> bool:
    """A line that no warehouse can store: without SKU, or of quantity 0."""
    return not (line["Sku"] or "").strip() or line["Quantity"] <= 0


def shippable(order: Row, customer: Customer) -> list[Row]:
    """The lines that are goods to this customer."""
    return [line for line in order["Items"] if line["Sku"] not in customer.non_shippable]


def parts_of(order: Row, customer: Customer) -> list[Part]:
    """One part for each linked DC with an open quantity of a good line."""
    lines = [line for line in shippable(order, customer) if not is_bad(line)]
    opened = [box for box in order["Fulfillments"] if box["DeliveryStatus"] not in NOT_OPEN]
    parts = (_part(link, lines, opened) for link in customer.links)
    return [part for part in parts if part.contents]


def _part(link: Destination, lines: Iterable[Row], opened: list[Row]) -> Part:
    contents, torn = [], False
    for line in lines:
        by_dc = _open_by_dc(line, opened)
        here = by_dc.get(link.dc, {})
        cancelled = _cancelled(line)
        if here and cancelled and len(by_dc) > 1:
            torn = True
            cancelled = 0
        pieces = tuple(
            (sku, max(0, here.get(product, 0) - cancelled * per), per)
            for sku, product, per in _makeup(line)
        )
        if any(quantity for _, quantity, _ in pieces):
            contents.append(Content(line=line, pieces=pieces))
    return Part(link=link, contents=tuple(contents), torn=torn)


def _open_by_dc(line: Row, opened: Iterable[Row]) -> dict[int, dict[int, int]]:
    """DC -> product -> open quantity, of the DCs that have any of this line."""
    found: dict[int, dict[int, int]] = {}
    for box in opened:
        for item in box["Items"]:
            if item["OrderItemID"] == line["ID"] and item["Quantity"]:
                here = found.setdefault(box["DistributionCenterID"], {})
                here[item["ProductID"]] = here.get(item["ProductID"], 0) + item["Quantity"]
    return found


def _cancelled(line: Row) -> int:
    return sum(row["Quantity"] for row in line["Adjustments"] if row["Type"] == "Cancellation")


def _makeup(line: Row) -> list[tuple[str, int, int]]:
    """(SKU, product id, per bundle) of what is sent for a line: itself, or its components."""
    if not line["BundleComponents"]:
        return [(line["Sku"], line["ProductID"], 1)]
    return [
        (row["Sku"], row["ProductID"], row["Quantity"] // line["Quantity"])
        for row in line["BundleComponents"]
    ]
