"""The goods of a customer's own world: products in the channel, items and shelves in the warehouse.

On hand of the areas of a DC = what is available there + what open orders hold back there: both
systems agree, as long as nothing was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.sandbox.casting.estate import Estate
from engine.sandbox.casting.filling import filled
from engine.sandbox.casting.ground import Row, product_id
from engine.sandbox.casting.products import LONG_AGO, product_row
from engine.sandbox.channeladvisor.pendings import held
from engine.sandbox.channeladvisor.schema import PRODUCT
from engine.sandbox.world.catalog import STOCKED

MADE_UP = tuple(STOCKED)[:12]
"""SKUs of goods where a ruleset names none."""
KIT = "KIT-SAMPLE"
"""A bundle that no ruleset names: what becomes of it is what becomes of all others."""
GHOST = "GHOST-9"
"""Sold, but unknown to the warehouse."""
ON_HAND = 600
"""So many of everything lie in each area: the orders of a rehearsal do not use them up."""
_PER = (1, 2)
"""So many of its first and of its second component a kit has."""


class Wares:
    """Who sells what: each profile that stock is told to has goods of its own; what the ruleset
    names is sold by the first.
    """

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        goods = estate.goods
        self.profiles = list(dict.fromkeys(plot.profile for plot in estate.plots))
        home, stems = self.profiles[0], goods.known or MADE_UP
        self.plain: dict[int, Sequence[str]] = {
            profile: stems[at :: len(self.profiles)] or stems
            for at, profile in enumerate(self.profiles)
        }
        named = [sku for sku in goods.named if sku not in goods.kits and sku not in goods.services]
        self._owner = {sku: one for one, skus in self.plain.items() for sku in reversed(skus)}
        self._owner |= dict.fromkeys([*named, *goods.kits, *goods.services, GHOST], home)
        self.stocked = list(dict.fromkeys([*(s for of in self.plain.values() for s in of), *named]))
        first = self.plain[home]
        parts = dict(zip((first[0], first[-1]), _PER, strict=True))
        self.kits = dict.fromkeys(goods.kits, parts)

    def number(self, sku: str, profile: int) -> int:
        """The product behind a SKU that an order of this profile names."""
        return product_id(self._owner.get(sku, profile), sku)

    def line(self, sku: str | None, quantity: int) -> dict[str, Any]:
        """A line of a short order; of a kit with its components."""
        bundle = {"bundle": self.kits[sku]} if sku in self.kits else {}
        return {"sku": sku, "quantity": quantity, **bundle}

    def products(self, orders: Sequence[Row]) -> list[Row]:
        """The channel's products, with what can be sold of each."""
        waiting: Counter[tuple[int, int]] = Counter()
        for order in orders:
            waiting.update(held(order))
        return [self._product(sku, profile, waiting) for sku, profile in self._owner.items()]

    def _product(self, sku: str, profile: int, waiting: Counter[tuple[int, int]]) -> Row:
        own = product_id(profile, sku)
        lying = self._on_hand(sku, profile)
        stock = {
            code: lying.get(code, 0) - waiting[own, number] if code in lying else 0
            for code, number in self._estate.centers.items()
        }
        facts = {name: f"Sample {name}" for name in sorted(self._estate.attributes)}
        short = {"sku": sku, "profile": profile, "stock": stock, "attributes": facts}
        if sku == GHOST:
            short["updated"] = LONG_AGO  # Else it would become an item, and known.
        if sku in self.kits:
            short["bundle"] = self.kits[sku]
        raw = {"InfiniteQuantity": True} if sku in self._endless() else {}
        made = product_row({**short, "title": f"Sample {sku}", "raw": raw}, self._estate.ground)
        return filled(made, self._estate.product_reads, PRODUCT, own % 997)

    def _endless(self) -> set[str]:
        return {*self._estate.goods.services, GHOST}

    def _on_hand(self, sku: str, profile: int) -> Counter[str]:
        """Code of a DC -> what lies in its areas."""
        found: Counter[str] = Counter()
        if sku in self.stocked:
            for plot in self._estate.plots:
                if plot.profile == profile:
                    found[plot.center] += ON_HAND * max(1, len(plot.areas))
        return found

    def site(self) -> Row:
        """The state of a warehouse that knows all goods, and lies full of them."""
        ways = self._estate.goods.kits
        items = [*self.stocked, *(sku for sku, way in ways.items() if way == "keep")]
        areas = [area for plot in self._estate.plots for area in plot.areas]
        return {
            "areas": list(dict.fromkeys(areas)),
            "items": [self._item(at, sku) for at, sku in enumerate(items)],
            "bundles": {
                sku: [{"item": part, "quantity": per} for part, per in self.kits[sku].items()]
                for sku, way in ways.items()
                if way == "wos"
            },
            "inventory": [*self._inventory(areas)],
        }

    def _item(self, at: int, sku: str) -> Row:
        """Two items in three hold the id of their product: the others are looked up."""
        member = self._estate.id_member
        known = member is not None and at % 3 != 2
        return {
            "number": sku,
            "members": {member: str(product_id(self._owner[sku], sku))} if known else {},
        }

    def _inventory(self, areas: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        for plot in self._estate.plots:
            for area in plot.areas or ("floor",):
                for sku in self.stocked:
                    if self._owner[sku] == plot.profile:
                        yield {"item": sku, "location": f"{area}-1", "quantity": ON_HAND}
