"""The calls about stock: what lies where, and what of it is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import Any

from engine.sandbox.warehouseos.arguments import count_of, page_of
from engine.sandbox.warehouseos.dialect import Call
from engine.sandbox.warehouseos.refusals import RefusedError
from engine.sandbox.warehouseos.site import Site
from engine.sandbox.warehouseos.stock import Row
from engine.sandbox.warehouseos.store import Store
from engine.sandbox.warehouseos.views import list_view

Key = tuple[str, str]
Needs = Counter[tuple[str, str | None]]


def list_rows(site: Site, call: Call) -> Any:
    """A page of inventory records, of one area or item where one is asked for."""
    area = _area(site, call)
    number, size = count_of(call, "page", 1), page_of(call, site.settings)
    keys, total = _keys(site.store, call.arguments.get("item"), area)
    first = (number - 1) * size
    needs = committed(site.store)
    rows = map(site.store.stock.row, islice(keys, first, first + size))
    shown = [_row_view(site, row, _allocated(site.store, row, needs)) for row in rows]
    return list_view(site.dialect, "stockList", shown, (number, size, total))


def summary(site: Site, call: Call) -> Any:
    """On hand, committed and available of items; of one area where the site can be asked for it.

    Documented: it can be asked by master item. Paged only where the profile has a page.
    """
    area = _area(site, call)
    items = _chosen(site, call)
    number, size = count_of(call, "page", 1), page_of(call, site.settings)
    if not site.dialect.asks("inventory.summary", "page"):
        size = max(1, len(items))
    needs = committed(site.store)
    first = (number - 1) * size
    shown = [_summary_view(site, item, area, needs) for item in items[first : first + size]]
    return list_view(site.dialect, "summaryList", shown, (number, size, len(items)))


def committed(store: Store) -> Needs:
    """What open orders still need, by item and the order's area. An order entered counts here
    and leaves on hand alone (documented); on hold it counts too; once complete it needs nothing.
    """
    needs: Needs = Counter()
    for order in store.orders():
        if order.status != "complete":
            for line in order.lines:
                needs[line.item, order.area] += line.open
    return needs


def _area(site: Site, call: Call) -> str | None:
    area = call.arguments.get("area")
    if area is not None and area not in site.store.areas:
        raise RefusedError("UNKNOWN_AREA", f"There is no area {area}", "area")
    return area


def _keys(store: Store, item: str | None, area: str | None) -> tuple[Iterator[Key], int]:
    if item is None:
        return store.stock.keys(area), store.stock.count(area)
    places = store.stock.places(item, area)
    return iter([(item, row.location.name) for row in places]), len(places)


def _allocated(store: Store, row: Row, needs: Needs) -> int:
    """A row's share of what its area's orders need: pick locations give first."""
    places = store.stock.places(row.item, row.location.area)
    ahead = takewhile(lambda other: other.location != row.location, places)
    left = needs[row.item, row.location.area] - sum(max(other.quantity, 0) for other in ahead)
    return max(0, min(left, row.quantity))


def _row_view(site: Site, row: Row, allocated: int) -> dict[str, Any]:
    words = {
        "item": row.item,
        "location": row.location.name,
        "area": row.location.area,
        "locationType": row.location.type,
        "quantity": row.quantity,
        "allocated": allocated,
    }
    return site.dialect.speak("stock", words)


def _chosen(site: Site, call: Call) -> list[str]:
    item, master = call.arguments.get("item"), call.arguments.get("master")
    if item is not None:
        return [item] if item in site.store.items else []
    known = site.store.items.values()
    return [one.number for one in known if master is None or one.members.get("master") == master]


def _summary_view(site: Site, item: str, area: str | None, needs: Needs) -> dict[str, Any]:
    areas = {None, *site.store.areas} if area is None else {area}
    on_hand = site.store.stock.on_hand(item, area)
    needed = sum(needs[item, one] for one in areas)
    words = {
        "item": item,
        "master": site.store.items[item].members.get("master"),
        "area": area,
        "onHand": on_hand,
        "committed": needed,
        "available": on_hand - needed,
    }
    return site.dialect.speak("summary", words)


STOCK_CALLS: Mapping[str, Any] = {"inventory.list": list_rows, "inventory.summary": summary}
