"""What a WarehouseOS site holds: areas, items, bundles, stock, orders and its host queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from engine.sandbox.warehouseos.catalog import Catalog, StoredItem
from engine.sandbox.warehouseos.journal import Journal
from engine.sandbox.warehouseos.orders import StoredOrder, order_of
from engine.sandbox.warehouseos.outbox import Outbox
from engine.sandbox.warehouseos.receiving import Receiving
from engine.sandbox.warehouseos.stock import Stock
from engine.sandbox.warehouseos.switches import Switches


class Store:
    """`state` is JSON under our words: {"areas", "items": [{"number", "aliases"}], "bundles",
    "orders", "locations": [{"name", "area", "type"}], "inventory": [{"item", "location",
    "quantity"}], "triggers"}, all optional, and what else `to_json` gives.
    """

    def __init__(self, state: Mapping[str, Any]) -> None:
        state = deepcopy(dict(state))
        self.areas: list[str] = list(state.get("areas", []))
        self.stock = Stock(self.areas, state)
        self.outbox = Outbox(state)
        self.switches = Switches(state.get("triggers", {}))
        self.receiving = Receiving(state)
        self.journal = Journal(state)
        self.bundles: dict[str, list[dict[str, Any]]] = {}
        self._catalog = Catalog()
        self._orders: dict[str, list[StoredOrder]] = {}
        for item in state.get("items", []):
            stored = self.put_item(item["number"], item.get("aliases", []))
            stored.members = item.get("members", {})
        for number, components in state.get("bundles", {}).items():
            self.put_bundle(number, components)
        for order in state.get("orders", []):
            self.add(order_of(order))

    def to_json(self) -> dict[str, Any]:
        """The state in the form that the constructor takes."""
        return {
            "areas": list(self.areas),
            "items": [asdict(item) for item in self.items.values()],
            "bundles": deepcopy(self.bundles),
            "orders": [asdict(order) for order in self.orders()],
            "triggers": self.switches.to_json(),
            **self.stock.to_json(),
            **self.outbox.to_json(),
            **self.receiving.to_json(),
            **self.journal.to_json(),
        }

    @property
    def items(self) -> Mapping[str, StoredItem]:
        """Every item by its number."""
        return self._catalog.items

    def put_item(
        self, number: str, aliases: Sequence[str | Mapping[str, Any]] | None = ()
    ) -> StoredItem:
        """Adds an item, or replaces its aliases; None leaves them as they are."""
        item = self._catalog.put(number)
        if aliases is not None:
            self._catalog.replace_aliases(item, aliases)
        return item

    def put_bundle(self, number: str, components: Sequence[Mapping[str, Any]]) -> None:
        """Adds or replaces a bundle; a component is {"item", "quantity"}."""
        self.bundles[number] = [
            {"item": part["item"], "quantity": part["quantity"]} for part in components
        ]

    def item_of_alias(self, alias: str) -> str | None:
        """Documented: an alias counts only when it sits on one and only one item."""
        return self._catalog.item_of_alias(alias)

    def add(self, order: StoredOrder) -> None:
        """Stores an order, beside any other of that number."""
        self._orders.setdefault(order.number, []).append(order)

    def find(self, number: str) -> StoredOrder | None:
        """The oldest order of that number."""
        found = self._orders.get(number)
        return found[0] if found else None

    def remove(self, number: str) -> None:
        """Removes the oldest order of that number. Raises KeyError where there is none."""
        found = self._orders[number]
        del found[0]
        if not found:
            del self._orders[number]

    def orders(self) -> Iterator[StoredOrder]:
        """Every order, by the age of its number."""
        for found in self._orders.values():
            yield from found
