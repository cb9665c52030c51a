"""The changes of the shipments flow: telling a shipment, adding tracking to one that was told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine.compiler.shipments import CompiledShipments
from engine.flows.shipments_facts import MARK, Facts
from engine.flows.shipments_told import SHIP, TRACK, Told, memo_of
from engine.model.decision import Change
from engine.model.desired import PreparedRequest
from engine.model.effect import Binding
from engine.model.order import Allocation, Order
from engine.model.shipment import DesiredShipment, DesiredTracking, ShippedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How the channel words a change: pure functions of its adapter."""

    shipment: Callable[[DesiredShipment], PreparedRequest]
    tracking: Callable[[DesiredTracking], PreparedRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """How a shipment goes, in the channel's words: carrier and service both or neither."""

    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """When, from where and how a shipment goes, under which key, and what its change rests on."""

    key: str
    at: datetime
    dc: int
    carriage: Carriage
    ground: str


def ship_key(compiled: CompiledShipments, binding: Binding, parcel: str) -> str:
    """The key of the effect that tells a parcel. Tracking is never in it: a label that is printed
    again would ship twice.
    """
    return f"v1:{compiled.customer}:ship:{binding.number}:{binding.revision}:{parcel}"


def track_key(compiled: CompiledShipments, fulfillment: str) -> str:
    """The key of the effect that adds tracking: a fulfillment holds one number."""
    return f"v1:{compiled.customer}:track:{fulfillment}"


def marker_of(key: str) -> str:
    """How a shipment is found again in the channel: short, and nothing but its key is in it."""
    return MARK + hashlib.sha256(key.encode()).hexdigest()[:20]


def subject_of(compiled: CompiledShipments, order: str) -> str:
    """One call of an order is in flight at a time."""
    return f"{compiled.rules.sink}:{order}"


def telling(
    compiled: CompiledShipments,
    order: Order,
    told: Told,
    going: Going,
    rendering: Rendering,
) -> Change:
    """The change that tells a shipment."""
    skus = {line.id: line.sku for line in order.lines}
    lines = tuple(
        ShippedLine(line=line, sku=skus.get(line), quantity=quantity)
        for line, quantity in told.lines.items()
    )
    desired = DesiredShipment(
        order=order.key,
        marker=told.marker,
        shipped_at=going.at,
        dc=going.dc,
        lines=lines,
        carrier=going.carriage.carrier,
        service=going.carriage.service,
        tracking=going.carriage.tracking,
    )
    return Change(
        operation=SHIP,
        key=going.key,
        target=compiled.rules.sink,
        subject=subject_of(compiled, order.key),
        marker=told.marker,
        request=rendering.shipment(desired),
        rests_on={"ground": going.ground},
        memo={**memo_of(told), "again": True},  # another box may wait behind it
        summary=_summary(desired),
    )


def adding(
    compiled: CompiledShipments,
    facts: Facts,
    allocation: Allocation,
    carriage: Carriage,
    rendering: Rendering,
    ground: str,
) -> Change:
    """The change that adds tracking to a fulfillment that was told without."""
    desired = DesiredTracking(
        fulfillment=allocation.id,
        tracking=carriage.tracking or "",
        carrier=carriage.carrier,
        service=carriage.service,
    )
    return Change(
        operation=TRACK,
        key=track_key(compiled, allocation.id),
        target=compiled.rules.sink,
        subject=subject_of(compiled, facts.key),
        marker=allocation.id,
        request=rendering.tracking(desired),
        rests_on={"ground": ground},
        memo={"tracking": carriage.tracking, "again": True},
        summary=f"tracking of fulfillment {allocation.id}",
    )


def _summary(desired: DesiredShipment) -> str:
    units = sum(line.quantity for line in desired.lines)
    lines = len(desired.lines)
    by = f", {desired.carrier} {desired.service}" if desired.carrier else ""
    number = "" if desired.tracking else ", no tracking"
    return f"{lines} line{'s' * (lines != 1)}, {units} unit{'s' * (units != 1)}{by}{number}"
