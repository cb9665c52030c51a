"""Inventory Discrepancy for machines: lines of JSON, and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from engine.model.discrepancy import Cause, Discrepancy, Row, Totals

FORMAT_VERSION = 1
_FIGURES = ("on_hand", "available", "difference", "unexplained", "picked", "elsewhere")


def json_lines(found: Discrepancy) -> Iterator[str]:
    """A line of sums, then a line for each row, the worst first."""
    yield _line(
        {
            "format_version": FORMAT_VERSION,
            "kind": "discrepancy",
            "customer": found.customer,
            "at": found.at.isoformat().replace("+00:00", "Z"),
            **_sums(found.totals),
            "left_out": dict(sorted(found.totals.left_out.items())),
            "strange": found.totals.strange,
            "centers": {code: _sums(totals) for code, totals in found.centers.items()},
        }
    )
    for row in found.rows:
        yield _line(row_json(row))


def row_json(row: Row) -> dict[str, Any]:
    """One row: the figures are in each, `difference` is warehouse less channel."""
    return {
        "sku": row.sku,
        "product": row.product,
        "dc": row.dc,
        "code": row.code,
        "link": row.link,
        **{name: getattr(row, name) for name in _FIGURES},
        "causes": {cause.value: units for cause, units in row.causes.items()},
        "apportioned": [cause.value for cause in row.apportioned],
    }


def csv_lines(found: Discrepancy) -> Iterator[str]:
    """A header, then a line for each row; each cause has a column."""
    causes = list(Cause)
    yield _csv(["sku", "product", "dc", "code", *_FIGURES, *(c.value for c in causes)])
    for row in found.rows:
        figures = [getattr(row, name) for name in _FIGURES]
        units = [row.causes.get(cause, 0) for cause in causes]
        yield _csv([row.sku, row.product, row.dc, row.code, *figures, *units])


def _sums(totals: Totals) -> dict[str, Any]:
    return {
        "rows": totals.rows,
        "agree": totals.agree,
        "explained": totals.explained,
        "unexplained": totals.unexplained,
        "unexplained_units": totals.units,
        "on_hand": totals.on_hand,
        "available": totals.available,
        "causes": {cause.value: totals.causes[cause] for cause in Cause if cause in totals.causes},
    }


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
