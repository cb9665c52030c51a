"""The `stock` section of a ruleset: what of the floor's bookings the channel is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.model.pieces import Expression

StockWay = Literal["delta", "report", "ignore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRule:
    """Bookings for which `when` is true go this way, whatever their kind's way is."""

    name: str
    when: Expression
    way: StockWay


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRules:
    """`source` has the floor, `sink` is told.

    `ways` are by kind of booking: put, pull, count, putaway, move, and pick for what is picked of
    orders that are not the channel's. Of a move, `delta` is minus where it came from and plus where
    it went.

    `put_backs` are reason codes of bookings that only bring back what was never told to be gone.
    `net`: what waits of one product goes out as one change. `product_field` is the member of an
    item (`customField1`) that holds the channel's product id.
    """

    source: str
    sink: str
    ways: Mapping[str, StockWay]
    put_backs: frozenset[str] = frozenset()
    rules: tuple[StockRule, ...] = ()
    net: bool = True
    product_field: str | None = None
