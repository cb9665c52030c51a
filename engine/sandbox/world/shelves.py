"""What lies in a customer's warehouse: exactly what ChannelAdvisor believes to be there.

On hand of the areas of a DC = what is available there + what open orders hold back there. No order
of a fresh world is in a warehouse yet, so this is where both systems agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.world.catalog import MAIN_PROFILES, SHELVED, STOCKED

BACKSTOCK = "Backstock"
AREAS: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    "brightwick": {5: ("Main",)},
    "northpeak": {7: ("MAIN", "BULK"), 9: ("WEST",), 13: ("DEPOT",)},
    "tidewater": {0: ("DOCK",), -3: ("ANNEX",)},
}
"""The areas in which the goods of each DC lie. No shipped ruleset links the depot's."""

UNLINKED: Mapping[str, tuple[str, ...]] = {"northpeak": ("OFFICE",)}
_ONLY_BACKSTOCK = frozenset({"BULK"})
_SAMPLES = ("LAMP-01", "MUG-01", "TEA-05")


def shelves(customer: str, products: Iterable[Row], orders: Iterable[Row]) -> dict[str, Any]:
    """The members areas, locations and inventory of a site's state."""
    areas = [area for named in AREAS[customer].values() for area in named]
    areas += UNLINKED.get(customer, ())
    return {
        "areas": areas,
        "locations": [place for area in areas for place in _locations(area)],
        "inventory": [*_inventory(customer, products, orders), *_office(customer)],
    }


def _locations(area: str) -> Iterator[Row]:
    for at in range(1, 7):
        if area not in _ONLY_BACKSTOCK:
            yield {"name": f"{area}-P{at}", "area": area, "type": "Pick"}
    for at in range(1, 4):
        yield {"name": f"{area}-B{at}", "area": area, "type": BACKSTOCK}


def _inventory(customer: str, products: Iterable[Row], orders: Iterable[Row]) -> Iterator[Row]:
    waiting: Counter[tuple[int, int]] = Counter()
    for order in orders:
        waiting.update(held(order))
    for product in products:
        mine = product["ProfileID"] == MAIN_PROFILES[customer]
        if mine and (product["Sku"] in STOCKED or product["Sku"] in SHELVED):
            for row in product["DCQuantities"]:
                center = row["DistributionCenterID"]
                units = row["AvailableQuantity"] + waiting[product["ID"], center]
                areas = AREAS[customer].get(center, ())
                yield from _laid(product, areas, units)


def _laid(product: Row, areas: Sequence[str], units: int) -> Iterator[Row]:
    """Spreads so many units over places of the areas; the first place has what does not divide."""
    places = [name for area in areas for name in _places(area, product["ID"])]
    for at, name in enumerate(places):
        share = units // len(places) + (units % len(places) if at == 0 else 0)
        yield {"item": product["Sku"], "location": name, "quantity": share}


def _places(area: str, number: int) -> Iterator[str]:
    if area not in _ONLY_BACKSTOCK:
        yield f"{area}-P{1 + number % 6}"
        yield f"{area}-P{1 + (number + 1) % 6}"
    yield f"{area}-B{1 + number % 3}"


def _office(customer: str) -> Iterator[Row]:
    """A few samples where no channel looks."""
    for area in UNLINKED.get(customer, ()):
        for sku in _SAMPLES:
            yield {"item": sku, "location": f"{area}-P1", "quantity": 40}
