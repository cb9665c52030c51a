"""Where in the body of a request the members of a shipment, of tracking and of quantities stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from engine.explain.pointers import MARK, placed_in
from engine.flows.shipments_changes import Rendering
from engine.model.desired import PreparedRequest
from engine.model.shipment import DesiredShipment, DesiredTracking
from engine.model.stock import QuantityType, QuantityUpdate

Pointers = dict[str, tuple[str, ...]]


def shipment_pointers(desired: DesiredShipment, rendering: Rendering) -> Pointers:
    """Name of a member (`tracking`, `lines[0].quantity`) -> JSON pointers in the body."""
    others = {name: rendering.shipment(one) for name, one in _shipments(desired)}
    return placed_in(rendering.shipment(desired), others)


def tracking_pointers(desired: DesiredTracking, rendering: Rendering) -> Pointers:
    """The same of tracking that came later."""
    others = {"tracking": replace(desired, tracking=desired.tracking + MARK)}
    if desired.carrier is not None and desired.service is not None:
        others["carrier"] = replace(desired, carrier=desired.carrier + MARK)
        others["service"] = replace(desired, service=desired.service + MARK)
    told = {name: rendering.tracking(one) for name, one in others.items()}
    return placed_in(rendering.tracking(desired), told)


def quantity_pointers(
    update: QuantityUpdate, render: Callable[[QuantityUpdate], PreparedRequest]
) -> Pointers:
    """The same of quantities: `type`, and for each DC `7.dc` and `7.quantity`."""
    other: QuantityType = "InStock" if update.type == "Relative" else "Relative"
    # A change may be below 0, where a quantity may not; only the rendering is asked.
    positive = replace(update, legs={dc: abs(units) + 1 for dc, units in update.legs.items()})
    others = {"type": render(replace(positive, type=other))}
    base = render(positive)
    for dc, units in positive.legs.items():
        others[f"{dc}.quantity"] = render(replace(positive, legs={**positive.legs, dc: units + 1}))
        near = next((one for one in (dc + 1, dc - 1) if one not in positive.legs), None)
        if near is not None:
            legs = {near if one == dc else one: n for one, n in positive.legs.items()}
            others[f"{dc}.dc"] = render(replace(positive, legs=legs))
    return placed_in(base, others)


def _shipments(desired: DesiredShipment) -> Iterator[tuple[str, DesiredShipment]]:
    yield "marker", replace(desired, marker=desired.marker + MARK)
    yield "shipped_at", replace(desired, shipped_at=desired.shipped_at + timedelta(seconds=1))
    yield "dc", replace(desired, dc=desired.dc + 1)
    if desired.tracking is not None:
        yield "tracking", replace(desired, tracking=desired.tracking + MARK)
    if desired.carrier is not None and desired.service is not None:
        yield "carrier", replace(desired, carrier=desired.carrier + MARK)
        yield "service", replace(desired, service=desired.service + MARK)
    for at, line in enumerate(desired.lines):
        others = {"quantity": replace(line, quantity=line.quantity + 1)}
        # An id is a number in some systems, so it is made longer by a digit.
        others["line"] = replace(line, line=f"{line.line}0")
        if line.sku is not None:
            others["sku"] = replace(line, sku=line.sku + MARK)
        for name, other in others.items():
            lines = (*desired.lines[:at], other, *desired.lines[at + 1 :])
            yield f"lines[{at}].{name}", replace(desired, lines=lines)
