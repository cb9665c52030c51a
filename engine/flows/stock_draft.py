"""Where a booking leads by the rules alone: to no change, or to shares of distribution centers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.compiler.predicates import PredicateError
from engine.compiler.stock import CompiledStock
from engine.flows.stock_bookings import Booking, decided
from engine.model.decision import Decision, Outcome
from engine.model.ruleset import Link
from engine.model.stock import Center

Centers = Mapping[int, Center]
PUT_BACK = "stock.put-back"
SPOKEN = {
    "put": "put on a shelf",
    "pull": "taken off a shelf",
    "count": "found by counting",
    "putaway": "put away from a purchase order",
    "move": "moved",
    "pick": "picked of an order that is not the channel's",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one DC has more or less by a booking; `leg` is its key for ever."""

    leg: str
    center: int
    link: Link
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A booking with its verdict, or with the shares that are to be told: as changes, or where a
    rule `sets` by the quantity that lies there now.
    """

    booking: Booking
    verdict: Decision | None = None
    shares: tuple[Share, ...] = ()
    sets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Which way a booking goes, and the rule that says so."""

    way: str
    rule: str


def draft_of(compiled: CompiledStock, booking: Booking, centers: Centers) -> Draft:
    """The draft of one booking; `centers` are all that the channel has."""
    early = _unwanted(compiled, booking)
    if early is not None:
        return Draft(booking=booking, verdict=early)
    way = _way(compiled, booking)
    if isinstance(way, Decision) or way.way == "ignore":
        ignored = way if isinstance(way, Decision) else _ignored(booking, way)
        return Draft(booking=booking, verdict=ignored)
    sides = _sides(compiled, booking)
    if isinstance(sides, Decision):
        return Draft(booking=booking, verdict=sides)
    if way.way == "report":
        return Draft(booking=booking, verdict=_reported(booking, way))
    if compiled.sets and booking.kind == "pick":
        return Draft(booking=booking, verdict=_beside_sets(booking))
    return replace(_shared(booking, sides, centers), sets=way.way == "set")


def _beside_sets(booking: Booking) -> Decision:
    """What is picked so far lies on no shelf when a quantity is set, and is told by no message."""
    reason = "where a rule sets quantities, picks cannot be told: they would be counted twice"
    return decided(booking, Outcome.HOLD, "stock.pick-beside-set", reason)


def _unwanted(compiled: CompiledStock, booking: Booking) -> Decision | None:
    if booking.quantity == 0:
        return decided(booking, Outcome.NOOP, "stock.nothing", "the shelf has what it had before")
    if booking.reason in compiled.rules.put_backs:
        reason = f"{booking.reason} brings back what the channel was never told to be gone"
        return decided(booking, Outcome.SKIP, PUT_BACK, reason)
    return None


def _way(compiled: CompiledStock, booking: Booking) -> _Way | Decision:
    """The first named rule that says yes, else the way of its kind."""
    scope = booking_scope(compiled, booking)
    for named in compiled.named:
        try:
            if named.predicate.test(scope):
                return _Way(way=named.way, rule=named.id)
        except PredicateError as error:
            reason = f"its predicate is undecided: {error}"
            return decided(booking, Outcome.HOLD, named.id, reason)
    return _Way(way=compiled.rules.ways[booking.kind], rule=f"stock.ways.{booking.kind}")


def booking_scope(compiled: CompiledStock, booking: Booking) -> dict[str, Any]:
    """What a named rule's predicate sees."""
    return {
        "kind": booking.kind,
        "item": booking.item,
        "quantity": booking.quantity,
        "area": booking.area,
        "to_area": booking.to_area,
        "reason": booking.reason,
        "fields": dict(booking.fields),
        "link": _shown(link_of(compiled, booking.area)),
        "to_link": _shown(link_of(compiled, booking.to_area)) if booking.kind == "move" else None,
    }


