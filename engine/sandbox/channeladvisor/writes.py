"""What PATCH of an order may change, and how a change moves its stamps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from engine.sandbox.channeladvisor import schema
from engine.sandbox.channeladvisor.answers import odata_error, web_error
from engine.sandbox.channeladvisor.members import ENUMS
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.stamps import stamp, ticks
from engine.sandbox.wire import SandboxRequest

LENGTHS: Mapping[str, int] = {
    "SellerOrderID": 25,
    "PublicNotes": 4000,
    "PrivateNotes": 4000,
    "SpecialInstructions": 255,
}
STATUS_DATES: Mapping[str, str] = {
    "CheckoutStatus": "CheckoutDateUtc",
    "PaymentStatus": "PaymentDateUtc",
    "ShippingStatus": "ShippingDateUtc",
}
WRITABLE = frozenset(
    {*LENGTHS, *STATUS_DATES, *STATUS_DATES.values(), "FlagID", "FlagDescription"}
    | {"EstimatedShipDateUtc", "DeliverByDateUtc", "OrderTags"}
)
"""Seen in client code or documented; address edits stay inside the system (documented)."""


def patch_of(request: SandboxRequest) -> Row:
    """The members to change, by their own spelling. Raises RefusedError (400, 415)."""
    if "application/json" not in request.headers.get("content-type", "").lower():
        raise web_error(415, "The request entity's media type is not supported.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise odata_error("The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise odata_error("The body is not an object.")
    changes = {schema.ORDER.canonical(name) or name: value for name, value in body.items()}
    for name, value in changes.items():
        _check(name, value)
    return changes


def apply_patch(order: Row, changes: Row, now: datetime) -> None:
    """Changes the order in place; a status that changes moves its own date as well."""
    moved = {
        date: stamp(now)
        for status, date in STATUS_DATES.items()
        if status in changes and changes[status] != order[status]
    }
    order.update({**moved, "UpdatedDateUtc": stamp(now), **changes})


def _check(name: str, value: object) -> None:
    if name not in WRITABLE:
        raise odata_error(f"The property '{name}' cannot be updated.")
    kind = schema.ORDER.kinds[name]
    if value is not None and not _fits(kind, value):
        raise odata_error(f"The value of '{name}' is not a valid {kind}.")
    if isinstance(value, str) and len(value) > LENGTHS.get(name, len(value)):
        raise odata_error(f"The value of '{name}' is longer than {LENGTHS[name]}.")


def _fits(kind: str, value: object) -> bool:
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if kind != "date":
        return kind == "string" or value in ENUMS[kind]
    try:
        return ticks(value) is not None
    except ValueError:
        return False
