"""How a parcel goes: from which DC, by which carrier and class, and whether tracking is awaited."""

from __future__ import annotations

from engine.compiler.lookup import Missing, look_up
from engine.compiler.shipments import CompiledShipments
from engine.flows.missing_rows import CARRIERS, CARRIERS_RULE, no_row
from engine.flows.orders_parts import Problem, same_dc
from engine.flows.shipments_changes import Carriage
from engine.flows.shipments_facts import BoundPart, Facts
from engine.flows.shipments_parcels import Parcel
from engine.model.order import Order
from engine.model.ruleset import Table


def center_of(
    compiled: CompiledShipments, facts: Facts, order: Order, part: BoundPart
) -> int | Problem:
    """The channel's id of the DC that the warehouse order's area belongs to."""
    seen = part.shown
    link = compiled.link(part.binding.link, seen.area if seen else None)
    if link is None:
        reason = f'no link has the area of {part.binding.number}, and "{part.binding.link}" is gone'
        return Problem(rule="shipments.no-dc", reason=reason)
    if isinstance(link.dc, int):
        return link.dc
    found = next((one.dc for one in order.allocations if same_dc(link, one)), None)
    found = facts.centers.get(link.dc.casefold()) if found is None else found
    if found is None:
        reason = f"the channel has no distribution center {link.dc} (any more)"
        return Problem(rule="shipments.no-dc", reason=reason)
    return found


def carriage_of(compiled: CompiledShipments, parcel: Parcel) -> Carriage | Problem:
    """Its carrier and class in the channel's words; a pair without a row is held, not guessed."""
    if parcel.carrier is None:
        if compiled.rules.no_carrier == "hold":
            reason = f"{parcel.name} names no carrier"
            return Problem(rule="shipments.no-carrier", reason=reason)
        return Carriage(tracking=parcel.tracking)
    spoken = "/".join(filter(None, [parcel.carrier, parcel.service]))
    rows = {name: name for name in compiled.rules.carriers}
    found = look_up(Table(name="carriers", rows=rows), spoken)
    if isinstance(found, Missing):
        return Problem(rule=CARRIERS_RULE, reason=no_row(CARRIERS, spoken, found.nearest))
    carrier, service = compiled.rules.carriers[found.value]
    return Carriage(carrier=carrier, service=service, tracking=parcel.tracking)


def awaited(compiled: CompiledShipments, facts: Facts, parcel: Parcel) -> Problem | None:
    """Why a parcel without tracking waits; None where it does not, or not any more."""
    rule = compiled.rules.tracking
    if rule is None or parcel.tracking is not None or parcel.at is None:
        return None
    until = parcel.at + rule.wait
    if facts.now < until:
        when = compiled.local(until)
        reason = f"{parcel.name} has no tracking number yet, and waits for it until {when}"
        return Problem(rule="shipments.tracking-wait", reason=reason)
    if rule.then == "hold":
        reason = f"{parcel.name} has no tracking number, and the ruleset sends none without"
        return Problem(rule="shipments.no-tracking", reason=reason)
    return None
