"""What a site shows of what it holds, in its own words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.warehouseos.store import StoredLine, StoredOrder


def order_view(dialect: Dialect, order: StoredOrder) -> dict[str, Any]:
    """An order as `get` and `list` give it back."""
    shown = {
        "number": order.number,
        "status": dialect.status_word(order.status),
        "locked": order.locked,
        "area": order.area,
        "created": order.created,
        **order.header,
        "lines": [_line_view(dialect, line) for line in order.lines],
    }
    if isinstance(order.header.get("shipTo"), dict):
        shown["shipTo"] = dialect.speak("shipTo", order.header["shipTo"])
    return dialect.speak("order", shown)


def created_view(dialect: Dialect, order: StoredOrder) -> dict[str, Any]:
    """The answer to a create: success, and the lines as they were stored."""
    return dialect.speak("error", {"success": True}) | dialect.speak(
        "order",
        {
            "number": order.number,
            "status": dialect.status_word(order.status),
            "lines": [_line_view(dialect, line) for line in order.lines],
        },
    )


def page_view(
    dialect: Dialect, orders: Sequence[StoredOrder], page: int, size: int
) -> dict[str, Any]:
    """One page (the first is 1) of these orders; past the end it has no rows."""
    rows = orders[(page - 1) * size : page * size]
    return dialect.speak(
        "list",
        {
            "page": page,
            "size": size,
            "total": len(orders),
            "rows": [order_view(dialect, order) for order in rows],
        },
    )


def _line_view(dialect: Dialect, line: StoredLine) -> dict[str, Any]:
    shown = {
        "number": line.number,
        "hostId": line.host_id,
        "item": line.item,
        "requested": line.quantity,
        "bundle": line.bundle,
    }
    if not dialect.policy["hostIds"]:
        del shown["hostId"]
    return dialect.speak("line", shown)
