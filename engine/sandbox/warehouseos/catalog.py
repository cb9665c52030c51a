"""An item as a site stores it, under our own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class StoredItem:
    """`aliases` are {"alias", "quantity"}; `members` the rest (description, master, weight...)."""

    number: str
    aliases: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, Any] = field(default_factory=dict)

    @property
    def alias_texts(self) -> list[str]:
        """The scan values alone."""
        return [str(entry["alias"]) for entry in self.aliases]


class Catalog:
    """Items by number, and who holds which alias."""

    def __init__(self) -> None:
        self.items: dict[str, StoredItem] = {}
        self._holders: dict[str, set[str]] = {}

    def put(self, number: str) -> StoredItem:
        """The item of that number, made where there is none."""
        return self.items.setdefault(number, StoredItem(number=number))

    def replace_aliases(self, item: StoredItem, aliases: Iterable[str | Mapping[str, Any]]) -> None:
        """Documented: the list is replaced as a whole. A bare text stands for one unit."""
        for alias in item.alias_texts:
            self._holders[alias].discard(item.number)
        item.aliases = [_alias(entry) for entry in aliases]
        for alias in item.alias_texts:
            self._holders.setdefault(alias, set()).add(item.number)

    def item_of_alias(self, alias: str) -> str | None:
        """Documented: an alias counts only when it sits on one and only one item."""
        holders = self._holders.get(alias, set())
        return next(iter(holders)) if len(holders) == 1 else None


def _alias(entry: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(entry, str):
        return {"alias": entry, "quantity": 1}
    return {"alias": str(entry["alias"]), "quantity": entry.get("quantity") or 1}
