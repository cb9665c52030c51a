"""The canonical order: what every source adapter builds and every flow reasons about.

Its JSON form is `schemas/records/order.schema.json`. Quantities are in each, times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of a bundle line; `quantity` is for the whole line, not per bundle."""

    sku: str | None
    quantity: int
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, identified by `id` alone: a SKU may stand on several lines of one order.

    `cancelled` is the quantity that line adjustments took away again.
    """

    id: str
    sku: str | None
    quantity: int
    cancelled: int = 0
    bundle: bool = False
    components: tuple[Component, ...] = ()
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatedItem:
    """A share of a line (or of one component of it) inside an allocation."""

    line: str
    sku: str | None
    quantity: int
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What one distribution center (DC) is to send of the order; `status` is the source's word.

    `dc` is the source's id (it may be 0 or negative), `dc_code` its stable code when known.
    `marker` is what we wrote on one that we shipped, `tracking` the one number that it holds.
    """

    id: str
    dc: int
    dc_code: str | None
    status: str
    items: tuple[AllocatedItem, ...] = ()
    marker: str | None = None
    tracking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as read; `raw` is the source's own record, kept for the customer's expressions."""

    key: str
    profile: int
    created: datetime
    updated: datetime
    shipping: str
    payment: str
    checkout: str
    site: str | None = None
    site_id: int | None = None
    tags: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs of its lines, without repeats, in order."""
        return tuple(dict.fromkeys(line.sku for line in self.lines if line.sku))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that its source could not make canonical, and why: it must not stop the rest."""

    key: str
    why: str
