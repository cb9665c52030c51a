"""What a message says of an event, in the site's words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.sandbox.warehouseos.catalog import StoredItem
from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.warehouseos.orders import StoredBox, StoredLine, StoredOrder
from engine.sandbox.warehouseos.stock import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A stock transaction that was done; `at` is ISO text."""

    item: StoredItem
    at: str
    reason: str | None = None
    user: str | None = None


def adjustment(
    dialect: Dialect, booking: Booking, transaction: str, place: Location, levels: tuple[int, int]
) -> dict[str, Any]:
    """A put, pull or count; `levels` are what lay there before, and after."""
    before, after = levels
    difference = after - before
    if transaction == "pull" and dialect.triggers.get("quantities") == "by-transaction":
        difference = -difference
    words = _booked(booking) | {
        "transaction": dialect.transaction(transaction),
        "location": place.name,
        "area": place.area,
        "quantity": difference,
        "before": before,
        "after": after,
    }
    return dialect.speak("adjustment", words)


def movement(
    dialect: Dialect, booking: Booking, quantity: int, origin: Location, target: Location
) -> dict[str, Any]:
    """A move of so many from one location to another."""
    words = _booked(booking) | {
        "transaction": dialect.transaction("move"),
        "quantity": quantity,
        "fromLocation": origin.name,
        "fromArea": origin.area,
        "toLocation": target.name,
        "toArea": target.area,
    }
    return dialect.speak("move", words)


def putaway(
    dialect: Dialect, booking: Booking, quantity: int, place: Location, line: tuple[str, str | None]
) -> dict[str, Any]:
    """A PO putaway; `line` is the purchase order's number and its line's host id."""
    words = _booked(booking) | {
        "transaction": dialect.transaction("putaway"),
        "po": line[0],
        "hostId": line[1],
        "quantity": quantity,
        "location": place.name,
        "area": place.area,
    }
    return dialect.speak("putaway", words)


def created(dialect: Dialect, order: StoredOrder) -> dict[str, Any]:
    """An order that came in."""
    words = {"number": order.number, "at": order.created, "area": order.area}
    return dialect.speak("orderCreated", words)


def picked(dialect: Dialect, order: StoredOrder) -> dict[str, Any]:
    """An order picked to its end; where the profile says `latest`, what is new since the last."""
    lines = [
        {"picked": line.picked - before, "short": line.short, **_line(line)}
        for line, before in _told(dialect, order, "told_picked")
    ]
    return dialect.speak("pick", _event(dialect, order, order.completed, lines))


def packed(dialect: Dialect, order: StoredOrder) -> dict[str, Any]:
    """An order packed to its end, with its boxes; `latest` leaves out those told before."""
    lines = [
        {
            "picked": line.picked,
            "packed": line.packed - before,
            "short": line.quantity - line.packed,
            "shortReason": line.short_reason,
            **_line(line),
        }
        for line, before in _told(dialect, order, "told_packed")
    ]
    boxes = [box for box in order.boxes if not (_latest(dialect) and box.told)]
    words = _event(dialect, order, order.packed, lines)
    words["boxes"] = [box_view(dialect, order, box) for box in boxes]
    return dialect.speak("pack", words)


def box_closed(dialect: Dialect, order: StoredOrder, box: StoredBox, at: str) -> dict[str, Any]:
    """One box that was closed."""
    shown = box_view(dialect, order, box)
    words = {"number": order.number, "at": at, "area": order.area, "box": shown}
    return dialect.speak("boxClosed", words)


def box_view(dialect: Dialect, order: StoredOrder, box: StoredBox) -> dict[str, Any]:
    """A box with what is in it, in messages and in status answers."""
    contents = [
        {"line": number, "quantity": quantity, "item": line.item, "hostId": line.host_id}
        for number, quantity in box.contents
        for line in [order.line(number)]
    ]
    words = {
        "id": box.id,
        "type": box.type,
        "weight": box.weight,
        "carrier": box.carrier,
        "service": box.service,
        "tracking": box.tracking,
        "contents": [dialect.speak("content", entry) for entry in contents],
    }
    return dialect.speak("box", words)


def _booked(booking: Booking) -> dict[str, Any]:
    fields = {
        word.replace("customField", "itemField"): value
        for word, value in booking.item.members.items()
        if word.startswith("customField")
    }
    return fields | {
        "item": booking.item.number,
        "reason": booking.reason,
        "user": booking.user,
        "at": booking.at,
    }


def _event(
    dialect: Dialect, order: StoredOrder, at: str | None, lines: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    return {
        **{word: value for word, value in order.header.items() if word.startswith("customField")},
        "number": order.number,
        "at": at,
        "area": order.area,
        "short": any(line["short"] for line in lines),
        "lines": [dialect.speak("eventLine", line) for line in lines],
    }


def _line(line: StoredLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "hostId": line.host_id,
        "item": line.item,
        "bundle": line.bundle,
        "requested": line.quantity,
    }


def _told(dialect: Dialect, order: StoredOrder, told: str) -> list[tuple[StoredLine, int]]:
    """The lines to tell, each with what to take off because it was told before.

    With `latest`, a line with nothing new is left out once it was told.
    """
    if not _latest(dialect):
        return [(line, 0) for line in order.lines]
    done = told.removeprefix("told_")
    known = [(line, int(getattr(line, told))) for line in order.lines]
    return [(line, before) for line, before in known if not before or getattr(line, done) > before]


def _latest(dialect: Dialect) -> bool:
    return dialect.triggers.get("orders") == "latest"
