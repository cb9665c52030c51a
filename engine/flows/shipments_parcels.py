"""What of a warehouse order can be told: its closed boxes, or how far its lines are.

A part that was begun without boxes ends without them, whatever the ruleset says meanwhile: its
boxes hold what was told already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.flows.shipments_facts import BoundPart
from engine.flows.shipments_told import Told
from engine.model.rules_shipments import ShipmentRules
from engine.model.shipment import Box, OrderProgress, ProgressLine

LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """So many of an item in a parcel, with the stored line and the channel's where they show."""

    item: str
    quantity: int
    line: str | None = None
    host_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One shipment to be. `id` is the box, or the range of each stored line that it covers."""

    id: str
    contents: tuple[Content, ...]
    at: datetime | None
    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None
    reach: Mapping[str, int] | None = None

    @property
    def name(self) -> str:
        """As people call it."""
        return f"box {self.id}" if self.reach is None else "what was picked"

    @property
    def items(self) -> tuple[tuple[str, int], ...]:
        """Its contents by item, to be compared with what was told of it."""
        return tuple(sorted((one.item.casefold(), one.quantity) for one in self.contents))


def parcels_of(
    part: BoundPart, told: Sequence[Told], used: frozenset[str], rules: ShipmentRules
) -> list[Parcel]:
    """The parcels of a part that are ready, also those that were told: boxes in their order, or
    one of what the lines have more than was told. `used` are tracking numbers that were told.
    """
    seen = part.shown
    if seen is None:
        return []
    begun = [one for one in told if one.reach is not None]
    boxes = rules.at == "packing" and rules.level == "line" and seen.boxes
    if begun or not (boxes or any(one.reach is None for one in told)):
        return _of_lines(seen, reached(begun), used, rules)
    return [_of_box(seen, box) for box in seen.boxes]


def numbers_of(seen: OrderProgress) -> tuple[str, ...]:
    """Every tracking number of a warehouse order, those of its boxes first."""
    boxes = [box.tracking for box in seen.boxes if box.tracking]
    return tuple(dict.fromkeys([*boxes, *seen.tracking]))


def carriage(seen: OrderProgress, tracking: str | None) -> tuple[str | None, str | None]:
    """Carrier and service of the box with that number, else of the first that names a carrier."""
    boxes = [box for box in seen.boxes if box.tracking == tracking and tracking]
    named = [box for box in (boxes or seen.boxes) if box.carrier]
    return (named[0].carrier, named[0].service) if named else (None, None)


def _of_box(seen: OrderProgress, box: Box) -> Parcel:
    contents = [
        Content(item=one.item, quantity=one.quantity, line=one.line, host_id=one.host_id)
        for one in box.contents
        if one.quantity > 0
    ]
    return Parcel(
        id=box.id,
        contents=tuple(contents),
        at=seen.packed_at or seen.picked_at,
        carrier=box.carrier,
        service=box.service,
        tracking=box.tracking or _of_order(seen),
    )


def _of_order(seen: OrderProgress) -> str | None:
    """A label that was made before packing is for the order, and there is one: documented."""
    free = [number for number in seen.tracking if number not in {b.tracking for b in seen.boxes}]
    return free[0] if len(free) == 1 and len(seen.boxes) == 1 else None


def _of_lines(
    seen: OrderProgress, before: Mapping[str, int], used: frozenset[str], rules: ShipmentRules
) -> list[Parcel]:
    ready = seen.state == "complete" if rules.at == "picking" else seen.packed
    now = {line.number: _so_far(line, rules) for line in seen.lines}
    more = [line for line in seen.lines if now[line.number] > before.get(line.number, 0)]
    if not ready or not more:
        return []
    tracking = next((number for number in numbers_of(seen) if number not in used), None)
    carrier, service = carriage(seen, tracking)
    parcel = Parcel(
        id=_range(more, before, now),
        contents=tuple(_beyond(line, before, now) for line in more),
        at=seen.picked_at if rules.at == "picking" else seen.packed_at or seen.picked_at,
        carrier=carrier,
        service=service,
        tracking=tracking,
        reach={line.number: now[line.number] for line in more},
    )
    return [parcel]


def reached(told: Iterable[Told]) -> dict[str, int]:
    """Stored line -> how far it was told without boxes."""
    far: dict[str, int] = {}
    for one in told:
        for line, quantity in (one.reach or {}).items():
            far[line] = max(far.get(line, 0), quantity)
    return far


def _so_far(line: ProgressLine, rules: ShipmentRules) -> int:
    return line.picked if rules.at == "picking" else line.packed


def _beyond(line: ProgressLine, before: Mapping[str, int], now: Mapping[str, int]) -> Content:
    more = now[line.number] - before.get(line.number, 0)
    return Content(item=line.item, quantity=more, line=line.number, host_id=line.host_id)


def _range(lines: Iterable[ProgressLine], before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """The cumulative range of each line, a hash of it where it is long: what a key is made of."""
    ranges = [f"{one.number}:{before.get(one.number, 0)}-{now[one.number]}" for one in lines]
    text = "+".join(ranges)
    if len(text) <= LONGEST:
        return text
    return "lines-" + hashlib.sha256(text.encode()).hexdigest()[:16]
