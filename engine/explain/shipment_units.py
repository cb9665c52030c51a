"""What the units of a line of a shipment are counted from, as the flow counts them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.explain.sources import Source
from engine.flows.shipments_facts import left
from engine.flows.shipments_parcels import Content, Parcel
from engine.flows.shipments_slots import Owners, Slot, owners_of
from engine.flows.shipments_told import Told
from engine.flows.shipments_units import Share
from engine.flows.shipments_view import Counted, View
from engine.model.shipment import OrderProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Where the units of one parcel, and for a bundle of all before it, come from."""

    view: View
    counted: Counted
    share: Share
    seen: OrderProgress
    owners: Owners

    def is_bundle(self, line: str) -> bool:
        """Whether a line goes back as whole bundles."""
        slots = (slot for one in self.view.parts for slot in one.slots)
        return any(slot.line == line and slot.per is not None for slot in slots)

    def sources(self, line: str) -> Iterator[Source]:
        """All that the units of a line in this parcel hang on, each once."""
        every = self._of_bundle(line) if self.is_bundle(line) else self.in_parcel(line)
        yield from {one.path: one for one in every}.values()

    def reached(self) -> Iterator[Source]:
        """How far each stored line of a parcel without a box is, and how far it was told."""
        for line in self.share.parcel.reach or {}:
            yield from self._so_far(line)
        yield from self._told_before()

    def _of_bundle(self, line: str) -> Iterator[Source]:
        """Its components in this parcel and in all before it, and what was told of it."""
        for counted in self.view.parts:
            seen = counted.part.shown
            if seen is None:
                continue
            for share in counted.shares:
                mine = units_of(self.view, counted, share, seen)
                yield from mine.in_parcel(line)
                if share is self.share:
                    break
            yield from _recipe(counted, line)
            if counted is self.counted:
                break
        yield from self._told(line)
        yield from self._elsewhere(line)

    def in_parcel(self, line: str) -> Iterator[Source]:
        """What the units of a line in this parcel alone hang on."""
        parcel = self.share.parcel
        mine = [content for content in parcel.contents if self._is_of(content, line)]
        if parcel.reach is None:
            yield from self._in_box(parcel, mine, line)
        else:
            for content in mine:
                yield from self._so_far(str(content.line))
                yield from self._stored(content)
            yield from self._told_before()
        for content in mine:
            yield from self._sent(content, line)

    def _in_box(self, parcel: Parcel, mine: list[Content], line: str) -> Iterator[Source]:
        at, box = next((at, one) for at, one in enumerate(self.seen.boxes) if one.id == parcel.id)
        note = f"box {box.id} of {self.seen.number}"
        for index, row in enumerate(box.contents):
            content = next((one for one in mine if _is_row(one, row)), None)
            if content is None:
                continue
            path = f"progress.boxes[{at}].contents[{index}]"
            yield Source(path=f"{path}.quantity", value=row.quantity, note=note)
            stored = row.line is not None and row.line in self.owners.by_line
            if stored:
                yield from self._stored(content)
            if stored and len(self._slots(content)) > 1:  # Else its item alone would say whose.
                yield Source(path=f"{path}.line", value=row.line)
            if not stored:
                yield Source(path=f"{path}.item", value=row.item)
            if not stored and row.host_id is not None:
                yield Source(path=f"{path}.host_id", value=row.host_id)

    def _stored(self, content: Content) -> Iterator[Source]:
        """The warehouse's own line says whose its units are."""
        for at, one in enumerate(self.seen.lines):
            if one.number == content.line:
                yield Source(path=f"progress.lines[{at}].item", value=one.item)
                if one.host_id is not None:
                    yield Source(path=f"progress.lines[{at}].host_id", value=one.host_id)
                if len(self._slots(content)) > 1:
                    yield Source(path=f"progress.lines[{at}].requested", value=one.requested)

    def _so_far(self, number: str) -> Iterator[Source]:
        name = "picked" if self.view.compiled.rules.at == "picking" else "packed"
        for at, one in enumerate(self.seen.lines):
            if one.number == number:
                note = f"line {one.number} of {self.seen.number}"
                value = getattr(one, name)
                yield Source(path=f"progress.lines[{at}].{name}", value=value, note=note)

    def _told_before(self) -> Iterator[Source]:
        for one in self.counted.told:
            if one.reach is not None:
                yield _shipment(one, "reach", dict(one.reach))

    def _told(self, line: str) -> Iterator[Source]:
        for one in self.view.told:
            units = {item: n for (mine, item), n in one.units.items() if mine == line}
            if units:
                yield _shipment(one, "units", units)

    def _sent(self, content: Content, line: str) -> Iterator[Source]:
        """The row of what was sent to the warehouse; how many of it where several may be meant."""
        several = len(self._slots(content)) > 1
        for at, row in enumerate(self.counted.part.binding.composition):
            if str(row["line"]) != line or str(row["item"]).casefold() not in self._names(content):
                continue
            path = f"binding.composition[{at}]"
            yield Source(path=f"{path}.line", value=row["line"])
            yield Source(path=f"{path}.item", value=row["item"])
            if several:
                yield Source(path=f"{path}.quantity", value=row["quantity"])

    def _names(self, content: Content) -> set[str]:
        """The item, and the bundle that the warehouse split into it."""
        stored = (one for one in self.seen.lines if one.number == content.line)
        bundles = {one.bundle.casefold() for one in stored if one.bundle}
        return {content.item.casefold(), *bundles}

    def _elsewhere(self, line: str) -> Iterator[Source]:
        """Components that none of our orders has: somebody else sends them."""
        ours = {slot.unit[1] for one in self.view.parts for slot in one.slots if slot.line == line}
        for index, allocation in enumerate(self.view.order.allocations):
            for at, item in enumerate(allocation.items):
                if item.line == line and (item.sku or "").casefold() not in ours:
                    path = f"allocations[{index}].items[{at}].quantity"
                    if allocation in left(self.view.compiled, self.view.order):
                        yield Source(path=path, value=item.quantity, note="it left from elsewhere")

    def _slots(self, content: Content) -> Sequence[Slot]:
        return self.owners.of(content.item, content.line, content.host_id)

    def _is_of(self, content: Content, line: str) -> bool:
        return any(slot.line == line for slot in self._slots(content))


def units_of(view: View, counted: Counted, share: Share, seen: OrderProgress) -> Units:
    """Of one parcel; `seen` is what its warehouse order shows."""
    owners = owners_of(counted.slots, seen)
    return Units(view=view, counted=counted, share=share, seen=seen, owners=owners)


def _recipe(counted: Counted, line: str) -> Iterator[Source]:
    for at, row in enumerate(counted.part.binding.composition):
        if str(row["line"]) == line and row["per"] is not None:
            yield Source(path=f"binding.composition[{at}].per", value=row["per"])


def _shipment(told: Told, what: str, value: object) -> Source:
    note = f"told before as {told.marker}"
    return Source(path=f"told.{told.parcel}.{what}", value=value, note=note)


def _is_row(content: Content, row: object) -> bool:
    names = ("item", "quantity", "line", "host_id")
    return all(getattr(content, name) == getattr(row, name) for name in names)
