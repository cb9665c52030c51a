"""What the channel's orders make of the differences: units that it holds back and that still lie
on a shelf, or that left a shelf and are held back no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.flows.orders_parts import per_bundle
from engine.model.discrepancy import Cause, Place, Share
from engine.model.effect import Binding
from engine.model.order import AllocatedItem, Allocation, Line, Order, Unreadable
from engine.model.ruleset import Criterion, OrderRules
from engine.model.shipment import OrderProgress

Units = Counter[tuple[str, int]]
"""SKU in small letters and DC -> units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The channel's words: `rules` know when an allocation is open and an order ready, `shipped`
    are statuses of allocations that left, `over` those of orders that hold nothing back any more.
    """

    rules: OrderRules
    shipped: frozenset[str]
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an order stands here: its bound parts, the links of parts whose create has no end yet,
    those of parts that are held (an empty text: the whole order), and how far the warehouse is, by
    number; a number that is missing is gone.
    """

    bindings: Sequence[Binding] = ()
    begun: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    progress: Mapping[str, OrderProgress | Unreadable] = field(default_factory=dict)


def open_units(order: Order, words: Words) -> Units:
    """What an order still holds back: what its open allocations have, no more than is still
    wanted of each line. Components count, not the bundle (that bundles are allocated by component
    is inferred).
    """
    found = Units()
    if order.shipping in words.over:
        return found
    wanted = _wanted(order, words)
    lines = {line.id: line for line in order.lines}
    for allocation in order.allocations:
        if allocation.status not in words.rules.not_open:
            for (line, sku), units in _each(lines, allocation):
                mine = min(units, wanted[line, sku])
                wanted[line, sku] -= mine
                found[sku, allocation.dc] += mine
    return found


def products_of(order: Order) -> dict[str, str | None]:
    """SKU in small letters -> the id of the product that an order means by it, where it says so."""
    lines = [(line.sku, line.product) for line in order.lines]
    parts = [(one.sku, one.product) for line in order.lines for one in line.components]
    items = [(one.sku, one.product) for found in order.allocations for one in found.items]
    every = [(_small(sku), product) for sku, product in (*lines, *parts, *items)]
    return dict.fromkeys(sku for sku, _ in every) | {sku: one for sku, one in every if one}


def _shipped(order: Order, shipped: frozenset[str]) -> Units:
    """What the channel was told to have left, by its allocations of these statuses."""
    lines = {line.id: line for line in order.lines}
    found = Units()
    for allocation in order.allocations:
        if allocation.status in shipped:
            for (_, sku), units in _each(lines, allocation):
                found[sku, allocation.dc] += units
    return found


def shares_of_order(
    order: Order, words: Words, places: Mapping[str, Place], standing: Standing
) -> Iterator[tuple[tuple[str, int], Share]]:
    """What one order makes of the differences of the SKUs that it is about, by SKU and DC.

    `places` is link -> DC.
    """
    opened, shipped = open_units(order, words), _shipped(order, words.shipped)
    bound = _by_dc(standing.bindings, places)
    waits = _waits(order, words.rules, standing, places)
    for dc in sorted({place.dc for place in places.values()}):
        seen = [standing.progress.get(one.number) for one in bound.get(dc, ())]
        here = Counter({sku: units for (sku, at), units in opened.items() if at == dc})
        if not seen:
            yield from (((sku, dc), Share(cause=waits[dc], units=n)) for sku, n in here.items())
        elif all(one is None for one in seen):
            yield from (((sku, dc), Share(cause=Cause.DELETED, units=n)) for sku, n in here.items())
        else:
            told = Counter({sku: units for (sku, at), units in shipped.items() if at == dc})
            for sku, share in _in_warehouse(here, told, seen):
                yield (sku, dc), share


