"""Orders and products of short cases, ready to be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from engine.config.load import load_with_origins
from engine.customers import Customer, load_customer
from engine.executor.item_runner import ItemDesk
from engine.executor.order_runner import OrderDesk
from engine.explain.flows_now import products_now
from engine.explain.orders_now import OrderNow, order_now
from engine.explain.places import Places
from engine.explain.sources import Seeing
from engine.explain.story import Judged
from engine.model.order import Order
from tests.cases.case import BASE, FOLDER, OF_FLOWS, MemoryWorkspace, read_case, with_base
from tests.cases.items_street import ToldItemMemory, ToldItems, ToldProducts, products_of
from tests.cases.orders_of import orders_of
from tests.cases.street import ToldMemory, ToldSink, ToldSource, ToldWriting


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A customer of a short ruleset, and how what it reads is told."""

    customer: Customer
    seeing: Seeing


@cache
def opened(ruleset: str) -> Opened:
    """The customer `acme`, whose ruleset has to be right. It is the same one for all who ask."""
    workspace = MemoryWorkspace(ruleset, BASE)
    customer, problems = load_customer(workspace, "acme")
    assert customer is not None, problems
    tree = load_with_origins("acme", workspace).tree
    members = tuple(customer.adapters["ca"].buyer_members)
    seeing = Seeing(source="ca", buyer_members=members, places=Places(tree))
    return Opened(customer=customer, seeing=seeing)


def desk_of(customer: Customer, orders: Sequence[Order], known: Mapping[str, Any]) -> OrderDesk:
    """A desk whose systems and memory know what they are told."""
    rules = customer.compiled.rules
    return OrderDesk(
        compiled=customer.compiled,
        source=ToldSource(orders),
        sink=ToldSink(known),
        ledger=ToldMemory(known),
        writing=ToldWriting() if rules.write_back is not None else None,
    )


def explained(
    ruleset: str, row: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> OrderNow:
    """One order, as a case says it, over the base of cases."""
    one = opened(with_base(ruleset))
    orders = orders_of([{"key": "1001", **row}])
    return order_now(desk_of(one.customer, orders, known or {}), orders[0].key, one.seeing)


def case_explained(name: str) -> list[Judged]:
    """Every decision on the orders of a case's file."""
    case = read_case(FOLDER / "orders" / f"{name}.yaml")
    one = opened(with_base(case.ruleset))
    orders = orders_of(case.records.get("orders", []))
    desk = desk_of(one.customer, orders, case.known)
    return [judged for order in orders for judged in order_now(desk, order.key, one.seeing).judged]


def product_case_explained(name: str) -> list[Judged]:
    """The same of the products of a case's file."""
    case = read_case(FOLDER / "items" / f"{name}.yaml")
    assert (OF_FLOWS / "items.yaml").is_file()
    one = opened(with_base(case.ruleset, "cases-items"))
    products = products_of(case.records.get("products", []))
    compiled = one.customer.items
    assert compiled is not None
    desk = ItemDesk(
        compiled=compiled,
        source=ToldProducts(products, case.known),
        sink=ToldItems(case.known),
        ledger=ToldItemMemory(case.known, ()),
    )
    seeing = replace(one.seeing, buyer_members=())
    return [judged for one in products for judged in products_now(desk, one.key, seeing)]


def ways_out(judged: Judged) -> list[str]:
    """What is said to let it through: `record: a text in ca.X`."""
    assert judged.advice is not None
    return [f"{one.where}: {one.text}" for one in judged.advice.suggestions]
