"""What changes of quantities come from: the bookings of each DC, by the ruleset. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.stock import CompiledStock
from engine.explain.origins import Origin
from engine.explain.places import Places
from engine.explain.pointers import leaves_of
from engine.explain.pointers_of_calls import quantity_pointers
from engine.explain.sources import Source
from engine.explain.story import Member
from engine.flows.stock_bookings import Booking
from engine.flows.stock_changes import ADJUST, Render
from engine.flows.stock_draft import described, draft_of
from engine.flows.stock_products import written_in
from engine.flows.stock_setting import OPERATION
from engine.model.stock import Center, QuantityUpdate

WAYS = {"move": "moves", "pick": "foreign-picks"}
"""Kinds of bookings whose key in the ruleset is another word; it says what becomes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The rules, the channel's DCs and words, and the bookings that are known, by their keys."""

    compiled: CompiledStock
    centers: Mapping[int, Center]
    render: Render
    places: Places
    bookings: Mapping[str, Booking]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One change: its product, its legs (booking:DC -> units), its body and what is kept of it."""

    operation: str
    product: str
    legs: Mapping[str, int]
    body: str | None
    memo: Mapping[str, Any]


def quantity_members(floor: Floor, told: Told) -> tuple[Member, ...]:
    """The members of a change of quantities; none where its bookings are not on record."""
    if told.operation not in (ADJUST, OPERATION) or not told.legs:
        return ()
    legs: dict[int, dict[str, int]] = {}
    for leg, units in told.legs.items():
        booking, _, dc = leg.rpartition(":")
        legs.setdefault(int(dc), {})[booking] = units
    if told.operation == ADJUST:  # A DC in which they cancel each other out is not told.
        legs = {dc: some for dc, some in legs.items() if sum(some.values())}
    update = QuantityUpdate(
        product=told.product,
        type=floor.compiled.rules.set_type if told.operation == OPERATION else "Relative",
        legs={dc: sum(some.values()) for dc, some in legs.items()},
    )
    placed, body = quantity_pointers(update, floor.render), leaves_of(told.body)
    return tuple(
        Member(pointers=placed.get(name, ()), origin=origin)
        for name, origin in _origins(floor, told, legs, body, placed)
    )


def _origins(
    floor: Floor,
    told: Told,
    legs: Mapping[int, Mapping[str, int]],
    body: Mapping[str, Any],
    placed: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, Origin]]:
    yield "product", _product(floor, told)
    yield "type", _type(floor, told, body, placed)
    for dc, some in sorted(legs.items()):
        yield f"{dc}.dc", _center(floor, dc, some)
        values = [body[at] for at in placed.get(f"{dc}.quantity", ()) if at in body]
        yield f"{dc}.quantity", _quantity(floor, told, some, next(iter(values), None))


def _product(floor: Floor, told: Told) -> Origin:
    """Its id stands in the path: as the item has it, or looked up by SKU."""
    names = dict.fromkeys(leg.rpartition(":")[0] for leg in told.legs)
    found = [one for name in names if (one := floor.bookings.get(name))]
    written = [one for one in found if written_in(floor.compiled, one) == told.product]
    field = floor.compiled.rules.product_field
    sources = [Source(path=f"{one.key}.fields.{field}", value=told.product) for one in written] or [
        Source(path=f"{one.key}.item", value=one.item) for one in found
    ]
    return Origin(
        target="product",
        value=told.product,
        kind="rule",
        text=f"the id that the item has in {field}"
        if written
        else "the product of this SKU in the profile that the link names",
        place=floor.places.at("items", "product-id") if written else None,
        sources=tuple(sources),
    )


def _type(
    floor: Floor, told: Told, body: Mapping[str, Any], placed: Mapping[str, tuple[str, ...]]
) -> Origin:
    set_here = told.operation == OPERATION
    values = [body[at] for at in placed.get("type", ()) if at in body]
    return Origin(
        target="type",
        value=next(iter(values), None),
        kind="rule",
        text="stock.set.type" if set_here else "a change, and no quantity that is set",
        place=floor.places.at("stock", "set", "type") if set_here else None,
    )


def _center(floor: Floor, dc: int, some: Mapping[str, int]) -> Origin:
    """The DC of the link that has the bookings' area."""
    link = next((one for one in (_link(floor, name, dc) for name in some) if one), None)
    return Origin(
        target=f"DC {dc}",
        value=dc,
        kind="rule",
        text=f"links.{link}.dc" if link else "the DC of the link of that day",
        place=floor.places.at("links", link, "dc") if link else None,
        sources=tuple(
            Source(path=f"{name}.{side}", value=getattr(floor.bookings[name], side))
            for name in some
            if name in floor.bookings
            for side in _sides(floor.bookings[name])
        ),
    )


def _sides(booking: Booking) -> tuple[str, ...]:
    return ("area", "to_area") if booking.kind == "move" else ("area",)


def _link(floor: Floor, name: str, dc: int) -> str | None:
    booking = floor.bookings.get(name)
    if booking is None:
        return None
    shares = draft_of(floor.compiled, booking, floor.centers).shares
    return next((one.link.name for one in shares if one.center == dc), None)


def _quantity(floor: Floor, told: Told, some: Mapping[str, int], value: Any) -> Origin:
    kinds = dict.fromkeys(one.kind for name in some if (one := floor.bookings.get(name)))
    keys = [f"stock.{WAYS.get(kind, kind)}" for kind in kinds]
    place = next((floor.places.at(*key.split(".")) for key in keys), None)
    words = str(told.memo.get("set", ""))
    return Origin(
        target="quantity",
        value=value,
        kind="rule",
        text=words or ", ".join(keys) or "what its bookings come to",
        place=(floor.places.at("stock", "set", "quantity") if words else place)
        or floor.places.at("stock"),
        sources=tuple(_source(floor, name, units) for name, units in some.items()),
    )


def _source(floor: Floor, name: str, units: int) -> Source:
    booking = floor.bookings.get(name)
    note = described(booking) if booking is not None else "its message is not kept any more"
    return Source(path=f"{name}.quantity", value=units, note=note)
