"""An order as a site stores it, under our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class StoredLine:
    """`bundle` is the bundle number that this component line came from, `host_id` the host's.

    picked + short <= quantity and packed <= picked. `told_picked` and `told_packed` are what the
    messages before said.
    """

    number: int
    item: str
    quantity: int
    host_id: str | None = None
    bundle: str | None = None
    picked: int = 0
    short: int = 0
    packed: int = 0
    short_reason: str | None = None
    told_picked: int = 0
    told_packed: int = 0

    @property
    def open(self) -> int:
        """What nobody has picked or given up."""
        return self.quantity - self.picked - self.short

    def start_again(self) -> None:
        """Forgets picks and packs, and what was told of them."""
        self.picked = self.short = self.packed = self.told_picked = self.told_packed = 0
        self.short_reason = None


@dataclass(slots=True, kw_only=True)
class StoredBox:
    """`contents` are [line number, quantity]; `told` once a pack message had it."""

    id: str
    contents: list[list[int]]
    type: str | None = None
    weight: float | None = None
    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None
    told: bool = False


@dataclass(slots=True, kw_only=True)
class StoredOrder:
    """`status` is our word; `header` the other members, under our words; times are ISO texts.

    `tracking` are the numbers of the order itself; a box has its own.
    """

    number: str
    status: str
    area: str | None
    created: str
    modified: str
    lines: list[StoredLine]
    header: dict[str, Any] = field(default_factory=dict)
    batch: str | None = None
    started: str | None = None
    completed: str | None = None
    packed: str | None = None
    verified: str | None = None
    boxes: list[StoredBox] = field(default_factory=list)
    tracking: list[str] = field(default_factory=list)

    @property
    def locked(self) -> bool:
        """Documented: a batched order is locked against deletion. Inferred: so is a started one."""
        return self.batch is not None or self.status not in {"available", "hold"}

    @property
    def all_tracking(self) -> list[str]:
        """The order's numbers and its boxes', each once."""
        found = [*self.tracking, *(box.tracking for box in self.boxes if box.tracking)]
        return list(dict.fromkeys(found))

    def line(self, number: int) -> StoredLine:
        """The line of that number, from 1."""
        return self.lines[number - 1]

    def start_again(self) -> None:
        """Documented: resetting all picks starts an order again from the beginning."""
        for line in self.lines:
            line.start_again()
        self.status = "available"
        self.boxes = []
        self.started = self.completed = self.packed = self.verified = None


def order_of(value: Mapping[str, Any]) -> StoredOrder:
    """An order from its JSON form."""
    lines = [StoredLine(**line) for line in value["lines"]]
    boxes = [StoredBox(**box) for box in value.get("boxes", [])]
    return StoredOrder(**{**value, "lines": lines, "boxes": boxes})
