"""What the channel was told of an order before, as the memory has it, and what is not certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.flows.orders_parts import Problem
from engine.model.effect import Effect, EffectState

SHIP = "ship"
TRACK = "track"
Unit = tuple[str, str]
"""The channel's line, and the item in small letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One shipment that the channel has: what it took of the warehouse order, and what was told.

    `units` are what lay in it, `lines` what was told (whole bundles), `reach` is how far each
    stored line was told where there was no box, `contents` what was in the box.
    """

    marker: str
    number: str
    revision: int
    parcel: str
    lines: Mapping[str, int]
    units: Mapping[Unit, int]
    reach: Mapping[str, int] | None
    contents: tuple[tuple[str, int], ...]
    tracking: str | None


def told_of(effects: Iterable[Effect]) -> list[Told]:
    """The shipments that are DONE, oldest first."""
    done = (one for one in effects if one.state is EffectState.DONE)
    return [_told(one) for one in done if one.intent.kind == SHIP and one.intent.memo]


def _told(effect: Effect) -> Told:
    memo: Mapping[str, Any] = effect.intent.memo or {}
    return Told(
        marker=effect.intent.marker,
        number=memo["number"],
        revision=memo["revision"],
        parcel=memo["parcel"],
        lines=memo["lines"],
        units={(line, item): quantity for line, item, quantity in memo["units"]},
        reach=memo["reach"],
        contents=tuple((item, quantity) for item, quantity in memo["contents"]),
        tracking=memo["tracking"],
    )


def memo_of(told: Told) -> dict[str, Any]:
    """What the memory keeps of a shipment; `told_of` makes the same of it."""
    return {
        "number": told.number,
        "revision": told.revision,
        "parcel": told.parcel,
        "lines": dict(told.lines),
        "units": [[line, item, quantity] for (line, item), quantity in told.units.items()],
        "reach": None if told.reach is None else dict(told.reach),
        "contents": [list(one) for one in told.contents],
        "tracking": told.tracking,
    }


def unanswered(effects: Iterable[Effect]) -> Problem | None:
    """Why nothing of an order can be told now: what was told last is not certain.

    Another flow's call on the same order keeps everything back as well: one is in flight at a time.
    """
    for effect in effects:
        if effect.state is EffectState.SENDING:
            return Problem(rule="shipments.in-flight", reason="an earlier call has no answer yet")
        if effect.state is EffectState.DOUBT:
            what = "shipment" if effect.intent.kind in (SHIP, TRACK) else effect.intent.kind
            reason = f"whether an earlier {what} arrived is in doubt: see the inbox"
            return Problem(rule="shipments.in-doubt", reason=reason)
    return None


def refused(effects: Iterable[Effect]) -> dict[str, str]:
    """Key -> why, of what the channel refused."""
    return {one.intent.key: one.reason for one in effects if one.state is EffectState.FAILED}


def tracked(effects: Iterable[Effect]) -> frozenset[str]:
    """The tracking numbers that were told, with their shipment or after it."""
    done = [one.intent for one in effects if one.state is EffectState.DONE]
    memos = (one.memo for one in done if one.kind in (SHIP, TRACK) and one.memo)
    return frozenset(str(memo["tracking"]) for memo in memos if memo["tracking"])
