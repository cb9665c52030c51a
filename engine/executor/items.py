"""What the sink knows of item numbers: asked of it, or taken from the ruleset's own lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.model.desired import ItemState
from engine.model.ruleset import Items
from engine.ports.systems import OrderSink


def item_states(items: Items, sink: OrderSink, numbers: Sequence[str]) -> Mapping[str, ItemState]:
    """The state of every number, as the ruleset's `items` section wants it found out."""
    if not numbers:
        return {}
    if items.check == "read":
        return sink.items(numbers)
    if items.check == "table":
        return {number: _listed(items, number) for number in numbers}
    return dict.fromkeys(numbers, ItemState.UNCHECKED)


def _listed(items: Items, number: str) -> ItemState:
    if number in items.known:
        return ItemState.ITEM
    return ItemState.BUNDLE if number in items.bundles else ItemState.UNKNOWN
