"""What the floor booked and the channel does not know for certain: waiting, in flight, in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

from engine.flows.stock_bookings import FLOW, Booking
from engine.flows.stock_draft import Draft
from engine.model.discrepancy import Cause, How, Share
from engine.model.effect import Effect, EffectState

Spot = tuple[str, int]
"""A SKU in small letters, and a DC."""

CAUSES: Mapping[str, Cause] = {"pick": Cause.FOREIGN_PICKS, "putaway": Cause.PUTAWAY}
STATES: Mapping[EffectState, tuple[Cause, How]] = {
    EffectState.PLANNED: (Cause.DELTAS, "certain"),
    EffectState.SENDING: (Cause.IN_FLIGHT, "either"),
    EffectState.DOUBT: (Cause.IN_DOUBT, "either"),
}


def shares_of_bookings(
    drafts: Iterable[Draft], areas: Mapping[str, int], told: Container[str]
) -> Iterator[tuple[Spot, Share]]:
    """The shares of bookings that nobody has dealt with: `told` are legs that are on record, whose
    effects speak for themselves; `areas` is area, in small letters, -> DC.

    What the ruleset does not let out, or holds back, may or may not have a counterpart: units that
    come back after a pick are on the shelf again while the channel never knew them gone.
    """
    for draft in drafts:
        booking = draft.booking
        cause = CAUSES.get(booking.kind, Cause.DELTAS)
        if draft.verdict is None:
            for share in draft.shares:
                if share.leg not in told:
                    yield (
                        (booking.item.casefold(), share.center),
                        Share(cause=cause, units=share.quantity),
                    )
            continue
        for area, units in _ends(booking):
            if area.casefold() in areas:
                spot = (booking.item.casefold(), areas[area.casefold()])
                yield spot, Share(cause=cause, units=units, how="up-to")


def shares_never_told(
    drafts: Iterable[Draft], areas: Mapping[str, int]
) -> Iterator[tuple[Spot, Share]]:
    """The shares of bookings that were dealt with and that today's rules do not tell, added up: a
    put-back has a pick as its counterpart that was not told either, or it has none.
    """
    sums = Counter[Spot]()
    for draft in drafts:
        if draft.verdict is not None:
            for area, units in _ends(draft.booking):
                if area.casefold() in areas:
                    spot = (draft.booking.item.casefold(), areas[area.casefold()])
                    sums[spot] += units
    for spot, units in sums.items():
        yield spot, Share(cause=Cause.NOT_TOLD, units=units, how="up-to")


def shares_of_effects(effects: Iterable[Effect]) -> Iterator[tuple[Spot, Share]]:
    """The shares of changes of quantities that have no end yet."""
    for effect in effects:
        if effect.intent.flow != FLOW or effect.state not in STATES:
            continue
        cause, how = STATES[effect.state]
        sums = Counter[int]()
        for leg, units in effect.intent.legs.items():
            sums[int(leg.rpartition(":")[2])] += units
        for dc, units in sums.items():
            spot = (effect.intent.order.casefold(), dc)
            yield spot, Share(cause=cause, units=units, how=how)


def _ends(booking: Booking) -> list[tuple[str, int]]:
    """The areas that a booking changed, with what each has more or less."""
    ends = [(booking.area, booking.quantity)]
    if booking.kind == "move":
        ends = [(booking.area, -booking.quantity), (booking.to_area, booking.quantity)]
    return [(area, units) for area, units in ends if area is not None]
