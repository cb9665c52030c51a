"""The twin's rows: loaded from JSON-able state, found by set and key, limited to profiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.pages import Placed
from engine.sandbox.channeladvisor.schema import EntityType, Row

_SHARED: Mapping[str, EntityType] = {
    entity.entity_set: entity
    for entity in (schema.PROFILE, schema.DISTRIBUTION_CENTER, schema.SITE)
}


class Store:
    """Rows by entity set. Orders hold their children; sets of children are read off them."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._shared = {
            name: [schema.complete(row, entity) for row in state.get(name, ())]
            for name, entity in _SHARED.items()
        }
        self._orders: dict[int, Row] = {}
        self._exported: dict[str, set[int]] = {}
        self._views: dict[tuple[str, frozenset[int]], dict[Any, Placed]] = {}
        for row in state.get("Orders", ()):
            self.put(row)

    def state(self) -> dict[str, Any]:
        """Everything but the applications, as it was loaded or has become since."""
        return {**self._shared, "Orders": [self._orders[key] for key in sorted(self._orders)]}

    def put(self, row: Row) -> None:
        """Stores a whole order in place of the one with its ID. Its exports come with it."""
        order = schema.complete(row, schema.ORDER)
        self._orders[order["ID"]] = order
        self._views.clear()
        for flagged in self._exported.values():
            flagged.discard(order["ID"])
        for export in order["Exports"]:
            self._exported.setdefault(export["ApplicationID"], set()).add(order["ID"])

    def order(self, key: int) -> Row | None:
        """The order of any profile."""
        return self._orders.get(key)

    def rows(self, entity_set: str, profiles: frozenset[int]) -> Mapping[Any, Placed]:
        """ID -> (row, its order or itself), ascending by ID, of these profiles only."""
        view = self._views.get((entity_set, profiles))
        if view is None:
            found = sorted(self._read(entity_set, profiles), key=lambda placed: placed[0]["ID"])
            view = {placed[0]["ID"]: placed for placed in found}
            self._views[entity_set, profiles] = view
        return view

    def exported(self, application: str) -> set[int]:
        """The IDs of the orders that this application has flagged as exported."""
        return self._exported.setdefault(application, set())

    def flag(self, order: Row, application: str, *, exported: bool) -> None:
        """Sets or resets the export flag, which is per application (documented)."""
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

    def _read(self, entity_set: str, profiles: frozenset[int]) -> Iterable[Placed]:
        if entity_set in self._shared:
            rows = self._shared[entity_set]
            mine = entity_set != schema.PROFILE.entity_set
            return [(row, row) for row in rows if mine or row["ID"] in profiles]
        orders = [row for row in self._orders.values() if row["ProfileID"] in profiles]
        return [(row, order) for order in orders for row in _members(entity_set, order)]


def _members(entity_set: str, order: Row) -> Sequence[Row]:
    """The rows of one order that belong to a set."""
    if entity_set == schema.ORDER.entity_set:
        return [order]
    if entity_set == schema.ORDER_ITEM.entity_set:
        return list(order["Items"])
    if entity_set == schema.FULFILLMENT.entity_set:
        return list(order["Fulfillments"])
    return [item for fulfillment in order["Fulfillments"] for item in fulfillment["Items"]]
