"""The requests of a story: what each member of a body comes from, and what of it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.explain.origins import Origin
from engine.explain.pointers import leaves_of
from engine.explain.sources import STARS
from engine.explain.story import Member, Request
from engine.model.decision import Change
from engine.model.effect import Effect

BY: Mapping[str, str] = {
    "export": "the order's id in its path is all that it tells",
    "delete": "the number under which it was sent; orders.changes says that it is deleted",
    "set-header": "orders.changes says that it is put on hold",
    "ship": "what the warehouse says was picked and packed; the carrier by shipments.carriers",
    "track": "the tracking number that came later; the carrier by shipments.carriers",
    "adjust": "the bookings below, each for one DC",
    "set-quantity": "what lies on the shelves of the linked areas when it is planned",
}
"""Operation -> what its request comes from, where no expression makes it."""
Placed = Mapping[str, tuple[str, ...]]
"""Name of a member -> its pointers in the body."""


def members_of(origins: Iterable[Origin], placed: Placed) -> tuple[Member, ...]:
    """Each origin with the places of the body that it fills."""
    return tuple(Member(pointers=placed.get(one.target, ()), origin=one) for one in origins)


def would_send(change: Change, members: tuple[Member, ...] = ()) -> Request:
    """A change that a pass would send now."""
    request = change.request
    return Request(
        operation=change.operation,
        key=change.key,
        target=change.target,
        state="",
        request=request.to_json(),
        members=tuple(_masked(one, hidden=_is_hidden(one, request.private)) for one in members),
        fixed=_fixed(request.body, members) if members else (),
        legs={leg.key: leg.quantity for leg in change.legs},
        note=change.summary,
        by=BY.get(change.operation, ""),
    )


def was_sent(effect: Effect, members: tuple[Member, ...], body: str | None) -> Request:
    """A write of the memory. `members` and `body` (None: not to be had) are by the record and the
    rules of today: what of them is not as it was sent is marked.
    """
    intent = effect.intent
    kept = intent.request if intent.request.get("method") else {}
    then = leaves_of(kept.get("body"))
    now = then if body is None else leaves_of(body)
    private = tuple(kept.get("private", ()))
    compared = (_compared(one, then, now) for one in (members if kept else ()))
    return Request(
        operation=intent.kind,
        key=intent.key,
        target=intent.target,
        state=effect.state.value,
        request=kept,
        members=tuple(_masked(one, hidden=_is_hidden(one, private)) for one in compared),
        fixed=_fixed(kept.get("body"), members) if members else (),
        legs=intent.legs,
        by=BY.get(intent.kind, ""),
        note="" if kept else "what was sent is not kept any more",
    )


def _compared(member: Member, then: Mapping[str, Any], now: Mapping[str, Any]) -> Member:
    """A member with what was sent of it, and with what it would be today."""
    moved = [one for one in member.pointers if then.get(one) != now.get(one)]
    if not moved:
        return member
    hidden = member.origin.value == STARS
    origin = replace(member.origin, value=STARS if hidden else then.get(moved[0]))
    today = STARS if hidden else now.get(moved[0])
    return replace(member, origin=origin, changed=True, today=today)


def _is_hidden(member: Member, private: Sequence[str]) -> bool:
    """Whether it lies where the request holds buyer's data."""
    return any(
        pointer == above or pointer.startswith(f"{above}/")
        for pointer in member.pointers
        for above in private
    )


def _masked(member: Member, *, hidden: bool) -> Member:
    """The member with its values starred out where they are a buyer's, and so what it was read
    from: a site may have a buyer's place for what no pattern of the channel's members names.
    """
    if not hidden:
        return member
    origin, row = member.origin, member.origin.row
    starred = replace(
        origin,
        value=_stars(origin.value),
        sources=tuple(replace(one, value=_stars(one.value)) for one in origin.sources),
        row=None if row is None else replace(row, key=STARS, value=STARS, place=None),
    )
    return replace(member, origin=starred, today=_stars(member.today))


def _stars(value: Any) -> Any:
    return value if value in (None, "") else STARS


def _fixed(body: str | None, members: Iterable[Member]) -> tuple[str, ...]:
    named = {pointer for member in members for pointer in member.pointers}
    return tuple(pointer for pointer in leaves_of(body) if pointer not in named)
