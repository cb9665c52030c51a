"""What a warehouse has picked and packed of an order, and what a channel is told of it.

Quantities are in each and cumulative: what was picked or packed so far, not what is new. Times are
UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLine:
    """One stored line. `host_id` is the channel's line id, None where the site hides it."""

    number: str
    host_id: str | None
    item: str
    requested: int
    picked: int
    packed: int
    short: int = 0
    bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxContent:
    """So much of an item in a box; `line` and `host_id` are None where the site leaves them out."""

    item: str
    quantity: int
    line: str | None = None
    host_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One closed box. Carrier, service and tracking stand empty until a shipping system writes."""

    id: str
    contents: tuple[BoxContent, ...]
    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProgress:
    """How far the warehouse is with one order.

    `state` is our word: available, hold, in-process, complete or unknown; `locked`: nobody but a
    person may delete it any more. `raw` is the site's own record.
    """

    number: str
    state: str
    locked: bool
    packed: bool
    area: str | None
    lines: tuple[ProgressLine, ...]
    boxes: tuple[Box, ...] = ()
    tracking: tuple[str, ...] = ()
    picked_at: datetime | None = None
    packed_at: datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedLine:
    """So many units (of a bundle: whole bundles) of one line of the channel's order."""

    line: str
    sku: str | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredShipment:
    """One shipment to be told. `marker` is how it is found again; `lines` are never empty.

    Carrier and class are both given or both None. `dc` is the channel's id of the origin.
    """

    order: str
    marker: str
    shipped_at: datetime
    dc: int
    lines: tuple[ShippedLine, ...]
    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredTracking:
    """Tracking that came after its shipment was told, for the same fulfillment."""

    fulfillment: str
    tracking: str
    carrier: str | None = None
    service: str | None = None


ShipAt = Literal["picking", "packing"]
