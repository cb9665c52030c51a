"""The fewest requests that a clean pass of each flow can do with: pure, and by kind of request.

Clean: nothing is held, nothing fails, nobody else writes. The token and the list of distribution
centers are apart: they are counted by the pass, not by what there is to do.
"""

from __future__ import annotations

from collections import Counter

Kinds = Counter[str]
"""Kind of a request, as `counting.py` names it -> how many."""

ITEMS_A_CALL = 200
"""Documented: what the warehouse takes in one call."""


def pages(rows: int, size: int) -> int:
    """So many pages hold these rows; of none, one page says so."""
    return max(1, -(-rows // size))


def idle(*, queue: bool = True) -> Kinds:
    """A poll that finds nothing: new and handled orders, and the queue of the site's messages."""
    return Counter({"new orders": 1, "handled orders": 1, "messages": int(queue)})


def orders(number: int, *, items: int, page: int) -> Kinds:
    """New orders: their pages, each item asked for once, one create and one export flag each."""
    return Counter(
        {
            "messages": 1,
            "new orders": pages(number, page),
            "item": items,
            "create": number,
            "export flag": number,
        }
    )


def planned_orders(number: int, *, items: int, page: int) -> Kinds:
    """The same through a plan file: each is read again by id, many in one read; items too."""
    again = Counter({"orders by id": pages(number, page), "item": items})
    return orders(number, items=items, page=page) + again


def shipments(number: int, *, page: int) -> Kinds:
    """Orders of one box: told by messages, each looked at, read by id together, one call each."""
    return Counter(
        {
            "messages": 1,
            "messages taken": 1,
            "order in the warehouse": number,
            "orders by id": pages(number, page),
            "ship": number,
        }
    )


def items(number: int, *, page: int) -> Kinds:
    """Changed products: their pages, whether others have their SKUs, what the warehouse has of
    them, and calls of many.
    """
    return Counter(
        {
            "messages": 1,
            "products": pages(number, page),
            "products by SKU": 1,
            "item": number,
            "write items": pages(number, ITEMS_A_CALL),
        }
    )


def deltas(products: int) -> Kinds:
    """Bookings netted to one call a product; the ids of them all in one look-up."""
    return Counter({"messages": 1, "messages taken": 1, "products by SKU": 1, "quantity": products})


def sets(products: int) -> Kinds:
    """One look-up of their ids, two readings of the shelves, which must agree, one call each."""
    told = Counter({"shelves": 2 * products})
    return deltas(products) + told


def order_changes(*, gone: int, sent_again: int, items: int, page: int) -> Kinds:
    """Handled orders that changed: each looked at once and deleted; some are sent again after it,
    and their items asked for.
    """
    changed = gone + sent_again
    return Counter(
        {
            "messages": 1,
            "new orders": 1,
            "handled orders": pages(changed, page),
            "order in the warehouse": changed,
            "delete": changed,
            "item": items,
            "create": sent_again,
        }
    )


def reconciliation(products: int, *, page: int) -> Kinds:
    """Every product of the channel by its pages, every shelf, and both kinds of orders."""
    return Counter(
        {
            "messages": 1,
            "levels": pages(products, page),
            "shelves": 1,
            "new orders": 1,
            "handled orders": 1,
        }
    )
