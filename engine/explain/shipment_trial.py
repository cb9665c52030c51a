"""An order as the shipments flow would decide it with one thing changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.compiler.shipments import CompiledShipments
from engine.flows.shipments_facts import BoundPart, Facts
from engine.model.decision import Decision
from engine.model.order import Line, Order
from engine.model.rules_shipments import ShipmentRules
from engine.model.shipment import Box, OrderProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentTrial:
    """What is known of an order of the channel, and the rules."""

    facts: Facts
    compiled: CompiledShipments

    @property
    def rules(self) -> ShipmentRules:
        """The shipments section."""
        return self.compiled.rules

    def part(self, stopped: Decision) -> BoundPart | None:
        """The warehouse order that a decision is on."""
        mine = (one for one in self.facts.parts if one.binding.number == stopped.number)
        return next(mine, None)

    def with_compiled(self, **changes: Any) -> ShipmentTrial:
        """The same with other compiled rules."""
        return replace(self, compiled=replace(self.compiled, **changes))

    def with_rules(self, **changes: Any) -> ShipmentTrial:
        """The same with other members of the shipments section."""
        return self.with_compiled(rules=replace(self.rules, **changes))

    def with_order(self, order: Order) -> ShipmentTrial:
        """The same with another record of the channel."""
        return replace(self, facts=replace(self.facts, order=order))

    def with_line(self, order: Order, line: Line, **changes: Any) -> ShipmentTrial:
        """The same with other members of one line of the channel's order."""
        lines = [replace(one, **changes) if one is line else one for one in order.lines]
        return self.with_order(replace(order, lines=tuple(lines)))

    def with_progress(self, part: BoundPart, seen: OrderProgress) -> ShipmentTrial:
        """The same with another warehouse order."""
        other = replace(part, progress=seen)
        parts = tuple(other if one is part else one for one in self.facts.parts)
        return replace(self, facts=replace(self.facts, parts=parts))

    def with_box(self, part: BoundPart, seen: OrderProgress, box: Box, **words: Any) -> Any:
        """The same with other words on one of its boxes."""
        boxes = tuple(replace(one, **words) if one is box else one for one in seen.boxes)
        return self.with_progress(part, replace(seen, boxes=boxes))
