"""What a WarehouseOS site holds: areas, items, bundles and orders, all under our own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class StoredLine:
    """`bundle` is the bundle number that this component line came from, `host_id` the host's."""

    number: int
    item: str
    quantity: int
    host_id: str | None = None
    bundle: str | None = None


@dataclass(slots=True, kw_only=True)
class StoredOrder:
    """`status` is our word; `header` the other members, under our words; times are ISO texts."""

    number: str
    status: str
    area: str | None
    created: str
    modified: str
    lines: list[StoredLine]
    header: dict[str, Any] = field(default_factory=dict)
    batch: str | None = None

    @property
    def locked(self) -> bool:
        """Documented: a batched order is locked against deletion. Inferred: so is a started one."""
        return self.batch is not None or self.status not in {"available", "hold"}


class Store:
    """`state` is JSON: {"areas", "items": [{"number", "aliases"}], "bundles", "orders"}."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.areas: list[str] = list(state.get("areas", []))
        self.items: dict[str, list[str]] = {}
        self.bundles: dict[str, list[dict[str, Any]]] = {}
        self._holders: dict[str, set[str]] = {}
        self._orders: dict[str, list[StoredOrder]] = {}
        for item in state.get("items", []):
            self.put_item(item["number"], item.get("aliases", []))
        for number, components in state.get("bundles", {}).items():
            self.put_bundle(number, components)
        for order in state.get("orders", []):
            self.add(_order(order))

    def to_json(self) -> dict[str, Any]:
        """The state in the form that the constructor takes."""
        return {
            "areas": self.areas,
            "items": [{"number": number, "aliases": known} for number, known in self.items.items()],
            "bundles": self.bundles,
            "orders": [asdict(order) for order in self.orders()],
        }

    def put_item(self, number: str, aliases: Sequence[str] = ()) -> None:
        """Adds an item, or replaces its aliases (documented: the list is replaced as a whole)."""
        for alias in self.items.get(number, ()):
            self._holders[alias].discard(number)
        self.items[number] = list(aliases)
        for alias in aliases:
            self._holders.setdefault(alias, set()).add(number)

    def put_bundle(self, number: str, components: Sequence[Mapping[str, Any]]) -> None:
        """Adds or replaces a bundle; a component is {"item", "quantity"}."""
        self.bundles[number] = [
            {"item": part["item"], "quantity": part["quantity"]} for part in components
        ]

    def item_of_alias(self, alias: str) -> str | None:
        """Documented: an alias counts only when it sits on one and only one item."""
        holders = self._holders.get(alias, set())
        return next(iter(holders)) if len(holders) == 1 else None

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


def _order(value: Mapping[str, Any]) -> StoredOrder:
    lines = [StoredLine(**line) for line in value["lines"]]
    return StoredOrder(**{**value, "lines": lines})
