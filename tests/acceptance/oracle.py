"""What must be true at the end of a week: read from what both systems hold, and from nothing else.

Everything here is pure. A state is what a floor answers at `/_floor/state`; each function answers
one text for each thing that is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.units import cancelled, contents, shipped
from tests.acceptance.floors import shelf_levels

Row = Mapping[str, Any]
Units = Counter[tuple[int, int]]
"""(order item id, product id) -> units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """Both systems at one time."""

    channel: Row
    warehouse: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a ruleset tells the channel of: `links` are area -> DC, `eligible` the kinds of changes
    (a `pick` is one of another host's order), of which those with a reason in `except_` are not.
    """

    profile: int
    links: Mapping[str, int]
    eligible: Collection[str] = ("put", "pull", "count", "move", "putaway", "pick")
    except_: Collection[str] = ("PUTBACK",)


def faults_of(before: States, after: States, terms: Terms, due: Collection[int]) -> list[str]:
    """Everything that is wrong after a week; empty when all is well."""
    return [
        *shelf_gaps(before.warehouse, after.warehouse),
        *lost_or_doubled(after, due),
        *misordered(after, due),
        *overshipped(before, after),
        *delta_gaps(before, after, terms),
    ]


def shelf_gaps(before: Row, after: Row) -> Iterator[str]:
    """On hand has changed by exactly what the site's own history says."""
    expected = shelf_levels(before)
    for entry in _news(before, after):
        expected[entry["item"], entry["area"]] += entry["quantity"]
        if entry["kind"] == "move":
            expected[entry["item"], entry["to_area"]] -= entry["quantity"]
    there = shelf_levels(after)
    for key in sorted(expected.keys() | there.keys(), key=str):
        if expected[key] != there[key]:
            yield f"shelf {key}: {there[key]} lie there, {expected[key]} are explained"


def lost_or_doubled(after: States, due: Collection[int]) -> Iterator[str]:
    """Every line of a due order that is still wanted is in the warehouse; none is there twice."""
    there: dict[str, list[Row]] = {}
    for order in after.warehouse["orders"]:
        for host in {line["host_id"] for line in order["lines"]} - {None}:
            there.setdefault(host, []).append(order)
    for order in after.channel["Orders"]:
        for line in order["Items"]:
            found = there.get(str(line["ID"]), [])
            name = f"order {order['ID']} line {line['ID']}"
            if not found and order["ID"] in due and line["Quantity"] > cancelled(line):
                yield f"{name}: lost"
            areas = Counter(one["area"] for one in found)
            yield from (f"{name}: {n} times in {area}" for area, n in areas.items() if n > 1)


def misordered(after: States, due: Collection[int]) -> Iterator[str]:
    """Of each line of a due order the warehouse was asked for what is wanted by now."""
    asked = _in_warehouse(after, "quantity")
    for order in after.channel["Orders"]:
        for line in order["Items"] if order["ID"] in due else ():
            wanted = line["Quantity"] - cancelled(line)
            for name, per, units in _contents(order, line, asked):
                if units != per * wanted:
                    yield f"{name}: {units} were asked for, {per * wanted} are wanted"


def overshipped(before: States, after: States) -> Iterator[str]:
    """shipped <= picked <= ordered, of every line and of every component of a bundle."""
    for name, ordered, picked, gone in _lines(before, after):
        if not gone <= picked <= ordered:
            yield f"{name}: shipped {gone}, picked {picked}, ordered {ordered}"


def unshipped(before: States, after: States) -> Iterator[str]:
    """What was picked and no shipment has told (short packs and parts of bundles are among it)."""
    for name, _, picked, gone in _lines(before, after):
        if gone < picked:
            yield f"{name}: shipped {gone}, picked {picked}"


def delta_gaps(before: States, after: States, terms: Terms) -> Iterator[str]:
    """Each DC was told of each product what the eligible changes of its areas sum to."""
    told, due = deltas_told(before.channel, after.channel, terms), deltas_due(before, after, terms)
    for key in sorted(told.keys() | due.keys()):
        if told[key] != due[key]:
            yield f"deltas of {key[0]} at DC {key[1]}: {told[key]} were told, {due[key]} are due"


def deltas_told(before: Row, after: Row, terms: Terms) -> Counter[tuple[str, int]]:
    """(SKU, DC) -> by how much its units grew, wherever they are: free, held back or shipped.

    A sale, a cancellation that restocks, and a shipment move units between these three; only a
    write of a quantity makes or takes any. Other DCs than the linked ones do not count.
    """
    skus = {
        product["ID"]: product["Sku"]
        for product in after["Products"]
        if product["ProfileID"] == terms.profile
        and product["ProductType"] in {"Item", "Child"}
        and not product["InfiniteQuantity"]
    }
    grown: Counter[tuple[str, int]] = Counter()
    for channel, sign in ((after, 1), (before, -1)):
        for (product, center), units in _units(channel).items():
            if product in skus and center in set(terms.links.values()):
                grown[skus[product], center] += sign * units
    return grown


def deltas_due(before: States, after: States, terms: Terms) -> Counter[tuple[str, int]]:
    """(SKU, DC) -> what the channel should have been told. Own picks travel with shipments."""
    own = {str(line["ID"]) for order in after.channel["Orders"] for line in order["Items"]}
    due: Counter[tuple[str, int]] = Counter()
    for entry in _news(before.warehouse, after.warehouse):
        if entry["kind"] not in terms.eligible or entry["reason"] in terms.except_:
            continue
        if entry["host_id"] in own:
            continue
        if entry["area"] in terms.links:
            due[entry["item"], terms.links[entry["area"]]] += entry["quantity"]
        if entry["kind"] == "move" and entry["to_area"] in terms.links:
            due[entry["item"], terms.links[entry["to_area"]]] -= entry["quantity"]
    return due


def _news(before: Row, after: Row) -> Sequence[Row]:
    """What was written into the site's history since."""
    entries: Sequence[Row] = after["journal"]
    return entries[len(before["journal"]) :]


def _units(channel: Row) -> Counter[tuple[int, int]]:
    """(product id, DC) -> available + held back + shipped."""
    units: Counter[tuple[int, int]] = Counter()
    for product in channel["Products"]:
        for row in product["DCQuantities"]:
            units[product["ID"], row["DistributionCenterID"]] += row["AvailableQuantity"] or 0
    for order in channel["Orders"]:
        units.update(held(order))
        for fulfillment in order["Fulfillments"]:
            if fulfillment["DeliveryStatus"] in {"Complete", "InTransit"}:
                for item in fulfillment["Items"]:
                    product = item["ReferenceProductID"] or item["ProductID"]
                    units[product, fulfillment["DistributionCenterID"]] += item["Quantity"]
    return units


def _lines(before: States, after: States) -> Iterator[tuple[str, int, int, int]]:
    """(name, ordered, picked, shipped since) of every line and component, in its own units."""
    sent_before: Units = Counter()
    for order in before.channel["Orders"]:
        sent_before.update(shipped(order))
    picks = _in_warehouse(after, "picked")
    picks.subtract(_in_warehouse(before, "picked"))
    for order in after.channel["Orders"]:
        gone = shipped(order)
        for line in order["Items"]:
            keys = zip(contents(line), _contents(order, line, picks), strict=True)
            for key, (name, per, picked) in keys:
                yield name, per * line["Quantity"], picked, gone[key] - sent_before[key]


def _in_warehouse(states: States, member: str) -> Counter[tuple[str, str]]:
    """(order item id, item) -> units of that member of the warehouse's lines."""
    found: Counter[tuple[str, str]] = Counter()
    for line in (line for order in states.warehouse["orders"] for line in order["lines"]):
        if line["host_id"] is not None:
            found[line["host_id"], line["item"]] += line[member]
    return found


def _contents(
    order: Row, line: Row, units: Counter[tuple[str, str]]
) -> Iterator[tuple[str, int, int]]:
    """(name, how many make one of the line, units of it) of a line, or of each component."""
    names = {part["ProductID"]: part["Sku"] for part in line["BundleComponents"]}
    whole = units[str(line["ID"]), line["Sku"]]
    for key, per in contents(line).items():
        sku = names.get(key[1])
        found = whole * per + (units[str(line["ID"]), sku] if sku else 0)
        yield f"order {order['ID']} line {line['ID']} {sku or line['Sku']}", per, found
