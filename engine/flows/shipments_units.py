"""Counting: which units lie in each parcel, and which lines of the channel they complete.

A split bundle goes back as whole bundles: the minimum over its components of what all warehouse
orders of the line have, sent with the parcel that completes it. The rest is carried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.shipments import CompiledShipments
from engine.flows.shipments_facts import left, recipe
from engine.flows.shipments_parcels import Content, Parcel
from engine.flows.shipments_slots import Owners, Slot
from engine.flows.shipments_told import Told, Unit
from engine.model.order import Line, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a parcel comes to: the units in it, the lines to tell, and the items that are not of
    the order.
    """

    parcel: Parcel
    units: Mapping[Unit, int]
    lines: Mapping[str, int]
    strange: tuple[str, ...] = ()


class Book:
    """The running count over all parcels of one order of the channel, told ones first."""

    def __init__(self, recipes: Mapping[str, Mapping[str, int]], told: Iterable[Told]) -> None:
        """`recipes`: line -> component -> how many one bundle holds."""
        self._recipes = recipes
        self.units: Counter[Unit] = Counter()
        self.lines: Counter[str] = Counter()
        for one in told:
            self.units.update(one.units)
            self.lines.update(one.lines)

    def elsewhere(self, units: Mapping[Unit, int]) -> None:
        """Components that left from where we have no order."""
        self.units.update(units)

    def add(self, parcel: Parcel, owners: Owners, used: Counter[Unit]) -> Share:
        """Counts a parcel that was not told. `used` are the units of its warehouse order that
        were given to slots before; this parcel's are added.
        """
        units: Counter[Unit] = Counter()
        strange = []
        for content in parcel.contents:
            slots = owners.of(content.item, content.line, content.host_id)
            if not slots:
                strange.append(content.item)
            for unit, quantity in _filled(slots, content, used):
                units[unit] += quantity
                used[unit] += quantity
        self.units.update(units)
        lines = dict(self._completed(units))
        self.lines.update(lines)
        return Share(parcel=parcel, units=units, lines=lines, strange=tuple(strange))

    def _completed(self, units: Mapping[Unit, int]) -> Iterator[tuple[str, int]]:
        for line in dict.fromkeys(line for line, _ in units):
            if line in self._recipes:
                quantity = self.whole(line) - self.lines[line]
            else:
                quantity = sum(n for (mine, _), n in units.items() if mine == line)
            if quantity > 0:
                yield line, quantity

    def whole(self, line: str) -> int:
        """How many whole bundles of a line there are by now."""
        per = self._recipes[line]
        return min(self.units[line, item] // n for item, n in per.items())

    def carried(self, line: str) -> Iterator[tuple[str, int]]:
        """Item and quantity of what is there of a line's bundles and cannot be told."""
        for item, per in self._recipes.get(line, {}).items():
            over = self.units[line, item] - per * self.lines[line]
            if over > 0:
                yield item, over


def _filled(
    slots: Sequence[Slot], content: Content, used: Mapping[Unit, int]
) -> Iterator[tuple[Unit, int]]:
    """Fills the slots in their order; what is too much goes to the last one, to be refused."""
    rest = content.quantity
    for at, slot in enumerate(slots):
        last = at == len(slots) - 1
        quantity = rest if last else min(rest, max(0, slot.quantity - used[slot.unit]))
        if quantity:
            yield slot.unit, quantity
        rest -= quantity


def recipes_of(
    compiled: CompiledShipments, order: Order, slots: Iterable[Slot]
) -> tuple[dict[str, dict[str, int]], Counter[Unit]]:
    """The recipe of each split bundle, and what left of it from where we have no order.

    The recipe is that of the day of the order. A component that none of our orders has, and that
    the channel still has in a fulfillment of the line, is sent by somebody else, or by a part
    that is not bound yet: without it no bundle is whole.
    """
    recipes: dict[str, dict[str, int]] = {}
    for slot in slots:
        if slot.per is not None and slot.per > 0:
            recipes.setdefault(slot.line, {})[slot.unit[1]] = slot.per
    foreign: Counter[Unit] = Counter()
    for line in order.lines:
        if line.id in recipes:
            missing = _missing(order, line, recipes[line.id])
            recipes[line.id].update(missing)
            foreign.update(_left_elsewhere(compiled, order, line, missing))
    return recipes, foreign


def _missing(order: Order, line: Line, known: Mapping[str, int]) -> dict[str, int]:
    items = (item for one in order.allocations for item in one.items if item.line == line.id)
    allocated = {(item.sku or "").casefold() for item in items}
    return {sku: per for sku, per in recipe(line).items() if sku not in known and sku in allocated}


def _left_elsewhere(
    compiled: CompiledShipments, order: Order, line: Line, missing: Mapping[str, int]
) -> Counter[Unit]:
    units: Counter[Unit] = Counter()
    for one in left(compiled, order):
        for item in one.items:
            sku = (item.sku or "").casefold()
            if item.line == line.id and sku in missing:
                units[line.id, sku] += item.quantity
    return units
