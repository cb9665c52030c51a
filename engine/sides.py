"""Connections that stand where their adapter has nothing to offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.config.nodes import Node, find, text_of
from engine.config.scalars import quoted
from engine.diagnostics import Diagnostic
from engine.ports.systems import Adapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What a connection is named for: `orders.from` names one that `gives` `orders`."""

    section: str
    key: str
    does: str
    what: str
    has: Callable[[Adapter], object]


ORDERS = (
    Side(section="orders", key="from", does="gives", what="orders", has=lambda one: one.source),
    Side(section="orders", key="to", does="takes", what="orders", has=lambda one: one.sink),
)
CHANGES = (
    Side(
        section="orders",
        key="to",
        does="takes",
        what="changes of orders",
        has=lambda one: one.changes and one.progress,
    ),
)
WRITE_BACK = (
    Side(
        section="orders", key="from", does="takes", what="numbers", has=lambda one: one.write_back
    ),
)
ITEMS = (
    Side(section="items", key="from", does="gives", what="products", has=lambda one: one.products),
    Side(section="items", key="to", does="takes", what="items", has=lambda one: one.items),
)
SHIPMENTS = (
    Side(section="shipments", key="from", does="gives", what="picks", has=lambda one: one.progress),
    Side(
        section="shipments", key="to", does="takes", what="shipments", has=lambda one: one.shipments
    ),
)
STOCK = (
    Side(section="stock", key="from", does="gives", what="bookings", has=lambda one: one.events),
    Side(section="stock", key="to", does="takes", what="quantities", has=lambda one: one.stock),
)


def wrong_sides(
    tree: Node | None, adapters: Mapping[str, Adapter], sides: Sequence[Side]
) -> Iterator[Diagnostic]:
    """One diagnostic for each side whose connection cannot be used this way round.

    A connection that does not exist is told elsewhere.
    """
    for side in sides:
        able = [name for name, adapter in adapters.items() if side.has(adapter)]
        node = find(tree, [side.section, side.key])
        name = text_of(node)
        if node is None or name is None:
            continue
        if name in adapters and name not in able:
            yield Diagnostic(
                id="wrong-side",
                message=f"{side.section}.{side.key} names {quoted(name)}, "
                f"whose adapter {adapters[name].name} {side.does} no {side.what}",
                place=node.place,
                help=f"name a connection that {side.does} {side.what}: {', '.join(able)}"
                if able
                else f"use an adapter that {side.does} {side.what}",
            )
