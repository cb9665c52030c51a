"""Picks of orders that are not the channel's: no shipment will tell them.

What a site tells of an order is cumulative, so each line is told by the units that are new: from
how many to how many. The leg of those units has that range in its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.flows.stock_bookings import FLOW, Booking
from engine.model.decision import Decision, Outcome
from engine.model.order import Unreadable
from engine.model.shipment import OrderProgress, ProgressLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What is new of one order: bookings, and lines of which less is picked than was told."""

    number: str
    bookings: tuple[Booking, ...]
    decisions: tuple[Decision, ...] = ()


def record_of(number: str) -> str:
    """What an order is called among the records of this flow, most of which are items."""
    return f"pick:{number}"


def prefix_of(number: str) -> str:
    """What the keys of all legs of one order's picks begin with."""
    return f"{record_of(number)}:"


def told_of(number: str, legs: Iterable[str]) -> dict[str, int]:
    """Line -> how many of it were told, by the keys of the order's legs."""
    told: dict[str, int] = {}
    for leg in legs:
        line, reach, _ = leg.removeprefix(prefix_of(number)).rsplit(":", 2)
        told[line] = max(told.get(line, 0), int(reach.partition("-")[2]))
    return told


def ground_of(leg: str) -> tuple[str, str, int] | None:
    """Order, line and how many were told before, of a leg of picks; None for another leg."""
    if not leg.startswith("pick:"):
        return None
    number, line, reach, _ = leg.removeprefix("pick:").rsplit(":", 3)
    return number, line, int(reach.partition("-")[0])


def picked_of(progress: OrderProgress, told: Mapping[str, int]) -> Picked:
    """What of one order is new; `told` is line -> units told before."""
    lines = [(line, told.get(line.number, 0)) for line in progress.lines]
    return Picked(
        number=progress.number,
        bookings=tuple(_new(progress, line, was) for line, was in lines if line.picked > was),
        decisions=tuple(_reset(progress, line, was) for line, was in lines if line.picked < was),
    )


def _new(progress: OrderProgress, line: ProgressLine, told: int) -> Booking:
    name = f"{prefix_of(progress.number)}{line.number}"
    return Booking(
        key=f"{name}:{told}-{line.picked}",
        name=name,
        kind="pick",
        item=line.item,
        quantity=told - line.picked,
        area=progress.area,
    )


def _reset(progress: OrderProgress, line: ProgressLine, told: int) -> Decision:
    """Units that were told as gone are back on the shelf, or will be picked again: who knows."""
    return Decision(
        flow=FLOW,
        key=f"{prefix_of(progress.number)}{line.number}",
        order=record_of(progress.number),
        outcome=Outcome.REPORT,
        rule="stock.pick-reset",
        reason=f"{told} of {line.item} were told as picked, the order now shows {line.picked}",
    )


def whole(number: str, outcome: Outcome, rule: str, reason: str) -> Decision:
    """A decision on an order as a whole, without messages that it settles."""
    return Decision(
        flow=FLOW,
        key=record_of(number),
        order=record_of(number),
        outcome=outcome,
        rule=rule,
        reason=reason,
    )


def unusable(number: str, progress: Unreadable | None) -> Decision:
    """The decision on an order that the warehouse does not show as it should."""
    if progress is None:
        reason = "a pick of it was told, and the warehouse does not have the order any more"
        return whole(number, Outcome.REPORT, "stock.order-gone", reason)
    return whole(number, Outcome.REJECT, "stock.order-unreadable", progress.why)


def undecided(number: str) -> Decision:
    """The decision on an order whose number may be ours: its create has not ended."""
    reason = "it may be an order of the channel: its create has no proven end yet"
    return whole(number, Outcome.HOLD, "stock.order-in-doubt", reason)


def through(number: str) -> Decision:
    """The decision on an order of which everything picked is told, reported or left out."""
    reason = "everything that was picked of it is dealt with"
    return whole(number, Outcome.NOOP, "stock.picks-told", reason)


def ours(number: str) -> Decision:
    """The decision on a pick of the channel's own order."""
    reason = "it is an order of the channel: its shipment tells the channel"
    return whole(number, Outcome.SKIP, "stock.own-order", reason)


def left_out(number: str) -> Decision:
    """The decision on a pick where the ruleset leaves all of them out."""
    return whole(number, Outcome.SKIP, "stock.ways.pick", "picks are left out by the ruleset")
