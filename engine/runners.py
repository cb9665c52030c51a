"""Which flow runs over which sides of which connections: one builder for each flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.config.build_shipments import SHIPPED
from engine.customers import Customer
from engine.errors import ConfigurationError
from engine.executor.change_runner import ChangeRunner
from engine.executor.change_view import ChangeDesk
from engine.executor.checking import Sites
from engine.executor.intake import Inflow
from engine.executor.item_runner import ItemDesk, ItemRunner
from engine.executor.order_runner import OrderDesk, OrderRunner
from engine.executor.runner import Runner
from engine.executor.shipment_gather import ShipmentDesk
from engine.executor.shipment_runner import ShipmentRunner
from engine.executor.stock_census import Census
from engine.executor.stock_runner import StockDesk, StockRunner
from engine.flows.discrepancy_orders import Words
from engine.ports.budget import Rank
from engine.ports.flows import EventSource
from engine.ports.ledger import LedgerReader
from engine.ports.systems import Adapter, ReadKit
from engine.ports.world import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What builders build from: the customer, its memory, and a reading kit a connection.

    `stored_only`: a pass looks, which carries out at once what it decides. Of messages it sees
    those on record alone: it has stored what waited; what came since would be decided about, and
    then come again as if nobody had. `rank` says before
    whom its calls go, where there is not room for all.
    """

    customer: Customer
    ledger: LedgerReader
    clock: Clock
    kit: Callable[[str, Rank], ReadKit]
    stored_only: bool = False
    rank: Rank = Rank.LOOKS

    def on_whole_records(self) -> Sight:
        """The same eyes, which ask for all of a record, and not only for what the rules read."""
        return replace(self, kit=lambda *asked: replace(self.kit(*asked), wanted={}))

    def side(
        self, connection: str, flow: str, pick: Callable[[Adapter], Callable[[ReadKit], T] | None]
    ) -> T:
        """One side of a connection's adapter; raises ConfigurationError where it has none."""
        make = pick(self.customer.adapters[connection])
        if make is None:
            adapter = self.customer.ruleset.connections[connection].adapter
            raise ConfigurationError(
                f'connection "{connection}" cannot be used this way round by {flow}',
                f"The adapter {adapter} does not offer that side; change {flow}.from or {flow}.to.",
            )
        return make(self.kit(connection, self.rank))

    def maybe(
        self, connection: str, pick: Callable[[Adapter], Callable[[ReadKit], T] | None]
    ) -> T | None:
        """The same side, or None where the adapter does not offer it."""
        make = pick(self.customer.adapters[connection])
        return None if make is None else make(self.kit(connection, self.rank))


def sites_of(sight: Sight) -> Sites:
    """What `check` looks with: whatever both systems of the orders offer."""
    rules = sight.customer.compiled.rules
    targets = sight.customer.adapters[rules.sink].targets
    return Sites(
        ruleset=sight.customer.ruleset,
        orders=rules,
        inspectors={
            name: inspector
            for name in dict.fromkeys((rules.source, rules.sink))
            if (inspector := sight.maybe(name, lambda adapter: adapter.inspector)) is not None
        },
        items=sight.side(rules.sink, "orders", lambda adapter: adapter.sink),
        stock=sight.maybe(rules.source, lambda adapter: adapter.stock),
        products=sight.maybe(rules.source, lambda adapter: adapter.products),
        shelves=sight.maybe(rules.sink, lambda adapter: adapter.shelves),
        progress=sight.maybe(rules.sink, lambda adapter: adapter.progress),
        targets=targets(sight.customer.settings[rules.sink]) if targets else None,
    )


def order_desk(sight: Sight) -> OrderDesk:
    """What planning orders, and adopting them, looks with."""
    compiled = sight.customer.compiled
    rules = compiled.rules
    return OrderDesk(
        compiled=compiled,
        source=sight.side(rules.source, "orders", lambda adapter: adapter.source),
        sink=sight.side(rules.sink, "orders", lambda adapter: adapter.sink),
        ledger=sight.ledger,
        writing=sight.side(rules.source, "orders", lambda adapter: adapter.write_back)
        if rules.write_back is not None
        else None,
        sends=sight.stored_only,
    )


def orders(sight: Sight) -> Runner | None:
    """New orders, from the channel into the warehouse."""
    return OrderRunner(order_desk(sight))


def events_of(sight: Sight) -> dict[str, EventSource]:
    """Eyes on the queues that the customer's flows live on, by connection."""
    found = {
        name: sight.maybe(name, lambda adapter: adapter.events)
        for name in sorted(sight.customer.ruleset.listens)
    }
    return {name: events for name, events in found.items() if events is not None}


def change_desk(sight: Sight) -> ChangeDesk | None:
    """What planning order changes looks with; None where the ruleset says nothing of them."""
    compiled = sight.customer.compiled
    rules = compiled.rules
    if rules.changes is None:
        return None
    return ChangeDesk(
        compiled=compiled,
        rules=rules.changes,
        source=sight.side(rules.source, "orders", lambda adapter: adapter.source),
        sink=sight.side(rules.sink, "orders", lambda adapter: adapter.sink),
        changes=sight.side(rules.sink, "orders", lambda adapter: adapter.changes),
        progress=sight.side(rules.sink, "orders", lambda adapter: adapter.progress),
        ledger=sight.ledger,
    )


