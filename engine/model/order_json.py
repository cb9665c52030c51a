"""The canonical order as JSON (schemas/records/order.schema.json) and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.order import AllocatedItem, Allocation, Component, Line, Order
from engine.model.stamps import stamp_of, stamp_text


def order_to_json(order: Order) -> dict[str, Any]:
    """A plain JSON value, from which `order_from_json` makes an equal order."""
    return {
        "key": order.key,
        "profile": order.profile,
        "created": stamp_text(order.created),
        "updated": stamp_text(order.updated),
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
        created=stamp_of(value["created"]),
        updated=stamp_of(value["updated"]),
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
