"""Inventory Discrepancy: what lies in the warehouse against what the channel can sell, and why.

`difference` is always warehouse less channel, in each: positive where more lies on the shelves
than the channel has available. The causes of a row and its `unexplained` sum to its difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Cause(StrEnum):
    """Why both figures may differ and nothing is wrong. Reports list causes in this order."""

    CHECKOUT = "pending-checkout"
    PAYMENT = "pending-payment"
    OPEN_ALLOCATION = "open-allocation"
    HELD = "held"
    NOT_DOWNLOADED = "not-downloaded"
    DELETED = "deleted-there"
    NOT_PICKED = "not-picked"
    NOT_PACKED = "picked-not-packed"
    CANCELLED = "picked-and-cancelled"
    NOT_PICKED_HERE = "shipped-not-picked"
    FOREIGN_PICKS = "foreign-picks"
    PUTAWAY = "put-aways"
    DELTAS = "deltas-waiting"
    NOT_TOLD = "not-told"
    IN_FLIGHT = "in-flight"
    IN_DOUBT = "in-doubt"
    DUPLICATE = "duplicate-sku"
    MOVING = "changed-while-read"


How = Literal["certain", "up-to", "either"]
"""`certain`: exactly so many units. `up-to`: so many or fewer, nobody can tell. `either`: all of
them or none, as with a call whose answer is lost.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one cause makes of one SKU's difference in one DC; `units` are signed.

    `off` are units that are picked and not shipped yet: they lie on no shelf and the channel still
    holds them back, so that they are no part of any difference.
    """

    cause: Cause
    units: int
    how: How = "certain"
    off: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The DC of a link: its id, its code (or the id as a text), and the profile that is told."""

    dc: int
    code: str
    link: str
    profile: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One SKU in one DC. `causes` are the ones that count here, signed; `apportioned` those of
    them that are known for the product or as a limit only. `picked` is what is picked and not
    shipped, `elsewhere` what lies in areas that no link has; both are no part of the difference.
    `pending` is all that the channel holds back of the product, by what it waits for.
    """

    sku: str
    product: str
    dc: int
    code: str
    link: str
    on_hand: int
    available: int
    causes: Mapping[Cause, int] = field(default_factory=dict)
    apportioned: tuple[Cause, ...] = ()
    picked: int = 0
    elsewhere: int = 0
    pending: tuple[int, ...] = ()

    @property
    def difference(self) -> int:
        """Warehouse less channel."""
        return self.on_hand - self.available

    @property
    def unexplained(self) -> int:
        """What no cause accounts for."""
        return self.difference - sum(self.causes.values())


@dataclass(slots=True, kw_only=True)
class Totals:
    """What was compared. `left_out` counts products by why they were not: bundle, parent,
    infinite; `strange` items that lie in a linked area and are no product of its profile.
    """

    rows: int = 0
    agree: int = 0
    explained: int = 0
    unexplained: int = 0
    units: int = 0
    strange: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    causes: dict[Cause, int] = field(default_factory=dict)
    on_hand: int = 0
    available: int = 0

    def add(self, row: Row) -> None:
        """Counts one row; `units` are those that nothing explains, whatever their sign."""
        self.rows += 1
        self.on_hand += row.on_hand
        self.available += row.available
        self.units += abs(row.unexplained)
        if row.unexplained:
            self.unexplained += 1
        elif row.difference or row.causes:
            self.explained += 1
        else:
            self.agree += 1
        for cause, units in row.causes.items():
            self.causes[cause] = self.causes.get(cause, 0) + units


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """The outcome: rows that differ or have causes, worst first, once; the sums of all that were
    compared, and the sums of each DC by its code.
    """

    customer: str
    at: datetime
    totals: Totals
    centers: Mapping[str, Totals]
    rows: Iterator[Row]
