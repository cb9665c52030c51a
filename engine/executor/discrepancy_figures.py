"""Both systems' stock, SKU by SKU: in bulk, sorted on disk, or again for a few SKUs alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from engine.executor.chunks import chunks
from engine.flows.discrepancy import Group
from engine.model.stock import ChannelLevel, ShelfLevel
from engine.ports.flows import ShelfSource, StockSink
from engine.ports.spill import Spill, SpilledRow

PAGE = 200
FEW = 500
"""Up to so many SKUs are asked for alone; the warehouse answers one a call."""

_LEVEL, _SHELF = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stockroom:
    """Where figures come from. `profiles` are read, `areas` is area, in small letters, -> DC of
    the links; `bare` is the DC of a warehouse that has no areas.
    """

    channel: StockSink
    shelves: ShelfSource
    profiles: Sequence[int]
    areas: Mapping[str, int]
    bare: int | None
    spill: Spill


def in_bulk(room: Stockroom) -> Iterator[Group]:
    """Every SKU of both systems, in as few calls as they allow, one group in memory at a time."""
    rows = chain(
        (_level_row(one) for page in room.channel.levels(room.profiles) for one in page),
        (_shelf_row(one) for page in room.shelves.shelves() for one in page),
    )
    yield from _groups(room, room.spill.ordered(rows))


def again(room: Stockroom, wanted: Mapping[str, Group]) -> Iterator[Group]:
    """The groups of a few SKUs, read anew: their products by id, their items by number."""
    for some in chunks(list(wanted.values()), PAGE):
        products = [level.product for group in some for level in group.products]
        items = [item for group in some for item in _items(group)]
        rows = [_level_row(one) for one in room.channel.level(products).values()]
        rows += [_shelf_row(one) for found in room.shelves.shelf(items).values() for one in found]
        yield from _groups(room, sorted(rows, key=lambda row: str(row[0])))


def _items(group: Group) -> list[str]:
    """The item numbers that a group may have in the warehouse."""
    return list(dict.fromkeys([*group.shelves, *(level.sku for level in group.products)]))


def _groups(room: Stockroom, rows: Iterable[SpilledRow]) -> Iterator[Group]:
    for sku, found in groupby(rows, key=lambda row: str(row[0])):
        levels: dict[str, ChannelLevel] = {}
        shelves: dict[str, dict[int | None, int]] = {}
        for row in found:
            if row[1] == _LEVEL:
                level = _level_of(row)
                levels[level.product] = level
            else:
                _, _, item, area, units = row
                dc = room.bare if room.bare is not None else room.areas.get((area or "").casefold())
                places = shelves.setdefault(item, {})
                places[dc] = places.get(dc, 0) + units
        yield Group(sku=sku, products=tuple(levels.values()), shelves=shelves)


def _shelf_row(level: ShelfLevel) -> SpilledRow:
    return [level.item.casefold(), _SHELF, level.item, level.area, level.on_hand]


def _level_row(level: ChannelLevel) -> SpilledRow:
    figures = [
        level.open_allocated,
        level.pending_checkout,
        level.pending_payment,
        level.pending_shipment,
    ]
    names: list[Any] = [level.product, level.profile, level.sku, level.kind, level.infinite]
    return [level.sku.casefold(), _LEVEL, names, list(level.available.items()), figures]


def _level_of(row: SpilledRow) -> ChannelLevel:
    """The same level again."""
    (product, profile, sku, kind, infinite), available, figures = row[2:]
    allocated, checkout, payment, shipment = figures
    return ChannelLevel(
        product=product,
        profile=profile,
        sku=sku,
        available=dict(available),
        open_allocated=allocated,
        pending_checkout=checkout,
        pending_payment=payment,
        pending_shipment=shipment,
        kind=kind,
        infinite=infinite,
    )
