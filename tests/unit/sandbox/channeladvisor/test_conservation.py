"""Units are conserved: a second, simpler account of them agrees after any run of events."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.sandbox.channeladvisor.product_members import PENDING
from tests.unit.sandbox.channeladvisor.shop import (
    EAST,
    KIT,
    LAMP,
    MUG,
    ROPE,
    WEST,
    floor,
    sell,
    ship,
    shop,
    stock,
    update,
    whole,
)

SKUS = {"LAMP": {LAMP: 1}, "ROPE": {ROPE: 1}, "MUG-ALT": {MUG: 1}, "KIT": {LAMP: 1, ROPE: 2}}
PRODUCTS = (LAMP, ROPE, MUG)
CENTERS = st.sampled_from([EAST, WEST])
UNITS = st.integers(1, 6)
PICK = st.integers(0, 1000)
CLOSED = ("Complete", "InTransit", "Canceled", "ThirdPartyManaged")


def _tidy(stock_of: dict[int, int]) -> dict[int, int]:
    return {dc: units for dc, units in stock_of.items() if dc in (EAST, WEST) and units}


def _units(order: dict[str, Any], *statuses: str) -> Counter[tuple[int, int]]:
    """(product, DC) -> units in fulfillments of these statuses."""
    units: Counter[tuple[int, int]] = Counter()
    for row in order["Fulfillments"]:
        for item in row["Items"] if row["DeliveryStatus"] in statuses else ():
            product = item["ReferenceProductID"] or item["ProductID"]
            units[product, row["DistributionCenterID"]] += item["Quantity"]
    return units


class Shop(RuleBasedStateMachine):
    """Any events in any order.

    `totals` is what entered less what left, by product. `shelf` is the same by product and DC; it
    can be followed only where fulfillments are netted, since nobody tells otherwise which DC a
    cancelled unit was taken from.
    """

    nets = True

    @initialize()
    def open(self) -> None:
        self.caller = shop(clamp_at_zero=False, adjust_nets=self.nets)
        self.orders: list[dict[str, Any]] = []
        self.totals = {LAMP: 37, ROPE: 37, MUG: 50}
        self.shelf = Counter({(LAMP, EAST): 20, (LAMP, WEST): 10, (ROPE, EAST): 30})
        self.shelf.update({(ROPE, WEST): 7, (MUG, EAST): 50})
        self.gone: dict[int, int] = {}
        self.cut: dict[int, int] = {}

    def _line(self, pick: int) -> tuple[int, dict[str, Any]] | None:
        lines = [(order["ID"], line) for order in self.orders for line in order["Items"]]
        return lines[pick % len(lines)] if lines else None

    def _leave(self, line: dict[str, Any], units: int) -> None:
        for product, per in SKUS[line["Sku"]].items():
            self.totals[product] -= per * units

    @rule(sku=st.sampled_from(sorted(SKUS)), units=UNITS, center=CENTERS, other=CENTERS)
    def sells(self, sku: str, units: int, center: int, other: int) -> None:
        """Two lines, perhaps in two DCs: the total does not move."""
        order = sell(self.caller, (sku, units, center), ("LAMP", 2, other))
        self.orders.append(order)

    @rule(pick=PICK, units=UNITS)
    def ships(self, pick: int, units: int) -> None:
        """So many of a line: exactly as many as are left can go."""
        chosen = self._line(pick)
        if chosen is None:
            return
        order, line = chosen
        key = line["ID"]
        left = line["Quantity"] - self.gone.get(key, 0) - self.cut.get(key, 0)
        before = _units(whole(self.caller, order), "Complete")
        status = ship(self.caller, order, {"OrderItemID": key, "Quantity": units})
        assert status == (204 if units <= left else 400)
        if status == 204:
            self.gone[key] = self.gone.get(key, 0) + units
            self._leave(line, units)
            self.shelf.subtract(_units(whole(self.caller, order), "Complete") - before)

    @rule(pick=PICK, units=UNITS, restock=st.booleans())
    def cancels(self, pick: int, units: int, *, restock: bool) -> None:
        """So many of a line, of those that have not left; restocked ones stay in the total."""
        chosen = self._line(pick)
        if chosen is None:
            return
        order, line = chosen
        key = line["ID"]
        left = line["Quantity"] - self.gone.get(key, 0) - self.cut.get(key, 0)
        if 0 < units <= left:
            wish = {"order": order, "line": key, "quantity": units, "restock": restock}
            before = _units(whole(self.caller, order), "NoChange")
            floor(self.caller, "cancel", **wish)
            self.cut[key] = self.cut.get(key, 0) + units
            if not restock:
                self._leave(line, units)
                self.shelf.subtract(before - _units(whole(self.caller, order), "NoChange"))

    @rule(pick=PICK, center=CENTERS)
    def reroutes(self, pick: int, center: int) -> None:
        """A fulfillment to another DC, open or not: the total does not move."""
        if self.orders:
            order = whole(self.caller, self.orders[pick % len(self.orders)]["ID"])
            fulfillment = order["Fulfillments"][pick % len(order["Fulfillments"])]
            floor(self.caller, "reroute", fulfillment=fulfillment["ID"], dc=center)

    @rule(pick=PICK)
    def splits(self, pick: int) -> None:
        """One unit to a new open fulfillment in WEST: the total does not move."""
        if not self.orders:
            return
        order = whole(self.caller, self.orders[pick % len(self.orders)]["ID"])
        still = [row for row in order["Fulfillments"] if row["DeliveryStatus"] not in CLOSED]
        items = [item for row in still for item in row["Items"]]
        if items:
            body = {"OrderID": order["ID"], "DistributionCenterID": WEST}
            self.caller.call("POST", "/v1/Fulfillments", body)
            newest = max(row["ID"] for row in whole(self.caller, order["ID"])["Fulfillments"])
            body = {"DestinationFulfillmentID": newest, "Quantity": 1}
            place = f"/v1/FulfillmentItems({items[pick % len(items)]['ID']})/Move"
            assert self.caller.call("POST", place, body).status == 204

    @rule(product=st.sampled_from(PRODUCTS), center=CENTERS, units=st.integers(-9, 9))
    def counts(self, product: int, center: int, units: int) -> None:
        """A relative update moves the total by as much."""
        assert update(self.caller, product, "Relative", (center, units)) == 204
        self.totals[product] += units
        self.shelf[product, center] += units

    @invariant()
    def totals_add_up(self) -> None:
        """total = available + open allocated + pendings = what entered less what left."""
        for product in PRODUCTS:
            row = self.caller.get(f"/v1/Products({product})")
            held = sum(row[name] for name in PENDING) + row["OpenAllocatedQuantity"]
            assert row["TotalAvailableQuantity"] == sum(stock(self.caller, product).values())
            assert row["TotalQuantity"] == row["TotalAvailableQuantity"] + held
            assert row["TotalQuantity"] == self.totals[product]

    @invariant()
    def a_shelf_is_what_is_available_and_held(self) -> None:
        """Set to what lies there, UnShipped gives the available figure back, in each DC."""
        for product in PRODUCTS if self.nets else ():
            before = _tidy(stock(self.caller, product))
            for center in (EAST, WEST):
                update(self.caller, product, "UnShipped", (center, self.shelf[product, center]))
            assert _tidy(stock(self.caller, product)) == before

    @invariant()
    def a_bundle_has_what_its_components_allow(self) -> None:
        """In each DC the fewest whole bundles, and none where a component is short."""
        lamps, ropes = stock(self.caller, LAMP), stock(self.caller, ROPE)
        for center, kits in stock(self.caller, KIT).items():
            assert kits == max(min(lamps.get(center, 0), ropes.get(center, 0) // 2), 0)

    @invariant()
    def lines_add_up(self) -> None:
        """shipped <= ordered, and what a line says agrees with what happened to it."""
        for sold in self.orders:
            order = whole(self.caller, sold["ID"])
            for line in order["Items"]:
                gone, cut = self.gone.get(line["ID"], 0), self.cut.get(line["ID"], 0)
                assert gone + cut <= line["Quantity"]
                parts = len(SKUS[line["Sku"]]) > 1
                per = sum(SKUS[line["Sku"]].values()) if parts else 1
                units = {"Complete": 0, "NoChange": 0, "Canceled": 0}
                for row in order["Fulfillments"]:
                    for item in row["Items"]:
                        if item["OrderItemID"] == line["ID"]:
                            units[row["DeliveryStatus"]] += item["Quantity"]
                assert units["Complete"] == per * gone
                if self.nets:
                    assert units["NoChange"] == per * (line["Quantity"] - gone - cut)


class ShopWithoutNetting(Shop):
    """The same where cancelled units still stand in the fulfillments."""

    nets = False


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestShopWithoutNetting = ShopWithoutNetting.TestCase
TestShopWithoutNetting.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
