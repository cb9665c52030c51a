"""What must be true when the faults have stopped: read from both ground truths and the ledger file.

The engine is believed in one thing alone: that it has told a person. Each difference between the
two systems must be an open item of its inbox, or a hold, that is about this very order, or must be
of just the units that are in doubt. Nothing excuses what was done twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from engine.sandbox.channeladvisor.units import cancelled, contents, shipped
from tests.acceptance.oracle import (
    States,
    deltas_due,
    deltas_told,
    lost_or_doubled,
    misordered,
    overshipped,
    shelf_gaps,
)
from tests.acceptance.week import LINKS, PROFILE
from tests.simulation.books import Books, broken
from tests.simulation.ready import ready
from tests.simulation.scenes import NOTE, Scene

RESET = "shipments.reset"
CONTENT = ("orders", "order-changes")
"""The flows whose items tell that an order is not in the warehouse as the channel has it."""
CALLED_OFF = frozenset(
    {
        "shipments.cancelled",
        "orders.changes.cancelled",
        "orders.changes.line-removed",
        "orders.changes.quantity-down",
    }
)
"""The rules that tell a person of units that are not wanted any more. An order of which a part has
left is not cancelled when the rest of it is: its other lines are taken out, or have fewer units.
"""
BUYERS = ("Dana", "O'Neil", "1 Elm Rd", "22 Oak Ave")
"""What no screen may show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Both systems before and after, the ledger, how the quiet passes ended, and all that was
    printed. `told` are the units of all deltas that the channel has processed, by (product id, DC),
    and `shipped` how often each of our shipments. `deleted` are the orders that a person took out
    of the warehouse and nobody has touched since; `strays` are writes that left a process whose
    lease somebody else had by then; `noticed` was wrong while the story went on.
    """

    scene: Scene
    before: States
    after: States
    books: Books
    codes: Sequence[int]
    printed: str
    told: Mapping[tuple[int, int], int]
    shipped: Mapping[str, int]
    deleted: frozenset[int] = frozenset()
    strays: Sequence[str] = ()
    noticed: Sequence[str] = ()


def wrong_with(ending: Ending) -> list[str]:
    """One text for each thing that is wrong."""
    found = [
        shelf_gaps(ending.before.warehouse, ending.after.warehouse),
        doubled(ending),
        overshot(ending),
        lost(ending),
        misaddressed(ending),
        unmarked(ending),
        untold(ending),
        unequal(ending) if not ending.scene.sets else uneven(ending),
        unwritten(ending) if ending.scene.notes else (),
        broken(ending.books),
        spoken(ending),
        (f"a write without a lease: {stray}" for stray in ending.strays),
        ending.noticed,
    ]
    return list(chain.from_iterable(found))


def doubled(ending: Ending) -> Iterator[str]:
    """No line is in the warehouse twice, no number is, and no shipment was told two times."""
    yield from lost_or_doubled(ending.after, ())
    numbers = Counter(order["number"] for order in ending.after.warehouse["orders"])
    yield from (f"shipment {mark}: {n} times" for mark, n in ending.shipped.items() if n > 1)
    yield from (f"number {number}: {n} times" for number, n in numbers.items() if n > 1)


def overshot(ending: Ending) -> Iterator[str]:
    """shipped <= picked <= ordered; of picks that were told and then taken back a person knows."""
    reset = {key.partition("/")[0] for _, key, rule, _ in ending.books.inbox if rule == RESET}
    for text in overshipped(ending.before, ending.after):
        if text.split()[1] not in reset:
            yield text


def lost(ending: Ending) -> Iterator[str]:
    """Every line that is wanted is in the warehouse, in its quantity; else a person knows it."""
    for order in _wanted(ending):
        if order["ShippingStatus"] != "Canceled":
            yield from lost_or_doubled(ending.after, {order["ID"]})
        if not ending.books.says(order["ID"], "shipments.cancelled"):
            yield from misordered(ending.after, {order["ID"]})


def misaddressed(ending: Ending) -> Iterator[str]:
    """The warehouse sends to where the buyer wants it; a blanked address is no wish."""
    there: dict[str, Any] = {}
    for order in ending.after.warehouse["orders"]:
        for line in order["lines"]:
            there[line["host_id"]] = (order["header"].get("shipTo") or {}).get("address1")
    for order in _wanted(ending):
        wanted = order["ShippingAddressLine1"]
        for line in order["Items"]:
            found = there.get(str(line["ID"]), wanted)
            if wanted and found != wanted:
                yield f"order {order['ID']} line {line['ID']} goes to another address"


def unmarked(ending: Ending) -> Iterator[str]:
    """What is in the warehouse is marked as exported, but for what was cancelled before; nothing is
    where the flag cannot be used.
    """
    there = {
        line["host_id"] for order in ending.after.warehouse["orders"] for line in order["lines"]
    }
    if not ending.scene.marks:
        marked = [order["ID"] for order in ending.after.channel["Orders"] if order["Exports"]]
        yield from (f"order {order} is marked as exported" for order in marked)
        return
    for order in _judged(ending, ("orders",), ("orders.write-back",)):
        wanted = order["ShippingStatus"] != "Canceled"
        if wanted and not order["Exports"] and {str(line["ID"]) for line in order["Items"]} & there:
            yield f"order {order['ID']} is in the warehouse, and not marked as exported"


def untold(ending: Ending) -> Iterator[str]:
    """All that is packed has been told to the channel, in whole units; else a person knows it.
    Where picks are told, all that is picked; where orders are told whole, those that are ended.
    """
    due = ready(ending.scene, ending.after)
    for order in _judged(ending, ("shipments",), ("shipments.message",)):
        gone = shipped(order)
        for line in order["Items"]:
            names = {part["ProductID"]: part["Sku"] for part in line["BundleComponents"]}
            parts = contents(line)
            whole = min(
                due[str(line["ID"]), names.get(key[1], line["Sku"])] // per
                for key, per in parts.items()
            )
            for key, per in parts.items():
                if gone[key] != per * whole:
                    name = f"order {order['ID']} line {line['ID']}"
                    yield f"{name}: {per * whole} of {key[1]} are due, {gone[key]} are told"


def unequal(ending: Ending) -> Iterator[str]:
    """Each DC was told once what its areas have changed by.

    Every delta that is on record as done was told; of those in doubt, each was or was not. What is
    due and not told by a delta waits behind a doubt of its product.
    """
    ids = _ids(ending)
    due = deltas_due(ending.before, ending.after, ending.scene.terms)
    done, doubts = ending.books.units("DONE"), _doubts(ending.books)
    for sku, center in sorted({*due, *_places(ending.told, ids)}):
        place = f"ca:product:{ids[sku]}", center
        extra = ending.told.get((ids[sku], center), 0) - done[place]
        if extra not in _sums(doubts.get(place, ())):
            yield f"{sku} at DC {center}: {extra} were told that nobody has on record"
        if due[sku, center] != done[place] and not _doubtful(ending.books, place[0]):
            yield f"{sku} at DC {center}: {due[sku, center]} are due, {done[place]} were told"


def _ids(ending: Ending) -> Mapping[str, int]:
    """SKU -> product of the profile that is told."""
    return {
        product["Sku"]: product["ID"]
        for product in ending.after.channel["Products"]
        if product["ProfileID"] == PROFILE
    }


def uneven(ending: Ending) -> Iterator[str]:
    """Where quantities are set: what can be sold, is held back and was shipped has grown by what
    the shelves have and what was picked; but where a doubt waits. A set does not count what is
    picked and was called off since: of those units a person is told, who brings them back. Until
    then a box of them keeps a set waiting.
    """
    terms = ending.scene.terms
    ids = _ids(ending)
    told = deltas_told(ending.before.channel, ending.after.channel, terms)
    due, loose = deltas_due(ending.before, ending.after, terms), _stranded(ending)
    for sku, center in sorted(told.keys() | due.keys()):
        found, wanted = told[sku, center], due[sku, center]
        if loose[sku, center] and ("stock", sku, "stock.moving") in ending.books.holds:
            continue
        if not wanted - loose[sku, center] <= found <= wanted and not _doubtful(
            ending.books, f"ca:product:{ids[sku]}"
        ):
            yield f"{sku} at DC {center}: {wanted} are due, it has grown by {found}"


def _stranded(ending: Ending) -> Counter[tuple[str, int]]:
    """(SKU, DC) -> units that are picked and not wanted any more, of orders of which a person was
    told that they, or units of them, were called off.
    """
    told = {key.partition("/")[0] for _, key, rule, _ in ending.books.inbox if rule in CALLED_OFF}
    orders = [order for order in ending.after.channel["Orders"] if str(order["ID"]) in told]
    wanted, picked = _wanted_units(orders), _picked_units(ending, orders)
    over: Counter[tuple[str, str]] = Counter()
    for (line, item, _), count in picked.items():
        over[line, item] += count
    over.subtract(wanted)
    units: Counter[tuple[str, int]] = Counter()
    for (line, item, center), count in picked.items():
        units[item, center] += min(count, max(0, over[line, item]))
    return units


def _picked_units(
    ending: Ending, orders: Iterable[Mapping[str, Any]]
) -> Counter[tuple[str, str, int]]:
    """(line, item, DC) -> units that are picked of these orders."""
    lines = {str(line["ID"]) for order in orders for line in order["Items"]}
    units: Counter[tuple[str, str, int]] = Counter()
    for order in ending.after.warehouse["orders"]:
        for line in order["lines"]:
            if line["host_id"] in lines:
                units[line["host_id"], line["item"], LINKS[order["area"]]] += line["picked"]
    return units


def _wanted_units(orders: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str]]:
    """(line, item) -> units that were ordered and not cancelled, of a bundle by component."""
    units: Counter[tuple[str, str]] = Counter()
    for line in (line for order in orders for line in order["Items"]):
        names = {part["ProductID"]: part["Sku"] for part in line["BundleComponents"]}
        for (_, product), per in contents(line).items():
            whole = line["Quantity"] - cancelled(line)
            units[str(line["ID"]), names.get(product, line["Sku"])] = per * whole
    return units


def unwritten(ending: Ending) -> Iterator[str]:
    """Our number and the note stand on each order that is in the warehouse, once; but on one that
    was cancelled before they were written: it is not marked as exported either, as it may be wanted
    again.
    """
    there = {
        line["host_id"] for order in ending.after.warehouse["orders"] for line in order["lines"]
    }
    for order in ending.after.channel["Orders"]:
        if (order["PrivateNotes"] or "").count(NOTE) > 1:
            yield f"order {order['ID']} has the note twice"
    written = {
        row.key.rpartition(":")[2]
        for row in ending.books.effects.values()
        if row.kind == "write-back" and row.state == "DONE"
    }
    for order in _judged(ending, ("orders",)):
        if order["ShippingStatus"] == "Canceled" and str(order["ID"]) not in written:
            continue
        ours = {str(line["ID"]) for line in order["Items"]} & there
        if ours and str(order["ID"]) not in (order["SellerOrderID"] or ""):
            yield f"order {order['ID']} does not have its number in the warehouse"


def _places(
    told: Mapping[tuple[int, int], int], ids: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    """(SKU, DC) of what was told."""
    skus = {product: sku for sku, product in ids.items()}
    return ((skus[product], center) for product, center in told)


def _doubts(books: Books) -> Mapping[tuple[str, int], list[int]]:
    """(subject, DC) -> the units of each delta in doubt."""
    found: dict[tuple[str, int], list[int]] = {}
    for row in books.effects.values():
        if row.kind == "adjust" and row.state == "DOUBT":
            for center, units in row.units().items():
                found.setdefault((row.subject, center), []).append(units)
    return found


def _sums(parts: Sequence[int]) -> set[int]:
    """What some of these may add up to."""
    sums = {0}
    for part in parts:
        sums |= {part + other for other in sums}
    return sums


def _doubtful(books: Books, subject: str) -> bool:
    return any(row.subject == subject and row.state == "DOUBT" for row in books.effects.values())


def spoken(ending: Ending) -> Iterator[str]:
    """The quiet passes end well, and no buyer was shown to anybody."""
    if ending.codes[-1] not in {0, 5}:
        yield f"the last pass ended with {ending.codes[-1]}"
    yield from (f"a screen has shown {word}" for word in BUYERS if word in ending.printed)


def _judged(
    ending: Ending, flows: Sequence[str], but: Collection[str] = ()
) -> Iterator[Mapping[str, Any]]:
    """The orders of which nobody was told anything by these flows, those rules apart."""
    for order in ending.after.channel["Orders"]:
        if not ending.books.told(order["ID"], flows, but):
            yield order


def _wanted(ending: Ending) -> Iterator[Mapping[str, Any]]:
    """The orders that must be in the warehouse as the channel has them, by all that is known: what
    was taken out by hand, and not touched since, need not be.
    """
    judged = _judged(ending, CONTENT, ("orders.write-back",))
    return (order for order in judged if order["ID"] not in ending.deleted)
