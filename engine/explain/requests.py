"""The requests of a story: what each member of a body comes from, and what of it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.explain.origins import Origin
from engine.explain.pointers import leaves_of
from engine.explain.story import Member, Request
from engine.model.decision import Change
from engine.model.effect import Effect

Placed = Mapping[str, tuple[str, ...]]
"""Name of a member -> its pointers in the body."""


def members_of(origins: Iterable[Origin], placed: Placed) -> tuple[Member, ...]:
    """Each origin with the places of the body that it fills."""
    return tuple(Member(pointers=placed.get(one.target, ()), origin=one) for one in origins)


def would_send(change: Change, members: tuple[Member, ...] = ()) -> Request:
    """A change that a pass would send now."""
    return Request(
        operation=change.operation,
        key=change.key,
        target=change.target,
        state="",
        request=change.request.to_json(),
        members=members,
        fixed=_fixed(change.request.body, members) if members else (),
        legs={leg.key: leg.quantity for leg in change.legs},
        note=change.summary,
    )


def was_sent(effect: Effect, members: tuple[Member, ...], body: str | None) -> Request:
    """A write of the memory. `members` and `body` (None: not to be had) are by the record and the
    rules of today: what of them is not as it was sent is marked.
    """
    intent = effect.intent
    kept = intent.request if intent.request.get("method") else {}
    then = leaves_of(kept.get("body"))
    now = then if body is None else leaves_of(body)
    return Request(
        operation=intent.kind,
        key=intent.key,
        target=intent.target,
        state=effect.state.value,
        request=kept,
        members=tuple(_compared(members, then, now)) if kept else (),
        fixed=_fixed(kept.get("body"), members) if members else (),
        legs=intent.legs,
        note="" if kept else "what was sent is not kept any more",
    )


def _compared(
    members: Iterable[Member], then: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Member]:
    for member in members:
        moved = any(then.get(pointer) != now.get(pointer) for pointer in member.pointers)
        yield replace(member, changed=moved)


def _fixed(body: str | None, members: Iterable[Member]) -> tuple[str, ...]:
    named = {pointer for member in members for pointer in member.pointers}
    return tuple(pointer for pointer in leaves_of(body) if pointer not in named)
