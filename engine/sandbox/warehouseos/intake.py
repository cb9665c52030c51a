"""What somebody asks to have stored: the body of a create, read and checked. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.warehouseos.refusals import RefusedError

_OWN = {"number", "status", "area", "created", "lines", "locked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """A line as asked for: `item` may be an item number, an alias or a bundle number."""

    item: str
    quantity: int
    host_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOrder:
    """A create request that is well formed; whether it can be done is decided elsewhere."""

    number: str
    status: str
    area: str | None
    created: str | None
    lines: tuple[AskedLine, ...]
    header: Mapping[str, Any]


class MalformedError(Exception):
    """The body is not what a body of this call looks like."""


def asked_order(dialect: Dialect, body: bytes) -> AskedOrder:
    """Reads a create body. Raises MalformedError, or RefusedError with the member to blame."""
    members = dialect.understand("order", json_object(body))
    header = {word: value for word, value in members.items() if word not in _OWN}
    if isinstance(header.get("shipTo"), dict):
        header["shipTo"] = dialect.understand("shipTo", header["shipTo"])
    return AskedOrder(
        number=_required(dialect, "order", "number", members),
        status=_status(dialect, members.get("status")),
        area=_text(members.get("area")),
        created=_text(members.get("created")),
        lines=_lines(dialect, members.get("lines")),
        header=header,
    )


def json_value(body: bytes) -> Any:
    """What the body says. Raises MalformedError where it is not JSON."""
    try:
        return json.loads(body)
    except ValueError as problem:
        raise MalformedError("The body is not JSON.") from problem


def json_object(body: bytes) -> dict[str, Any]:
    """The body's object. Raises MalformedError for anything else."""
    value = json_value(body)
    if not isinstance(value, dict):
        raise MalformedError("The body is not a JSON object.")
    return value


def _status(dialect: Dialect, given: Any) -> str:
    """Documented: Available unless told, Hold where configured. Nothing else can be created."""
    if given is None:
        return "available"
    status = dialect.status(str(given))
    if status not in {"available", "hold"}:
        field = dialect.name("order", "status")
        raise RefusedError("INVALID_RECORD", f"An order cannot be created as {given!r}", field)
    return status


def _lines(dialect: Dialect, given: Any) -> tuple[AskedLine, ...]:
    field = dialect.name("order", "lines")
    if not isinstance(given, list) or not given:
        raise RefusedError("INVALID_RECORD", "An order needs at least one line", field)
    if not all(isinstance(line, dict) for line in given):
        raise RefusedError("INVALID_RECORD", "Every line is an object", field)
    return tuple(_line(dialect, line) for line in given)


def _line(dialect: Dialect, given: Mapping[str, Any]) -> AskedLine:
    members = dialect.understand("line", given)
    quantity = members.get("quantity")
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity <= 0:
        field = dialect.name("line", "quantity")
        raise RefusedError("INVALID_RECORD", "A line needs a quantity above 0", field)
    return AskedLine(
        item=_required(dialect, "line", "item", members),
        quantity=quantity,
        host_id=_text(members.get("hostId")),
    )


def _required(dialect: Dialect, section: str, word: str, members: Mapping[str, Any]) -> str:
    value = _text(members.get(word))
    if value is None or not value.strip():
        field = dialect.name(section, word)
        raise RefusedError("INVALID_RECORD", f"{field} is required", field)
    return value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
