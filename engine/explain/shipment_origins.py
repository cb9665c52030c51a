"""What the members of a shipment come from: the boxes and lines of the warehouse order, what was
sent there, the channel's order, and the keys of the ruleset. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.explain.origins import Origin, Row
from engine.explain.places import Places
from engine.explain.shipment_units import units_of
from engine.explain.sources import Source
from engine.flows.orders_parts import same_dc
from engine.flows.shipments_parcels import Parcel
from engine.flows.shipments_units import Share
from engine.flows.shipments_view import Counted, View
from engine.model.shipment import Box, DesiredShipment, OrderProgress

Carried = tuple[str | None, str | None, str | None]
"""Carrier, class and tracking number, as the channel is told them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One parcel of a warehouse order, with all that it was counted from."""

    view: View
    counted: Counted
    share: Share
    seen: OrderProgress
    places: Places


def shipment_origins(one: Shown, desired: DesiredShipment) -> tuple[Origin, ...]:
    """Every member of a shipment that is told."""
    how = (desired.carrier, desired.service, desired.tracking)
    return (
        _marker(one, desired),
        _time(one, desired),
        _center(one, desired),
        *carriage_origins(one.share.parcel, one.seen, how, one.places),
        *_lines(one, desired),
    )


def carriage_origins(
    parcel: Parcel, seen: OrderProgress, how: Carried, places: Places
) -> Iterator[Origin]:
    """Carrier and class by the row of the ruleset, and the number that the box has."""
    told = box_at(seen, parcel)
    key = "/".join(filter(None, [parcel.carrier, parcel.service]))
    sources = tuple(_words(told, parcel, seen))
    for target, value in zip(("carrier", "service"), how, strict=False):
        if value is None:
            continue
        place = places.at("shipments", "carriers", key) or places.at("shipments", "carriers")
        row = Row(table="shipments.carriers", key=key, value=value, place=place)
        yield Origin(target=target, value=value, kind="rule", sources=sources, row=row)
    if how[2] is not None:
        yield Origin(
            target="tracking",
            value=how[2],
            kind="rule",
            text="the tracking number of the box",
            sources=tuple(_numbers(told, parcel, seen)),
        )


def box_at(seen: OrderProgress, parcel: Parcel) -> tuple[int, Box] | None:
    """The box that a parcel is, or whose label it takes; else the first that names a carrier."""
    boxes = list(enumerate(seen.boxes))
    own = [(at, box) for at, box in boxes if parcel.reach is None and box.id == parcel.id]
    label = [(at, box) for at, box in boxes if box.tracking and box.tracking == parcel.tracking]
    named = [(at, box) for at, box in boxes if box.carrier]
    return next(iter([*own, *label, *named]), None)


def _words(told: tuple[int, Box] | None, parcel: Parcel, seen: OrderProgress) -> Iterator[Source]:
    if told is not None:
        at, box = told
        note = f"box {box.id} of {seen.number}"
        yield Source(path=f"progress.boxes[{at}].carrier", value=parcel.carrier, note=note)
        yield Source(path=f"progress.boxes[{at}].service", value=parcel.service, note=note)


def _numbers(told: tuple[int, Box] | None, parcel: Parcel, seen: OrderProgress) -> Iterator[Source]:
    """A label that was made before packing is the order's own."""
    if told is not None and told[1].tracking == parcel.tracking:
        note = f"box {told[1].id} of {seen.number}"
        yield Source(path=f"progress.boxes[{told[0]}].tracking", value=parcel.tracking, note=note)
        return
    for at, number in enumerate(seen.tracking):
        if number == parcel.tracking:
            note = f"a label of {seen.number}, made before it was packed"
            yield Source(path=f"progress.tracking[{at}]", value=number, note=note)


def _marker(one: Shown, desired: DesiredShipment) -> Origin:
    binding, parcel = one.counted.part.binding, one.share.parcel
    at = [at for at, box in enumerate(one.seen.boxes) if box.id == parcel.id]
    box = (Source(path=f"progress.boxes[{at[0]}].id", value=parcel.id),) if at else ()
    return Origin(
        target="marker",
        value=desired.marker,
        kind="rule",
        text="made of the number, its revision and the box: by it the shipment is found again",
        sources=(
            Source(path="binding.number", value=binding.number),
            Source(path="binding.revision", value=binding.revision),
            *(box or units_of(one.view, one.counted, one.share, one.seen).reached()),
        ),
    )


def _time(one: Shown, desired: DesiredShipment) -> Origin:
    parcel, seen, rules = one.share.parcel, one.seen, one.view.compiled.rules
    packed = Source(path="progress.packed_at", value=_iso(seen.packed_at))
    picked = Source(path="progress.picked_at", value=_iso(seen.picked_at))
    if parcel.reach is not None and rules.at == "picking":
        sources: tuple[Source, ...] = (picked,)
    else:
        sources = (packed,) if seen.packed_at is not None else (packed, picked)
    return Origin(
        target="shipped_at",
        value=desired.shipped_at.isoformat(),
        kind="rule",
        text=f"shipments.at: {rules.at}",
        place=one.places.at("shipments", "at") or one.places.at("shipments"),
        sources=sources,
    )


def _center(one: Shown, desired: DesiredShipment) -> Origin:
    compiled, part, seen = one.view.compiled, one.counted.part, one.seen
    link = compiled.link(part.binding.link, seen.area)
    name = link.name if link is not None else part.binding.link
    sources = [Source(path="progress.area", value=seen.area)]
    if link is not None and isinstance(link.dc, str):
        found = [(at, a) for at, a in enumerate(one.view.order.allocations) if same_dc(link, a)]
        sources += [Source(path=f"allocations[{at}].dc", value=a.dc) for at, a in found[:1]]
        if not found:
            path = f"the channel's DCs: {link.dc}"
            sources.append(Source(path=path, value=desired.dc, note="its id"))
    return Origin(
        target="dc",
        value=desired.dc,
        kind="rule",
        text=f"links.{name}.dc",
        place=one.places.at("links", name, "dc") or one.places.at("links", name),
        sources=tuple(sources),
    )


def _lines(one: Shown, desired: DesiredShipment) -> Iterator[Origin]:
    """What puts a line into the shipment is named with its quantity."""
    units = units_of(one.view, one.counted, one.share, one.seen)
    where = {line.id: at for at, line in enumerate(one.view.order.lines)}
    for index, line in enumerate(desired.lines):
        name, sources = f"lines[{index}]", tuple(units.sources(line.line))
        whole = units.is_bundle(line.line)
        yield Origin(
            target=f"{name}.line",
            value=line.line,
            kind="rule",
            text="the line of the order that was sent to the warehouse",
            sources=tuple(one for one in sources if one.path.startswith("binding.")),
        )
        yield Origin(
            target=f"{name}.quantity",
            value=line.quantity,
            kind="rule",
            text="whole bundles that its components make by now, less those told before"
            if whole
            else "the units of the line in it",
            sources=sources,
        )
        if line.sku is not None:
            source = Source(path=f"lines[{where[line.line]}].sku", value=line.sku)
            yield Origin(
                target=f"{name}.sku",
                value=line.sku,
                kind="rule",
                text="the line's SKU",
                sources=(source,),
            )


def _iso(moment: object) -> str | None:
    return None if moment is None else str(moment)
