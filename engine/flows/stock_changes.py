"""The changes of the stock flow: quantities of one product go up or down, each leg on record.

A relative change has no marker and is sent once at most, so its legs are what remembers it: they
are written with the intent, and rendering it again needs nothing but them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.compiler.stock import CompiledStock
from engine.flows.stock_draft import Share
from engine.model.decision import Change, Leg
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect
from engine.model.stock import QuantityUpdate

ADJUST = "adjust"
Render = Callable[[QuantityUpdate], PreparedRequest]
"""How the channel words an update: a pure function of its adapter."""


def subject_of(compiled: CompiledStock, product: str) -> str:
    """What must not have two changes in flight: one product of the channel."""
    return f"{compiled.rules.sink}:product:{product}"


def adjustment(
    compiled: CompiledStock, item: str, product: str, legs: Sequence[Leg], render: Render
) -> Change:
    """One relative change for these legs, which must not cancel each other out in every DC.

    Raises ProtocolError where the channel can have no product of this id.
    """
    sums = sums_of(legs)
    return Change(
        operation=ADJUST,
        key=f"v1:{compiled.customer}:adjust:{product}:{legs[0].key}",
        target=compiled.rules.sink,
        subject=subject_of(compiled, product),
        marker=product,
        request=render(QuantityUpdate(product=product, type="Relative", legs=sums)),
        rests_on={item: product},
        units=sum(abs(quantity) for quantity in sums.values()),
        legs=tuple(legs),
        summary=f"{item}: {spoken(sums)}",
    )


def again(compiled: CompiledStock, effect: Effect, render: Render) -> Change:
    """The same change once more, of an effect that certainly never happened: its legs stay its."""
    legs = [Leg(key=key, quantity=quantity) for key, quantity in effect.intent.legs.items()]
    first = effect.intent.key.partition(f":adjust:{effect.intent.marker}:")[2]
    legs.sort(key=lambda leg: leg.key != first)
    return adjustment(compiled, effect.intent.order, effect.intent.marker, legs, render)


def sums_of(legs: Sequence[Leg]) -> dict[int, int]:
    """DC -> how much more or less by these legs; a DC where they cancel out is left out."""
    sums: dict[int, int] = {}
    for leg in legs:
        center = int(leg.key.rpartition(":")[2])
        sums[center] = sums.get(center, 0) + leg.quantity
    return {center: quantity for center, quantity in sorted(sums.items()) if quantity}


def spoken(sums: dict[int, int]) -> str:
    """`+3 in DC 7, -2 in DC 9`."""
    return ", ".join(f"{quantity:+d} in DC {center}" for center, quantity in sums.items())


def legs_of(shares: Sequence[Share]) -> list[Leg]:
    """The legs of these shares."""
    return [Leg(key=share.leg, quantity=share.quantity) for share in shares]
