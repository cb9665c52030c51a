"""What was sent to the warehouse, line by line, against what it stores: whose a picked unit is.

The composition that was stored with the order rules, not today's recipe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.flows.shipments_facts import BoundPart
from engine.flows.shipments_told import Unit
from engine.model.shipment import OrderProgress, ProgressLine

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """So many of an item belong to a line of the channel; `per` of them make one bundle, None
    where the line is no bundle that was split.
    """

    line: str
    item: str
    quantity: int
    per: int | None = None

    @property
    def unit(self) -> Unit:
        """Under which units of it are counted."""
        return (self.line, self.item.casefold())


def slots_of(part: BoundPart) -> list[Slot]:
    """The slots of a warehouse order, in the order of its lines as they were sent."""
    rows = part.binding.composition
    stored = part.shown.lines if part.shown else ()
    found: dict[Unit, Slot] = {}
    for row in rows:
        for slot in _of_row(row, rows, stored):
            before = found.get(slot.unit)
            found[slot.unit] = slot if before is None else _both(before, slot)
    return list(found.values())


def _both(one: Slot, other: Slot) -> Slot:
    """A component that stands twice in a recipe."""
    per = one.per + other.per if one.per is not None and other.per is not None else one.per
    return Slot(line=one.line, item=one.item, quantity=one.quantity + other.quantity, per=per)


def _of_row(row: Row, rows: Sequence[Row], stored: Sequence[ProgressLine]) -> list[Slot]:
    line, item, quantity = str(row["line"]), str(row["item"]), int(row["quantity"])
    if row["per"] is None:
        split = _split_there(item, rows, stored)
        if split:
            return [
                Slot(line=line, item=name, quantity=per * quantity, per=per)
                for name, per in split.items()
            ]
    return [Slot(line=line, item=item, quantity=quantity, per=row["per"])]


def _split_there(item: str, rows: Sequence[Row], stored: Sequence[ProgressLine]) -> dict[str, int]:
    """Component -> how many one bundle holds, of a bundle that the warehouse split itself."""
    spoken = item.casefold()
    requested = Counter[str]()
    for one in stored:
        if (one.bundle or "").casefold() == spoken and one.item.casefold() != spoken:
            requested[one.item] += one.requested
    bundles = sum(
        int(row["quantity"])
        for row in rows
        if row["per"] is None and str(row["item"]).casefold() == spoken
    )
    return {name: quantity // bundles for name, quantity in requested.items() if bundles}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Which slots a picked unit may belong to: by the stored line's number, else by its item."""

    slots: Sequence[Slot]
    by_line: Mapping[str, Sequence[Slot]]

    def of(self, item: str, line: str | None, host_id: str | None) -> Sequence[Slot]:
        """The slots that so many of an item may fill, in their order; none: it is not ours."""
        if line is not None and line in self.by_line:
            return self.by_line[line]
        return _candidates(self.slots, item, host_id)


def owners_of(slots: Sequence[Slot], progress: OrderProgress) -> Owners:
    """Finds the slot of each stored line.

    A site that hides the channel's line ids has its lines in the order in which they were sent.
    So of two slots of one item a line takes the first free one of its quantity, else the first
    free one: the same on every day.
    """
    taken: set[Unit] = set()
    by_line: dict[str, Sequence[Slot]] = {}
    for one in progress.lines:
        found = _candidates(slots, one.item, one.host_id)
        free = [slot for slot in found if slot.unit not in taken]
        exact = [slot for slot in free if slot.quantity == one.requested]
        chosen = (exact or free)[:1]
        taken.update(slot.unit for slot in chosen)
        # What is left over of a line may belong to another of its item.
        by_line[one.number] = [*chosen, *(slot for slot in found if slot not in chosen)]
    return Owners(slots=slots, by_line=by_line)


def _candidates(slots: Iterable[Slot], item: str, host_id: str | None) -> list[Slot]:
    spoken = item.casefold()
    return [slot for slot in slots if slot.unit[1] == spoken and host_id in (None, slot.line)]
