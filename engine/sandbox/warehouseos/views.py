"""What a site shows of what it holds, in its own words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.warehouseos.events import box_view
from engine.sandbox.warehouseos.orders import StoredLine, StoredOrder


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
    return dialect.speak("order", shown) | dialect.speak("orderStatus", _status(dialect, order))


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


def list_view(
    dialect: Dialect, section: str, rows: Sequence[dict[str, Any]], place: tuple[int, int, int]
) -> dict[str, Any]:
    """One page of spoken rows; `place` is the page's number, its size, and the rows in all."""
    page, size, total = place
    words = {"page": page, "size": size, "total": total, "rows": list(rows)}
    return dialect.speak(section, words)


def _status(dialect: Dialect, order: StoredOrder) -> dict[str, Any]:
    return {
        "packed": order.packed is not None,
        "verified": order.verified is not None,
        "batch": order.batch,
        "started": order.started,
        "completed": order.completed,
        "packedAt": order.packed,
        "verifiedAt": order.verified,
        "tracking": order.all_tracking,
        "boxes": [box_view(dialect, order, box) for box in order.boxes],
    }


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
    state = {
        "picked": line.picked,
        "short": line.short,
        "packed": line.packed,
        "shortReason": line.short_reason,
    }
    return dialect.speak("line", shown) | dialect.speak("lineStatus", state)
