"""What might let a parcel through, by the rule that stopped it. Whether it does is tried later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from engine.compiler.lookup import Missing, look_up
from engine.explain.shipment_trial import ShipmentTrial
from engine.explain.sources import Seeing, spoken
from engine.explain.trial import Candidate, Where
from engine.flows.shipments_facts import BoundPart
from engine.flows.shipments_told import told_of
from engine.model.decision import Decision
from engine.model.order import Order
from engine.model.ruleset import Table
from engine.model.shipment import Box, OrderProgress

MINUTE = timedelta(minutes=1)
NUMBER = "1Z-EXAMPLE"
SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What was stopped: the warehouse order as it shows itself, and the box where it is one."""

    trial: ShipmentTrial
    decision: Decision
    part: BoundPart
    seen: OrderProgress
    seeing: Seeing

    @property
    def boxes(self) -> list[Box]:
        """The box that the decision names, else all of them."""
        own = [box for box in self.seen.boxes if self.decision.key.endswith(f":{box.id}")]
        return own or list(self.seen.boxes)

    def says(self, text: str, trial: ShipmentTrial, *path: str) -> Candidate:
        """A change of the ruleset, with the place of its key or of the section."""
        places = self.seeing.places
        place = places.at(*path) or places.at(path[0])
        return Candidate(where="ruleset", text=text, trial=trial, place=place)

    def on_box(self, box: Box, text: str, **words: str) -> Candidate:
        """Other words on a box in the warehouse."""
        trial = self.trial.with_box(self.part, self.seen, box, **words)
        return Candidate(where="warehouse", text=f"{text} on box {box.id}", trial=trial)


Kind: TypeAlias = Callable[[Stopped], Iterator[Candidate]]


def of_shipment(trial: ShipmentTrial, decision: Decision, seeing: Seeing) -> Iterator[Candidate]:
    """Changes of the systems first, then of the ruleset, where the rule is of a known kind."""
    part, found = trial.part(decision), RULES.get(decision.rule)
    seen = part.shown if part is not None else None
    if part is not None and seen is not None and found is not None:
        yield from found(
            Stopped(trial=trial, decision=decision, part=part, seen=seen, seeing=seeing)
        )


def _carrier(one: Stopped) -> Iterator[Candidate]:
    rules = one.trial.rules
    table = Table(name="carriers", rows={name: name for name in rules.carriers})
    for box in one.boxes:
        key = "/".join(filter(None, [box.carrier, box.service]))
        found = look_up(table, key)
        if not key or not isinstance(found, Missing):
            continue
        for row in list(dict.fromkeys([*found.nearest, *rules.carriers]))[:SHOWN]:
            carrier, _, service = row.partition("/")
            yield one.on_box(box, row, carrier=carrier, service=service)
        yield one.says(
            f"add a row {key}: [carrier, class] to shipments.carriers, as the channel calls them",
            one.trial.with_rules(carriers={**rules.carriers, key: ("X", "X")}),
            "shipments",
            "carriers",
        )


def _no_carrier(one: Stopped) -> Iterator[Candidate]:
    for box in one.boxes:
        for row in list(one.trial.rules.carriers)[:SHOWN]:
            carrier, _, service = row.partition("/")
            yield one.on_box(box, row, carrier=carrier, service=service)
    trial = one.trial.with_rules(no_carrier="send")
    yield one.says("say shipments.no-carrier: send", trial, "shipments", "no-carrier")


def _tracking(one: Stopped) -> Iterator[Candidate]:
    for box in one.boxes:
        yield one.on_box(box, "a tracking number", tracking=NUMBER)
    rule, at = one.trial.rules.tracking, one.seen.packed_at or one.seen.picked_at
    path = ("shipments", "tracking")
    if rule is not None and at is not None:
        passed = (one.trial.facts.now - at) // MINUTE
        if timedelta(0) < passed * MINUTE < rule.wait:
            other = replace(rule, wait=passed * MINUTE)
            text = f"say shipments.tracking.wait: {passed}m or shorter"
            yield one.says(text, one.trial.with_rules(tracking=other), *path, "wait")
    if rule is not None and rule.then == "hold":
        other = replace(rule, then="send")
        text = "say shipments.tracking.then: send"
        yield one.says(text, one.trial.with_rules(tracking=other), *path, "then")
    text = "say shipments.tracking: null, and nothing waits for a number"
    yield one.says(text, one.trial.with_rules(tracking=None), *path)


