"""Seeded worlds: the states of both sandboxes, and what must come of them.

Imports nothing of the engine but its sandboxes: the list of what is expected is a second opinion.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from engine.sandbox.world.accounts import account
from engine.sandbox.world.catalog import site
from engine.sandbox.world.chance import seeded
from engine.sandbox.world.crowd import crowd
from engine.sandbox.world.customers import CUSTOMERS, Customer
from engine.sandbox.world.law import Stock, judge
from engine.sandbox.world.model import ExpectedOrder, World
from engine.sandbox.world.products import all_products
from engine.sandbox.world.records import Ids, order_record
from engine.sandbox.world.shelves import shelves
from engine.sandbox.world.specials import SPECIALS
from engine.sandbox.world.stamps import Stamps

SMALLEST = len(SPECIALS)


def generate(size: int, seed: int, now: datetime) -> World:
    """A world of `size` orders, all placed before `now`; equal arguments give equal worlds.

    The special orders come first, so that the smallest world has every one of them. Raises
    ValueError for a smaller size, and for a `now` before 2026-11-03.
    """
    if size < SMALLEST:
        raise ValueError(f"A world has at least {SMALLEST} orders, each of them special.")
    chance = seeded(seed)
    stamps = Stamps(chance, now, size)
    sketches = [*SPECIALS, *crowd(chance, size - SMALLEST)]
    ids = Ids()
    orders = [order_record(sketch, ids, stamps.pair()) for sketch in sketches]
    products = [*all_products(seeded(seed))]
    sites = {
        customer.name: site(customer.name, customer.areas)
        | shelves(customer.name, products, orders)
        for customer in CUSTOMERS
    }
    judged = {customer.name: _judged(customer, orders, sites) for customer in CUSTOMERS}
    return World(
        channeladvisor={**account(), "Products": products, "Orders": orders},
        sites=sites,
        expected={name: expected for name, (expected, _) in judged.items()},
        reasons={name: reasons for name, (_, reasons) in judged.items()},
        specials={
            sketch.label: order["ID"]
            for sketch, order in zip(sketches, orders, strict=True)
            if sketch.label
        },
    )


def _judged(
    customer: Customer, orders: list[dict[str, Any]], sites: dict[str, dict[str, Any]]
) -> tuple[list[ExpectedOrder], Counter[str]]:
    """Judges the orders that the customer's application can see."""
    stock = Stock.of(sites[customer.name])
    visible = {*customer.profiles, *customer.foreign}
    expected: list[ExpectedOrder] = []
    reasons: Counter[str] = Counter()
    for order in orders:
        if order["ProfileID"] in visible:
            wanted, fallen = judge(order, customer, stock)
            expected += wanted
            reasons.update(fallen)
    return expected, reasons
