"""The twin's rows: loaded from JSON-able state, found by set and key, limited to profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.pages import Placed
from engine.sandbox.channeladvisor.schema import EntityType, Row
from engine.sandbox.channeladvisor.stock import Stock

_SHARED: Mapping[str, EntityType] = {
    entity.entity_set: entity
    for entity in (schema.PROFILE, schema.DISTRIBUTION_CENTER, schema.SITE)
}
_ORDERS, _PRODUCTS = schema.ORDER.entity_set, schema.PRODUCT.entity_set


class Store:
    """Rows by entity set. Orders and products hold their children.

    Whoever changes an order in place calls `changed`, so that its children are found by their
    keys, and what it holds back of the stock is counted again.
    """

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._shared = {
            name: [schema.complete(row, entity) for row in state.get(name, ())]
            for name, entity in _SHARED.items()
        }
        self._places: dict[str, dict[int, Placed]] = {}
        self._keys: dict[int, list[tuple[str, int]]] = {}
        self._last: dict[str, int] = {}
        self._exported: dict[str, set[int]] = {}
        self._flags = 0
        self.stock = Stock(
            {row["ID"]: row["DefaultDistributionCenterID"] or 0 for row in self.shared("Profiles")}
        )
        for row in state.get(_PRODUCTS, ()):
            self.stock.put(row)
        for row in state.get(_ORDERS, ()):
            self.put(row)

    @property
    def version(self) -> int:
        """A number that is another one after every change."""
        return self._flags + self.stock.version

    def state(self) -> dict[str, Any]:
        """Everything but the applications, as it was loaded or has become since."""
        orders, products = self._places.get(_ORDERS, {}), self.stock.products
        return {
            **self._shared,
            _PRODUCTS: [products[key] for key in sorted(products)],
            _ORDERS: [orders[key][0] for key in sorted(orders)],
        }

    def shared(self, entity_set: str) -> list[Row]:
        """The rows of a set that belongs to no order and no product."""
        return self._shared[entity_set]

    def center(self, key: int) -> Row | None:
        """The distribution center with this ID."""
        rows = self._shared[schema.DISTRIBUTION_CENTER.entity_set]
        return next((row for row in rows if row["ID"] == key), None)

    def put(self, row: Row) -> None:
        """Stores a whole order in place of the one with its ID. Its exports come with it."""
        order = schema.complete(row, schema.ORDER)
        self.changed(order)
        for flagged in self._exported.values():
            flagged.discard(order["ID"])
        for export in order["Exports"]:
            self._exported.setdefault(export["ApplicationID"], set()).add(order["ID"])

    def changed(self, order: Row) -> None:
        """Takes note of an order that is new or was changed in place."""
        for entity_set, key in self._keys.get(order["ID"], ()):
            del self._places[entity_set][key]
        keys = []
        for entity_set, row in _parts(order):
            self._places.setdefault(entity_set, {})[row["ID"]] = (row, order)
            self._last[entity_set] = max(self._last.get(entity_set, 0), row["ID"])
            keys.append((entity_set, row["ID"]))
        for entity_set, row in _adjustments(order):
            self._last[entity_set] = max(self._last.get(entity_set, 0), row["ID"] or 0)
        self._keys[order["ID"]] = list(dict.fromkeys(keys))
        self.stock.refresh(order)

    def next_id(self, entity_set: str) -> int:
        """An ID that no row of the set has had: they ascend."""
        self._last[entity_set] = self._last.get(entity_set, 0) + 1
        return self._last[entity_set]

    def order(self, key: int) -> Row | None:
        """The order of any profile."""
        placed = self._places.get(_ORDERS, {}).get(key)
        return None if placed is None else placed[0]

    def placed(self, entity_set: str, key: int) -> Placed | None:
        """The row of any profile with this key, beside its order or itself."""
        if entity_set in self._shared:
            rows = self._shared[entity_set]
            return next(((row, row) for row in rows if row["ID"] == key), None)
        product = self.stock.products.get(key) if entity_set == _PRODUCTS else None
        if product is not None:
            return product, product
        return self._places.get(entity_set, {}).get(key)

    def listed(self, entity_set: str, profiles: frozenset[int]) -> Iterator[Placed]:
        """The rows of these profiles, ascending by ID (children of products: by product)."""
        name = schema.PRODUCT_CHILDREN.get(entity_set)
        for placed in self._all(_PRODUCTS if name else entity_set):
            if visible(entity_set, placed, profiles):
                product = placed[0]
                yield from ((row, product) for row in product[name]) if name else (placed,)

    def exported(self, application: str) -> set[int]:
        """The IDs of the orders that this application has flagged as exported."""
        return self._exported.setdefault(application, set())

    def flag(self, order: Row, application: str, *, exported: bool) -> None:
        """Sets or resets the export flag, which is per application (documented)."""
        self._flags += 1
        others = [row for row in order["Exports"] if row["ApplicationID"] != application]
        mine: Row = {
            "ID": order["ID"],
            "ProfileID": order["ProfileID"],
            "OrderID": order["ID"],
            "ApplicationID": application,
            "DeveloperKey": None,
            "Override": False,
        }
        order["Exports"] = [*others, mine] if exported else others
        flagged = self.exported(application)
        (flagged.add if exported else flagged.discard)(order["ID"])

    def _all(self, entity_set: str) -> Iterator[Placed]:
        if entity_set in self._shared:
            for row in sorted(self._shared[entity_set], key=lambda row: row["ID"]):
                yield row, row
        elif entity_set == _PRODUCTS:
            for key in sorted(self.stock.products):
                yield self.stock.products[key], self.stock.products[key]
        else:
            places = self._places.get(entity_set, {})
            for key in sorted(places):
                yield places[key]


def visible(entity_set: str, placed: Placed, profiles: frozenset[int]) -> bool:
    """Whether an application with these profiles sees the row. DCs and sites are everyone's."""
    row, top = placed
    if entity_set == schema.PROFILE.entity_set:
        return row["ID"] in profiles
    return entity_set in _SHARED or top["ProfileID"] in profiles


def _parts(order: Row) -> Iterator[tuple[str, Row]]:
    """The order and its children that have sets and keys of their own."""
    yield _ORDERS, order
    for line in order["Items"]:
        yield schema.ORDER_ITEM.entity_set, line
    for fulfillment in order["Fulfillments"]:
        yield schema.FULFILLMENT.entity_set, fulfillment
        for item in fulfillment["Items"]:
            yield schema.FULFILLMENT_ITEM.entity_set, item


def _adjustments(order: Row) -> Iterator[tuple[str, Row]]:
    """Its adjustments, which have keys but are reached through their parents only."""
    for row in order["Adjustments"]:
        yield schema.ORDER_ADJUSTMENT.entity_set, row
    for line in order["Items"]:
        for row in line["Adjustments"]:
            yield schema.ORDER_ITEM_ADJUSTMENT.entity_set, row
