"""What a customer's expressions see of an order, and the fingerprint of what they read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.model.order import Allocation, Line, Order
from engine.model.ruleset import Link


def order_scope(compiled: CompiledOrders, order: Order) -> dict[str, Any]:
    """The members of an order under the names of the ruleset's language.

    The raw record stands under the name of its connection.
    """
    return {
        "key": order.key,
        "profile": {
            "id": order.profile,
            "name": compiled.profile_names.get(order.profile, str(order.profile)),
        },
        "created": order.created.isoformat().replace("+00:00", "Z"),
        "updated": order.updated.isoformat().replace("+00:00", "Z"),
        "shipping": order.shipping,
        "payment": order.payment,
        "checkout": order.checkout,
        "site": order.site,
        "site_id": order.site_id,
        "tags": list(order.tags),
        "skus": list(order.skus),
        "lines": [_line(line) for line in order.lines],
        compiled.rules.source: order.raw,
    }


def part_scope(scope: Mapping[str, Any], link: Link, *, single: bool) -> dict[str, Any]:
    """The order's scope with the part that is decided: its link, and whether it is the only one."""
    return {
        **scope,
        "link": {"name": link.name, "dc": link.dc, "pick": link.pick},
        "part": {"single": single},
    }


def fingerprint(compiled: CompiledOrders, order: Order) -> str:
    """A hash of what decides this order: its canonical content and the raw members that are read.

    The updated stamp is left out: our own writes move it.
    """
    content = {
        "statuses": [order.shipping, order.payment, order.checkout],
        "site": [order.site, order.site_id],
        "profile": order.profile,
        "tags": order.tags,
        "lines": [_line(line) for line in order.lines],
        "allocations": [_allocation(allocation) for allocation in order.allocations],
        "raw": {
            "/".join(path): order.raw if len(path) == 1 else order.raw.get(path[1])
            for path in sorted(compiled.reads)
        },
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "sku": line.sku,
        "quantity": line.quantity,
        "cancelled": line.cancelled,
        "bundle": line.bundle,
        "components": [
            {"sku": component.sku, "quantity": component.quantity} for component in line.components
        ],
    }


def _allocation(allocation: Allocation) -> list[Any]:
    items = [[item.line, item.sku, item.product, item.quantity] for item in allocation.items]
    return [allocation.id, allocation.dc, allocation.status, items]