def _center(one: Stopped) -> Iterator[Candidate]:
    """A link for the area, or another DC of the order for the link."""
    compiled = one.trial.compiled
    order, area = one.trial.facts.order, one.seen.area
    link = compiled.link(one.part.binding.link, area)
    for known in compiled.links if link is None and area else ():
        other = replace(known, areas=(*known.areas, str(area)))
        links = tuple(other if two is known else two for two in compiled.links)
        text = f"add {area} to links.{known.name}.areas"
        yield one.says(text, one.trial.with_compiled(links=links), "links", known.name, "areas")
    if link is None or not isinstance(order, Order):
        return
    for dc in list(dict.fromkeys(two.dc_code or two.dc for two in order.allocations))[:SHOWN]:
        links = tuple(replace(two, dc=dc) if two is link else two for two in compiled.links)
        text = f"say links.{link.name}.dc: {dc}"
        yield one.says(text, one.trial.with_compiled(links=links), "links", link.name, "dc")


def _no_time(one: Stopped) -> Iterator[Candidate]:
    now = one.trial.facts.now
    seen = replace(one.seen, picked_at=now, packed_at=now)
    yield _warehouse(one, f"a time of picking and packing on {seen.number}", seen)


def _picked(one: Stopped) -> Iterator[Candidate]:
    """As much picked as lies in boxes, or as was told before."""
    boxed, told = _boxed(one.seen), _told(one)
    lines = list(one.seen.lines)
    short: list[str] = []
    for at, line in enumerate(lines):
        item = line.item.casefold()
        picked = sum(two.picked for two in lines if two.item.casefold() == item)
        more = max(boxed[item], told[item]) - picked
        if more > 0:
            short.append(f"{line.picked + more} of {line.item}")
            lines[at] = replace(line, picked=line.picked + more)
    if short:
        text = f"{', '.join(short)} picked on {one.seen.number}"
        yield _warehouse(one, text, replace(one.seen, lines=tuple(lines)))


def _boxed(seen: OrderProgress) -> Counter[str]:
    """Item in small letters -> how many lie in boxes."""
    found = Counter[str]()
    for box in seen.boxes:
        for content in box.contents:
            found[content.item.casefold()] += content.quantity
    return found


def _told(one: Stopped) -> Counter[str]:
    """Item in small letters -> how many were told as shipped."""
    found = Counter[str]()
    for before in told_of(one.trial.facts.effects):
        if before.number == one.seen.number:
            for (_, item), quantity in before.units.items():
                found[item] += quantity
    return found


def _too_many(one: Stopped) -> Iterator[Candidate]:
    """As many ordered as would be shipped, line by line."""
    order = one.trial.facts.order
    if not isinstance(order, Order):
        return
    for line in order.lines:
        for more in range(1, SHOWN + 1):
            yield Candidate(
                where="record",
                text=f"{line.quantity + more} ordered of line {line.id}",
                trial=one.trial.with_line(order, line, quantity=line.quantity + more),
                family=f"line {line.id}",
            )


def _cancelled(one: Stopped) -> Iterator[Candidate]:
    order, rules = one.trial.facts.order, one.trial.rules
    if not isinstance(order, Order):
        return
    if order.shipping in rules.cancelled:
        other = one.trial.with_order(replace(order, shipping="Unshipped"))
        yield Candidate(where="record", text="'Unshipped' in shipping", trial=other)
        yield one.says(
            f"take {spoken(order.shipping)} out of shipments.cancelled",
            one.trial.with_rules(cancelled=rules.cancelled - {order.shipping}),
            "shipments",
            "cancelled",
        )
    for line in order.lines:
        if line.cancelled:
            text = f"nothing cancelled of line {line.id}"
            other = one.trial.with_line(order, line, cancelled=0)
            yield Candidate(where="record", text=text, trial=other)
    text = "say orders.cancelled: netted, if the channel takes cancelled units off by itself"
    yield one.says(text, one.trial.with_compiled(netted=True), "orders", "cancelled")


def _warehouse(one: Stopped, text: str, seen: OrderProgress) -> Candidate:
    where: Where = "warehouse"
    return Candidate(where=where, text=text, trial=one.trial.with_progress(one.part, seen))


RULES: Mapping[str, Kind] = {
    "shipments.carrier": _carrier,
    "shipments.no-carrier": _no_carrier,
    "shipments.tracking-wait": _tracking,
    "shipments.tracking-later": _tracking,
    "shipments.no-tracking": _tracking,
    "shipments.no-dc": _center,
    "shipments.no-time": _no_time,
    "shipments.not-picked": _picked,
    "shipments.reset": _picked,
    "shipments.too-many": _too_many,
    "shipments.cancelled": _cancelled,
}
"""Rules that one change may take away; the others wait for an answer or for a person."""
