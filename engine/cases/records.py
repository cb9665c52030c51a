"""The records that a case gives: as its files say them, and what follows from them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.cases.case import Case
from engine.sandbox.casting.products import LONG_AGO

Row = Mapping[str, Any]


def items_of(case: Case, said: Row) -> list[str]:
    """The items that something happened to, beside those that the case describes."""
    described = {str(one["number"]) for one in said.get("items", ()) if isinstance(one, Mapping)}
    return [one for one in _items_that_moved(case.happened) if one not in described]


def _items_that_moved(happened: Iterable[Row]) -> list[str]:
    """Of bookings, and of the lines of orders that were keyed in."""
    found = [
        str(row["item"])
        for act in happened
        for members in act.values()
        for row in (members, *_lines(members))
        if isinstance(row, Mapping) and "item" in row
    ]
    return list(dict.fromkeys(found))


def _lines(members: Row) -> list[Row]:
    """Of an order that is keyed in; of a pick they are a map of quantities."""
    lines = members.get("lines")
    return lines if isinstance(lines, list) else []


def booked(case: Case) -> list[dict[str, Any]]:
    """Products of the items that moved; the channel has those that nobody says it lacks."""
    lacking = {*case.given.get("unlisted", ()), *(row.get("sku") for row in _products(case))}
    moved = _items_that_moved(case.happened)
    return [{"sku": sku, "updated": LONG_AGO} for sku in moved if sku not in lacking]


def _products(case: Case) -> list[Row]:
    return [*case.earlier.get("products", ()), *case.given.get("products", ())]


def products_now(case: Case) -> list[Row]:
    """The products as they are at the time of the case."""
    return [*case.given.get("products", ()), *booked(case)]


def orders_now(case: Case) -> list[Row]:
    """An order that an earlier pass saw says only what has changed since."""
    before = {key_of(row): row for row in orders_then(case)}
    return [_over(before.get(key_of(row), {}), row) for row in case.given.get("orders", ())]


def orders_then(case: Case) -> list[Row]:
    """The orders as an earlier pass saw them, and as they were when they were adopted."""
    return [*adopted(case), *case.earlier.get("orders", ())]


def adopted(case: Case) -> list[Row]:
    """The orders that the warehouse had before, and that were adopted, as they were then."""
    return list(case.earlier.get("adopted", ()))


def _over(before: Row, now: Row) -> Row:
    raw = {**before.get("raw", {}), **now.get("raw", {})}
    return {**before, **now, **({"raw": raw} if raw else {})}


def all_orders(case: Case) -> list[Row]:
    """The orders as they were and as they are: whatever they name exists."""
    return [*orders_then(case), *orders_now(case)]


def key_of(order: Row) -> str:
    """The channel's id of an order, as decisions write it."""
    return str(order["id"])
