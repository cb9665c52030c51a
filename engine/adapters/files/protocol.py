"""The lines of both files as values: canonical orders in, desired orders out. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.errors import ProtocolError
from engine.model.desired import (
    DesiredLine,
    DesiredOrder,
    ExistingLine,
    ExistingOrder,
    PreparedRequest,
)
from engine.model.order import Order, Unreadable
from engine.model.order_json import order_from_json
from engine.model.pointer import pointer_to

APPEND = "APPEND"


def record_of(line: bytes, where: str) -> Order | Unreadable:
    """The canonical order of one line, or that it is none; `where` is file and line number."""
    try:
        return order_from_json(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        why = "the line is no canonical order: see schemas/records/order.schema.json"
        return Unreadable(key=where, why=why)


def creation(desired: DesiredOrder) -> PreparedRequest:
    """The line to be appended, as a request."""
    body = {
        "number": desired.number,
        "area": desired.area,
        "hold": desired.hold,
        "fields": dict(desired.fields),
        "lines": [
            {
                "number": line.number,
                "host_id": line.host_id,
                "item": line.item,
                "quantity": line.quantity,
                "bundle": line.bundle,
                "expands": line.expands,
            }
            for line in desired.lines
        ],
    }
    private = sorted(desired.private & desired.fields.keys())
    return PreparedRequest(
        method=APPEND,
        path="",
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        private=tuple(pointer_to(("fields", name)) for name in private),
    )


def stored(line: bytes) -> Mapping[str, Any] | None:
    """A line of the written file; None for one that a crash cut short."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("number"), str) else None


def existing_of(value: Mapping[str, Any]) -> ExistingOrder:
    """What a stored line says of its order."""
    return ExistingOrder(
        number=value["number"],
        state="hold" if value["hold"] else "available",
        area=value["area"],
        lines=tuple(
            ExistingLine(
                item=line["item"],
                quantity=line["quantity"],
                host_id=line["host_id"],
                bundle=line["bundle"],
            )
            for line in value["lines"]
        ),
    )


def asked_of(request: PreparedRequest) -> DesiredOrder:
    """What a request asks to be stored; raises ProtocolError where it is none of this adapter."""
    value = stored((request.body or "").encode())
    if request.method != APPEND or value is None:
        raise ProtocolError("the stored request is no append of the files adapter")
    return DesiredOrder(
        number=value["number"],
        area=value["area"],
        hold=value["hold"],
        fields=value["fields"],
        lines=tuple(DesiredLine(**line) for line in value["lines"]),
    )