def _shown(link: Link | None) -> dict[str, Any] | None:
    return None if link is None else {"name": link.name, "dc": link.dc}


def link_of(compiled: CompiledStock, area: str | None) -> Link | None:
    """The link that has this area, letter case apart. A link without areas has what names none; if
    it is the only link, it has everything.
    """
    spoken = (area or "").casefold()
    for link in compiled.links:
        if spoken in {name.casefold() for name in link.areas}:
            return link
    bare = [link for link in compiled.links if not link.areas]
    alone = len(bare) == 1 and (area is None or len(compiled.links) == 1)
    return bare[0] if alone else None


def _sides(compiled: CompiledStock, booking: Booking) -> list[tuple[Link, int]] | Decision:
    """The links that a booking is about with what each has more or less."""
    ends = [(booking.area, booking.quantity)]
    if booking.kind == "move":
        ends = [(booking.area, -booking.quantity), (booking.to_area, booking.quantity)]
    linked = [(link_of(compiled, area), quantity) for area, quantity in ends]
    if any(
        area is None and link is None for (area, _), (link, _) in zip(ends, linked, strict=True)
    ):
        reason = "the warehouse did not say in which area it was"
        return decided(booking, Outcome.HOLD, "stock.no-area", reason)
    found = [(link, quantity) for link, quantity in linked if link is not None]
    if not found:
        areas = " and ".join(str(area) for area, _ in ends)
        reason = f"no link has {areas}"
        return decided(booking, Outcome.SKIP, "stock.unlinked", reason)
    if len(found) == 2 and found[0][0] == found[1][0]:
        reason = f"it stayed in DC {found[0][0].dc}"
        return decided(booking, Outcome.NOOP, "stock.one-dc", reason)
    return found


def _ignored(booking: Booking, way: _Way) -> Decision:
    reason = f"what was {SPOKEN[booking.kind]} is left out by the ruleset"
    return decided(booking, Outcome.SKIP, way.rule, reason)


def _reported(booking: Booking, way: _Way) -> Decision:
    return decided(booking, Outcome.REPORT, way.rule, described(booking))


def described(booking: Booking) -> str:
    """What happened, in words: `+3 LAMP-01 put on a shelf: MAIN, reason FOUND`."""
    where = f"{booking.area} to {booking.to_area}" if booking.kind == "move" else booking.area
    because = f", reason {booking.reason}" if booking.reason else ""
    return f"{booking.quantity:+d} {booking.item} {SPOKEN[booking.kind]}: {where}{because}"


def _shared(booking: Booking, sides: list[tuple[Link, int]], centers: Centers) -> Draft:
    shares = []
    for link, quantity in sides:
        center = center_of(link, centers)
        problem = _unusable(link, center)
        if center is None or problem:
            return Draft(
                booking=booking, verdict=decided(booking, Outcome.HOLD, "stock.dc", problem)
            )
        leg = f"{booking.key}:{center.id}"
        shares.append(Share(leg=leg, center=center.id, link=link, quantity=quantity))
    return Draft(booking=booking, shares=tuple(shares))


def center_of(link: Link, centers: Centers) -> Center | None:
    """The DC of a link, by its id or by its code without regard to letter case (so clients compare
    codes). Of several with one code the one that is not deleted.
    """
    if isinstance(link.dc, int):
        return centers.get(link.dc)
    wanted = link.dc.casefold()
    found = [one for one in centers.values() if one.code and one.code.casefold() == wanted]
    found.sort(key=lambda one: one.deleted)
    return found[0] if found else None


def _unusable(link: Link, center: Center | None) -> str:
    """Why quantities of this DC cannot be changed, or an empty text."""
    if center is None:
        return f"the channel has no DC {link.dc}, which link {link.name} names"
    if center.deleted:
        return f"DC {link.dc} of link {link.name} is deleted"
    if center.external:
        return f"DC {link.dc} of link {link.name} is managed by somebody else"
    return ""
