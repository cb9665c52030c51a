"""The short form of orders in cases -> canonical orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.config.document import parse
from engine.model.order import Order
from engine.model.order_json import order_from_json

CODES = {0: "DOCK", -3: "ANNEX", 5: "MAIN", 7: "EAST3PL", 9: "WEST", -2: "FBA-US"}


def orders_of(rows: Iterable[Mapping[str, Any]]) -> list[Order]:
    """Canonical orders of rows that say only what matters to their case."""
    path = Path(__file__).with_name("order.yaml")
    node, problems = parse(path.read_text(encoding="utf-8"), path.name)
    assert node is not None, problems
    plain = node.plain()
    assert isinstance(plain, dict)
    return [order_from_json(_complete(plain, row)) for row in rows]


def _complete(plain: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    order = {**plain, **row}
    key = {"ID": int(order["key"])}
    order["raw"] = {**plain["raw"], **key, **row.get("raw", {})}
    lines = {line["id"]: line for line in order["lines"]}
    given = order.get("allocations") or [
        {"dc": 5, "items": [_whole(one) for one in lines.values()]}
    ]
    order["allocations"] = [_allocation(one, lines, at) for at, one in enumerate(given)]
    return order


def _whole(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"line": line["id"], "quantity": line["quantity"]}


def _allocation(
    row: Mapping[str, Any], lines: Mapping[str, Mapping[str, Any]], at: int
) -> dict[str, Any]:
    """Of a bundle, an item without SKU stands for so many whole bundles."""
    skus = {name: line["sku"] for name, line in lines.items()}
    items = [{"sku": skus.get(item["line"]), **item} for item in row.get("items", [])]
    plain = {"id": str(9000 + at), "dc_code": CODES.get(row["dc"]), "status": "NoChange"}
    return {**plain, **row, "items": items}
