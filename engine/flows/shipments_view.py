"""One order as the shipments flow sees it while it decides, and how its decisions are worded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.shipments import CompiledShipments
from engine.flows.orders_parts import Problem
from engine.flows.shipments_changes import Rendering
from engine.flows.shipments_facts import BoundPart, Facts, same
from engine.flows.shipments_parcels import Parcel, parcels_of
from engine.flows.shipments_slots import Slot, owners_of, slots_of
from engine.flows.shipments_told import Told, Unit, refused, told_of, tracked
from engine.flows.shipments_units import Book, Share, recipes_of
from engine.model.decision import Decision, Outcome
from engine.model.order import Order
from engine.model.shipment import OrderProgress

FLOW = "shipments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One warehouse order: what was told of it, and what each parcel that was not comes to.

    `excess` are parcels that hold more of an item than was picked.
    """

    part: BoundPart
    slots: Sequence[Slot]
    told: Sequence[Told]
    parcels: Sequence[Parcel]
    shares: Sequence[Share]
    excess: frozenset[str] = frozenset()

    def key(self, *more: str) -> str:
        """The key of a decision on it, or on something of it."""
        return ":".join([self.part.binding.part, *(one.replace("/", "-") for one in more)])


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that decides one order, counted. `tracked` are tracking numbers that the channel
    has, `refused` the keys of what it did not take.
    """

    compiled: CompiledShipments
    facts: Facts
    order: Order
    rendering: Rendering
    ground: str
    book: Book
    parts: Sequence[Counted]
    refused: Mapping[str, str]
    tracked: frozenset[str]
    told: Sequence[Told]


def view_of(
    compiled: CompiledShipments, facts: Facts, order: Order, rendering: Rendering, ground: str
) -> View:
    """Counts all parcels of an order, those of its first warehouse order first."""
    told = told_of(facts.effects)
    slots = [slots_of(part) for part in facts.parts]
    recipes, foreign = recipes_of(compiled, order, [slot for one in slots for slot in one])
    book = Book(recipes, told)
    book.elsewhere(foreign)
    used = tracked(facts.effects) | {one.tracking for one in order.allocations if one.tracking}
    pairs = zip(facts.parts, slots, strict=True)
    return View(
        compiled=compiled,
        facts=facts,
        order=order,
        rendering=rendering,
        ground=ground,
        book=book,
        parts=[_counted(compiled, book, part, mine, told, used) for part, mine in pairs],
        refused=refused(facts.effects),
        tracked=used,
        told=told,
    )


def _counted(
    compiled: CompiledShipments,
    book: Book,
    part: BoundPart,
    slots: Sequence[Slot],
    told: Sequence[Told],
    used: frozenset[str],
) -> Counted:
    binding = part.binding
    mine = [one for one in told if (one.number, one.revision) == (binding.number, binding.revision)]
    parcels = parcels_of(part, mine, used, compiled.rules)
    shares, excess = _shares(book, part, slots, mine, parcels)
    return Counted(part=part, slots=slots, told=mine, parcels=parcels, shares=shares, excess=excess)


def _shares(
    book: Book,
    part: BoundPart,
    slots: Sequence[Slot],
    told: Sequence[Told],
    parcels: Sequence[Parcel],
) -> tuple[list[Share], frozenset[str]]:
    if part.shown is None:
        return [], frozenset()
    owners = owners_of(slots, part.shown)
    known = {one.parcel for one in told}
    used: Counter[Unit] = Counter()
    for one in told:
        used.update(one.units)
    shares, excess = [], set()
    for parcel in parcels:
        if parcel.id not in known:
            shares.append(book.add(parcel, owners, used))
            if more_than_picked(used, part.shown):
                excess.add(parcel.id)
    return shares, frozenset(excess)


def more_than_picked(used: Mapping[Unit, int], seen: OrderProgress) -> list[str]:
    """The items of which more was given to shipments than is picked by now."""
    totals = Counter[str]()
    for (_, item), quantity in used.items():
        totals[item] += quantity
    return [
        item
        for item, quantity in totals.items()
        if quantity > sum(line.picked for line in seen.lines if same(line.item, item))
    ]


def decision(counted: Counted, outcome: Outcome, problem: Problem, *more: str) -> Decision:
    """A decision on a warehouse order, or on the parcel of it that `more` names."""
    return Decision(
        flow=FLOW,
        key=counted.key(*more),
        order=counted.part.binding.order,
        outcome=outcome,
        rule=problem.rule,
        reason=problem.reason,
        link=counted.part.binding.link,
        number=counted.part.binding.number,
    )


def held(counted: Counted, problem: Problem, *more: str) -> Decision:
    """It waits here, and is looked at on every pass."""
    return decision(counted, Outcome.HOLD, problem, *more)
