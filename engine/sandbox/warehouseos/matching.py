"""How a line finds its item, and what is then stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from engine.sandbox.warehouseos.intake import AskedLine
from engine.sandbox.warehouseos.orders import StoredLine
from engine.sandbox.warehouseos.store import Store


def matched(line: AskedLine, store: Store) -> list[StoredLine] | None:
    """The lines to store for one asked line, not yet numbered; None for an unknown number.

    Documented order, first hit wins: item number; an alias that sits on one item only; a bundle,
    which is replaced by one line per component. That a component line carries its parent's host
    id is inferred.
    """
    item = line.item if line.item in store.items else store.item_of_alias(line.item)
    if item is not None:
        return [_stored(line, item, line.quantity)]
    if line.item in store.bundles:
        return [
            _stored(line, part["item"], line.quantity * part["quantity"], line.item)
            for part in store.bundles[line.item]
        ]
    return None


def as_new_item(line: AskedLine) -> list[StoredLine]:
    """The line of an item that is created by this order."""
    return [_stored(line, line.item, line.quantity)]


def numbered(lines: Iterable[StoredLine]) -> list[StoredLine]:
    """The same lines, numbered from 1."""
    counted = list(lines)
    for number, line in enumerate(counted, start=1):
        line.number = number
    return counted


def _stored(line: AskedLine, item: str, quantity: int, bundle: str | None = None) -> StoredLine:
    return StoredLine(number=0, item=item, quantity=quantity, host_id=line.host_id, bundle=bundle)
