"""The canonical order as JSON (schemas/records/order.schema.json) and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.model.order import AllocatedItem, Allocation, Component, Line, Order


def order_to_json(order: Order) -> dict[str, Any]:
    """A plain JSON value, from which `order_from_json` makes an equal order."""
    return {
        "key": order.key,
        "profile": order.profile,
        "created": _text(order.created),
        "updated": _text(order.updated),
        "shipping": order.shipping,
        "payment": order.payment,
        "checkout": order.checkout,
        "site": order.site,
        "site_id": order.site_id,
        "tags": list(order.tags),
        "lines": [_line_to_json(line) for line in order.lines],
        "allocations": [_allocation_to_json(allocation) for allocation in order.allocations],
        "raw": dict(order.raw),
    }


def order_from_json(value: Mapping[str, Any]) -> Order:
    """Takes what the schema allows; raises KeyError, TypeError or ValueError for anything else."""
    return Order(
        key=value["key"],
        profile=value["profile"],
        created=_moment(value["created"]),
        updated=_moment(value["updated"]),
        shipping=value["shipping"],
        payment=value["payment"],
        checkout=value["checkout"],
        site=value.get("site"),
        site_id=value.get("site_id"),
        tags=tuple(value.get("tags", ())),
        lines=tuple(_line(row) for row in value.get("lines", ())),
        allocations=tuple(_allocation(row) for row in value.get("allocations", ())),
        raw=value.get("raw", {}),
    )


def _line_to_json(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "sku": line.sku,
        "quantity": line.quantity,
        "cancelled": line.cancelled,
        "bundle": line.bundle,
        "components": [
            {"sku": part.sku, "quantity": part.quantity, "product": part.product}
            for part in line.components
        ],
        "product": line.product,
    }


def _allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    return {
        "id": allocation.id,
        "dc": allocation.dc,
        "dc_code": allocation.dc_code,
        "status": allocation.status,
        "marker": allocation.marker,
        "tracking": allocation.tracking,
        "items": [
            {"line": i.line, "sku": i.sku, "quantity": i.quantity, "product": i.product}
            for i in allocation.items
        ],
    }


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        id=row["id"],
        sku=row["sku"],
        quantity=row["quantity"],
        cancelled=row.get("cancelled", 0),
        bundle=row.get("bundle", False),
        components=tuple(
            Component(sku=part["sku"], quantity=part["quantity"], product=part.get("product"))
            for part in row.get("components", ())
        ),
        product=row.get("product"),
    )


def _allocation(row: Mapping[str, Any]) -> Allocation:
    return Allocation(
        id=row["id"],
        dc=row["dc"],
        dc_code=row["dc_code"],
        status=row["status"],
        marker=row.get("marker"),
        tracking=row.get("tracking"),
        items=tuple(
            AllocatedItem(
                line=item["line"],
                sku=item["sku"],
                quantity=item["quantity"],
                product=item.get("product"),
            )
            for item in row.get("items", ())
        ),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    """A time with its offset; Python reads 6 fractional digits, the form allows 7."""
    head, dot, tail = text.replace("Z", "+00:00").partition(".")
    fraction, sign, offset = tail.partition("+")
    moment = datetime.fromisoformat(f"{head}{dot}{fraction[:6]}{sign}{offset}")
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    return moment.astimezone(UTC)
