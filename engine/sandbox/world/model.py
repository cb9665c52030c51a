"""What a generated world is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedOrder:
    """One order that must be in the warehouse when everything has been sent.

    `order` is the ChannelAdvisor id. `lines` are (host line id, item, quantity) as stored: a bundle
    left to the warehouse is there as its components. `fields` are the mapped header members under
    the profile's words (customField1, shipMethod, notes), `ship_to` those of the address; a member
    that is not in them has no value. The recipient's name is left out where a part of it is null.
    """

    order: int
    number: str
    area: str
    status: Literal["available", "hold"]
    lines: tuple[tuple[str, str, int], ...]
    fields: Mapping[str, str]
    ship_to: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Seeded states of both systems, and what a correct integration makes of them.

    `channeladvisor` and each of `sites` are what the two sandboxes take. `reasons` counts, per
    customer, the orders (or parts of orders) that must not arrive, by why: `filtered:`,
    `skipped:`, `held:`, `dropped:`. `specials` names the orders that show one thing each.
    """

    channeladvisor: dict[str, Any]
    sites: dict[str, dict[str, Any]]
    expected: dict[str, list[ExpectedOrder]]
    reasons: dict[str, Counter[str]]
    specials: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A quantity of a line in one DC; shares of one DC, status and box make one fulfillment."""

    dc: int
    quantity: int
    status: str = "NoChange"
    box: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSketch:
    """One order line; of a bundle, all quantities are in bundles."""

    sku: str | None
    quantity: int
    shares: tuple[Share, ...]
    cancelled: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An invented person to send to."""

    first: str | None = "Dana"
    last: str | None = "O'Neil"
    company: str | None = None
    address1: str | None = "12 Sample Way"
    address2: str | None = None
    city: str | None = "Raleigh"
    state: str | None = "NC"
    postal_code: str | None = "27601"
    country: str | None = "US"
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSketch:
    """An order before it has ids, stamps and all the members that the real one has."""

    profile: int
    lines: tuple[LineSketch, ...]
    label: str = ""
    shipping: str = "Unshipped"
    payment: str = "Cleared"
    checkout: str = "Completed"
    site: int = 640
    site_order: str | None = "auto"
    tags: str | None = None
    instructions: str | None = None
    shipping_class: str | None = "Standard"
    total: float | None = None
    old: bool = False
    recipient: Recipient = field(default_factory=Recipient)


def one(sku: str | None, quantity: int, dc: int, **more: int) -> LineSketch:
    """A line that one DC sends in one box."""
    return LineSketch(sku=sku, quantity=quantity, shares=(Share(dc=dc, quantity=quantity),), **more)


def spread(sku: str, *shares: Share, **more: int) -> LineSketch:
    """A line over several fulfillments."""
    quantity = sum(share.quantity for share in shares)
    return LineSketch(sku=sku, quantity=quantity, shares=shares, **more)
