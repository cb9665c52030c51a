"""The `shipments` section of a ruleset: what a channel is told of what a warehouse sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from engine.model.shipment import ShipAt


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingRule:
    """So long a shipment waits for its tracking number, and what happens then."""

    wait: timedelta
    then: Literal["send", "hold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRules:
    """`source` and `sink` are connections: the warehouse that orders go to, and their channel.

    `level`: a shipment for each box, or one for all that a warehouse order has to tell. `carriers`
    maps `carrier/service`, as a box says them, to the channel's own pair. `shipped` are statuses
    of fulfillments whose units have left, `cancelled` shipping statuses of an order that was
    called off. Every `catch_up` orders are also read by the time of their last change, so far
    behind the last such look as `overlap` says.
    """

    source: str
    sink: str
    at: ShipAt
    level: Literal["line", "order"]
    tracking: TrackingRule | None
    carriers: Mapping[str, tuple[str, str]]
    no_carrier: Literal["send", "hold"]
    shipped: frozenset[str]
    cancelled: frozenset[str]
    overlap: timedelta
    catch_up: timedelta