def _in_warehouse(
    opened: Counter[str], told: Counter[str], seen: Sequence[OrderProgress | Unreadable | None]
) -> Iterator[tuple[str, Share]]:
    """The shares of a part that is there; of one that cannot be read, nobody knows what is picked.

    What is picked, and neither open nor shipped any more, was called off: it may be back on the
    shelf. So may be what is picked and not in a box of an order that is packed.
    """
    shown = [one for one in seen if isinstance(one, OrderProgress)]
    certain = len(shown) == len(seen)
    picked, loose = _picked(shown), _loose(shown)
    for sku in sorted(opened.keys() | picked.keys()):
        gone = picked[sku] - told[sku]
        off = min(max(gone, 0), opened[sku])
        share = Share(
            cause=Cause.NOT_PICKED,
            units=opened[sku] - off,
            how="certain" if certain else "up-to",
            off=off,
        )
        yield sku, share
        if gone > opened[sku]:
            yield sku, Share(cause=Cause.CANCELLED, units=opened[sku] - gone, how="up-to")
        if gone < 0 and certain:
            yield sku, Share(cause=Cause.NOT_PICKED_HERE, units=-gone, how="up-to")
        if loose[sku]:
            yield sku, Share(cause=Cause.NOT_PACKED, units=loose[sku], how="up-to")


def _picked(shown: Iterable[OrderProgress]) -> Counter[str]:
    found = Counter[str]()
    for order in shown:
        for line in order.lines:
            found[line.item.casefold()] += line.picked
    return found


def _loose(shown: Iterable[OrderProgress]) -> Counter[str]:
    found = Counter[str]()
    for order in shown:
        for line in order.lines:
            if order.packed and line.picked > line.packed:
                found[line.item.casefold()] += line.picked - line.packed
    return found


def _waits(
    order: Order, rules: OrderRules, standing: Standing, places: Mapping[str, Place]
) -> dict[int, Cause]:
    """Why units of an order are in no warehouse order, by DC."""
    found = {}
    for link, place in places.items():
        if not _is(rules.only.checkout, order.checkout):
            found[place.dc] = Cause.CHECKOUT
        elif not _is(rules.only.payment, order.payment):
            found[place.dc] = Cause.PAYMENT
        elif link in standing.begun:
            found[place.dc] = Cause.IN_FLIGHT
        elif standing.held & {link, ""}:
            found[place.dc] = Cause.HELD
        else:
            found.setdefault(place.dc, Cause.NOT_DOWNLOADED)
    return found


def _is(criterion: Criterion | None, status: str) -> bool:
    """Whether a status is one that the ruleset takes orders with."""
    return criterion is None or (status in criterion.values) is not criterion.negated


def _by_dc(bindings: Sequence[Binding], places: Mapping[str, Place]) -> dict[int, list[Binding]]:
    found: dict[int, list[Binding]] = {}
    for one in bindings:
        if one.link in places:
            found.setdefault(places[one.link].dc, []).append(one)
    return found


def _wanted(order: Order, words: Words) -> Counter[tuple[str, str]]:
    """Line and SKU -> units that were ordered, less those that were cancelled again or left."""
    found = Counter[tuple[str, str]]()
    for line in order.lines:
        cancelled = 0 if words.rules.netted else line.cancelled
        if line.components:
            for one, per in zip(line.components, per_bundle(line), strict=True):
                found[line.id, _small(one.sku)] += one.quantity - cancelled * per
        else:
            found[line.id, _small(line.sku)] += line.quantity - cancelled
    lines = {line.id: line for line in order.lines}
    for allocation in order.allocations:
        if allocation.status in words.shipped:
            for key, units in _each(lines, allocation):
                found[key] -= units
    return Counter({key: max(units, 0) for key, units in found.items()})


def _each(
    lines: Mapping[str, Line], allocation: Allocation
) -> Iterator[tuple[tuple[str, str], int]]:
    """((line, SKU), units) of an allocation, a bundle as its components."""
    for item in allocation.items:
        line = lines.get(item.line)
        if line is None or not line.components or not _names_bundle(line, item):
            yield (item.line, _small(item.sku)), item.quantity
        else:
            for one, per in zip(line.components, per_bundle(line), strict=True):
                yield (item.line, _small(one.sku)), per * item.quantity


def _names_bundle(line: Line, item: AllocatedItem) -> bool:
    return _small(item.sku) == _small(line.sku)


def _small(sku: str | None) -> str:
    return (sku or "").casefold()
