"""A record of the customer's own cases, as the expressions of its ruleset see it: no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.bootstrap import open_sight
from engine.cases.case import Case
from engine.cases.records import orders_now, products_now
from engine.cases.scenery import Scene, scene_of, told
from engine.cases.stage import open_stage
from engine.customers import Customer
from engine.errors import CrossdockError
from engine.flows.items_draft import scope_of
from engine.flows.orders_parts import parts_of
from engine.flows.orders_scope import order_scope, part_scope
from engine.model.order import Order
from engine.model.product import Product
from engine.runners import Sight, item_desk, order_desk
from engine.sandbox.casting.town import KEY

Scope = Mapping[str, Any]


def samples(customer: Customer, cases: Sequence[Case]) -> Mapping[str, tuple[str, Scope]]:
    """Section -> the case's file and what an expression of the section sees there; of the first
    case that has a record for it. A case that cannot be played gives none.
    """
    found: dict[str, tuple[str, Scope]] = {}
    with open_stage(KEY) as stage:
        for case in cases:
            try:
                scene = scene_of(customer, case, stage)
                scopes = dict(_scopes(scene))
            except CrossdockError:
                continue
            found = {**{name: (case.file, one) for name, one in scopes.items()}, **found}
    return found


def _scopes(scene: Scene) -> Iterator[tuple[str, Scope]]:
    scene.clock.until(scene.at)
    with told():
        scene.town.lay_out(orders_now(scene.case), products_now(scene.case), scene.at)
    with open_sight(scene.customer, scene.machine, scene.workspace) as sight:
        yield from _of_orders(sight, scene.case)
        yield from _of_items(sight, scene)


def _of_orders(sight: Sight, case: Case) -> Iterator[tuple[str, Scope]]:
    desk = order_desk(sight)
    keys = [str(row["id"]) for row in case.given.get("orders", ())]
    for order in desk.source.by_key(keys[:1]).values():
        if isinstance(order, Order):
            parts = list(parts_of(order, desk.compiled.links, desk.compiled.rules))
            link = parts[0].link if parts else desk.compiled.links[0]
            scope = order_scope(desk.compiled, order)
            yield "orders", part_scope(scope, link, single=len(parts) == 1)


def _of_items(sight: Sight, scene: Scene) -> Iterator[tuple[str, Scope]]:
    desk = item_desk(sight)
    skus = [str(row["sku"]) for row in scene.case.given.get("products", ())][:1]
    if desk is None or not skus:
        return
    for profile in scene.customer.ruleset.profiles.values():
        refs = [ref for found in desk.source.by_sku(profile, skus).values() for ref in found]
        for product in desk.source.by_key([ref.key for ref in refs]).values():
            if isinstance(product, Product):
                yield "items", scope_of(desk.compiled, product)
                return
