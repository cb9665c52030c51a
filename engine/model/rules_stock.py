"""The `stock` section of a ruleset: what of the floor's bookings the channel is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.model.pieces import Expression
from engine.model.stock import QuantityType

StockWay = Literal["delta", "report", "ignore"]
RuleWay = Literal["delta", "report", "ignore", "set"]
DoubtWay = Literal["person", "heal"]
SetQuantity = Literal["on-hand", "available"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRule:
    """Bookings for which `when` is true go this way, whatever their kind's way is."""

    name: str
    when: Expression
    way: RuleWay


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRules:
    """`source` has the floor, `sink` is told.

    `ways` are by kind of booking: put, pull, count, putaway, move, and pick for what is picked of
    orders that are not the channel's. Of a move, `delta` is minus where it came from and plus where
    it went.

    `put_backs` are reason codes of bookings that only bring back what was never told to be gone.
    `net`: what waits of one product goes out as one change. `product_field` is the member of an
    item (`customField1`) that holds the channel's product id.

    `set_quantity` is what lies in the warehouse that a rule with `set` sends, `set_type` how the
    channel is to understand it.

    `doubt` is who ends a change that may or may not have happened: a person, or a quantity that is
    set (heal).
    """

    source: str
    sink: str
    ways: Mapping[str, StockWay]
    put_backs: frozenset[str] = frozenset()
    rules: tuple[StockRule, ...] = ()
    net: bool = True
    product_field: str | None = None
    set_quantity: SetQuantity = "on-hand"
    set_type: QuantityType = "UnShipped"
    doubt: DoubtWay = "person"
