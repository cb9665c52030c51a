"""What is known of some orders of the channel, by both systems and the memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.shipments import CompiledShipments
from engine.executor.intake import Inflow
from engine.flows.orders_parts import same_dc
from engine.flows.shipments_changes import Rendering, subject_of
from engine.flows.shipments_facts import BoundPart, Facts
from engine.model.effect import Binding, Effect
from engine.model.order import Order, Unreadable
from engine.model.ruleset import Link
from engine.ports.flows import ProgressSource, ShipmentSink, StockSink
from engine.ports.ledger import LedgerReader
from engine.ports.systems import OrderSource
from engine.ports.world import Clock

Hints = Mapping[str, tuple[str, ...]]
"""Warehouse order -> the keys of the messages that named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDesk:
    """What planning shipments needs: the rules, and eyes on both systems and the memory.

    `centers` is None where the channel cannot list its distribution centers.
    """

    compiled: CompiledShipments
    inflow: Inflow
    progress: ProgressSource
    orders: OrderSource
    sink: ShipmentSink
    centers: StockSink | None
    ledger: LedgerReader
    clock: Clock

    @property
    def rendering(self) -> Rendering:
        """How the channel words a change."""
        return Rendering(shipment=self.sink.shipment, tracking=self.sink.tracking)

    def effects(self, orders: Sequence[str]) -> dict[str, tuple[Effect, ...]]:
        """Order -> all that was ever planned for it in the channel."""
        subjects = {order: subject_of(self.compiled, order) for order in orders}
        found = self.ledger.by_subject(list(subjects.values())) if subjects else {}
        return {order: tuple(found.get(subject, ())) for order, subject in subjects.items()}


def facts_of(desk: ShipmentDesk, keys: Sequence[str], hints: Hints) -> list[Facts]:
    """The facts of these orders of the channel, in their order."""
    bindings = desk.ledger.bindings(keys)
    numbers = [one.number for key in keys for one in bindings.get(key, ())]
    progress = desk.progress.progress(numbers) if numbers else {}
    orders = desk.orders.by_key(keys) if keys else {}
    effects = desk.effects(keys)
    parts = {
        key: tuple(
            BoundPart(binding=one, progress=progress.get(one.number))
            for one in sorted(bindings.get(key, ()), key=lambda one: one.number)
        )
        for key in keys
    }
    centers = _centers(desk, orders, bindings)
    return [
        Facts(
            key=key,
            order=orders.get(key),
            parts=parts[key],
            effects=effects[key],
            now=desk.clock.now(),
            hints=tuple(name for part in parts[key] for name in hints.get(part.binding.number, ())),
            centers=centers,
        )
        for key in keys
    ]


def _centers(
    desk: ShipmentDesk,
    orders: Mapping[str, Order | Unreadable],
    bindings: Mapping[str, Iterable[Binding]],
) -> dict[str, int]:
    """DC codes in small letters -> ids, where an order does not tell the one that it needs."""
    links = [link for link in desk.compiled.links if isinstance(link.dc, str)]
    lost = any(
        not any(same_dc(link, allocation) for allocation in order.allocations)
        for order in orders.values()
        if isinstance(order, Order)
        for link in links
        if _may_need(link, bindings.get(order.key, ()))
    )
    if not lost or desk.centers is None:
        return {}
    listed = desk.centers.centers().values()
    return {one.code.casefold(): one.id for one in listed if one.code and not one.deleted}


def _may_need(link: Link, bindings: Iterable[Binding]) -> bool:
    return any(one.link == link.name for one in bindings)