def order_changes(sight: Sight) -> Runner | None:
    """Orders that were sent, and changed since."""
    desk = change_desk(sight)
    return None if desk is None else ChangeRunner(desk)


def shipment_desk(sight: Sight) -> ShipmentDesk | None:
    """What planning shipments looks with; None where the ruleset tells none."""
    compiled = sight.customer.shipments
    if compiled is None:
        return None
    source, sink = compiled.rules.source, compiled.rules.sink
    return ShipmentDesk(
        compiled=compiled,
        inflow=Inflow(
            ledger=sight.ledger,
            events=None if sight.stored_only else sight.maybe(source, lambda one: one.events),
        ),
        progress=sight.side(source, "shipments", lambda adapter: adapter.progress),
        orders=sight.side(sink, "shipments", lambda adapter: adapter.source),
        sink=sight.side(sink, "shipments", lambda adapter: adapter.shipments),
        centers=sight.maybe(sink, lambda one: one.stock),
        ledger=sight.ledger,
        clock=sight.clock,
    )


def shipments(sight: Sight) -> Runner | None:
    """Picked and packed orders, from the warehouse to the channel that they came from."""
    desk = shipment_desk(sight)
    return None if desk is None else ShipmentRunner(desk)


def stock_desk(sight: Sight) -> StockDesk | None:
    """What planning stock looks with; None where the ruleset tells none."""
    compiled = sight.customer.stock
    if compiled is None:
        return None
    rules = compiled.rules
    events = sight.side(rules.source, "stock", lambda adapter: adapter.events)
    return StockDesk(
        compiled=compiled,
        events=None if sight.stored_only else events,
        progress=sight.side(rules.source, "stock", lambda adapter: adapter.progress),
        sink=sight.side(rules.sink, "stock", lambda adapter: adapter.stock),
        products=sight.side(rules.sink, "stock", lambda adapter: adapter.products),
        ledger=sight.ledger,
        clock=sight.clock,
        census=_census(sight, rules.source),
    )


def _census(sight: Sight, warehouse: str) -> Census | None:
    """What setting quantities by rule looks with; None where shelves cannot be read."""
    shelves = sight.maybe(warehouse, lambda adapter: adapter.shelves)
    if shelves is None:
        return None
    orders = sight.customer.compiled.rules.source
    return Census(
        shelves=shelves,
        orders=sight.side(orders, "stock", lambda adapter: adapter.source),
        progress=sight.side(warehouse, "stock", lambda adapter: adapter.progress),
        events=sight.side(warehouse, "stock", lambda adapter: adapter.events),
        words=order_words(sight.customer),
    )


def order_words(customer: Customer) -> Words:
    """How the channel says that an order's units are open, shipped, or held back no more."""
    rules, shipments = customer.compiled.rules, customer.ruleset.shipments
    return Words(
        rules=rules,
        shipped=shipments.shipped if shipments is not None else SHIPPED,
        over=customer.adapters[rules.source].over,
    )


def stock(sight: Sight) -> Runner | None:
    """Bookings of the floor, from the warehouse to the channel's quantities."""
    desk = stock_desk(sight)
    return None if desk is None else StockRunner(desk)


def item_desk(sight: Sight) -> ItemDesk | None:
    """What planning items looks with; None where the ruleset writes none."""
    compiled = sight.customer.items
    if compiled is None:
        return None
    rules = compiled.rules
    return ItemDesk(
        compiled=compiled,
        source=sight.side(rules.source, "items", lambda adapter: adapter.products),
        sink=sight.side(rules.sink, "items", lambda adapter: adapter.items),
        ledger=sight.ledger,
    )


def items(sight: Sight) -> Runner | None:
    """Changed products, from the channel into the warehouse."""
    desk = item_desk(sight)
    return None if desk is None else ItemRunner(desk)


BUILDERS: Mapping[str, Callable[[Sight], Runner | None]] = {
    "items": items,
    "orders": orders,
    "order-changes": order_changes,
    "shipments": shipments,
    "stock": stock,
}
"""In the order of a pass: an order needs its items, a shipment its order."""

RANKS: Mapping[str, Rank] = {"items": Rank.ITEMS, "stock": Rank.STOCK}
"""Which flows let those go first for which a buyer waits."""
OPERATION_RANKS: Mapping[str, Rank] = {
    "upsert-item": Rank.ITEMS,
    "patch-item": Rank.ITEMS,
    "adjust": Rank.STOCK,
    "set-quantity": Rank.STOCK,
}
"""The same of what they send."""

FLOWS = tuple(BUILDERS)
EVERYBODYS = "orders"
"""The flow that every ruleset has."""


def runners_of(sight: Sight) -> dict[str, Runner]:
    """The runners of the flows that a customer's ruleset has, in the order of a pass."""
    built = {
        flow: build(replace(sight, rank=RANKS.get(flow, Rank.BUYERS)))
        for flow, build in BUILDERS.items()
    }
    return {flow: runner for flow, runner in built.items() if runner is not None}
