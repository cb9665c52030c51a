"""JSON bodies of writes: parsed, their names matched ignoring letter case, their values checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.sandbox.channeladvisor.answers import RefusedError, odata_error, web_error
from engine.sandbox.channeladvisor.members import ENUMS
from engine.sandbox.channeladvisor.schema import Row
from engine.sandbox.channeladvisor.stamps import ticks
from engine.sandbox.wire import SandboxRequest

Kinds = Mapping[str, str]
"""Member -> whole, number, string, date, boolean, rows (a list of objects), row, or an enum."""

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "whole": int,
    "number": (int, float),
    "string": str,
    "date": str,
    "boolean": bool,
    "rows": list,
    "row": dict,
}


def object_of(request: SandboxRequest) -> Row:
    """The JSON object in the body. Raises RefusedError (400, 415)."""
    if "application/json" not in request.headers.get("content-type", "").lower():
        raise web_error(415, "The request entity's media type is not supported.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise odata_error("The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise odata_error("The body is not an object.")
    return body


def value_of(request: SandboxRequest, kinds: Kinds) -> Row:
    """The members under `Value`, which bodies of Ship and UpdateQuantity are wrapped in."""
    body = checked(object_of(request), {"Value": "row"})
    if body.get("Value") is None:
        raise odata_error("The parameter 'Value' is missing.")
    return checked(body["Value"], kinds)


def checked(body: Row, kinds: Kinds) -> Row:
    """The members by their own spelling. Raises RefusedError (400) for an unknown or wrong one."""
    spelling = {name.lower(): name for name in kinds}
    members: Row = {}
    for given, value in body.items():
        name = spelling.get(given.lower())
        if name is None:
            raise odata_error(f"The property '{given}' cannot be given here.")
        if value is not None and not fits(kinds[name], value):
            raise odata_error(f"The value of '{name}' is not a valid {kinds[name]}.")
        members[name] = value
    return members


def required(members: Row, *names: str) -> None:
    """Raises RefusedError (400) where one of these is absent or null."""
    for name in names:
        if members.get(name) is None:
            raise odata_error(f"The parameter '{name}' is missing.")


def fits(kind: str, value: Any) -> bool:
    """Whether a value that is not null is one of this kind."""
    if kind in ENUMS:
        return isinstance(value, str) and value in ENUMS[kind]
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    if isinstance(value, list):
        return all(isinstance(row, dict) for row in value)
    return kind != "date" or _is_date(str(value))


def _is_date(text: str) -> bool:
    try:
        ticks(text)
    except ValueError:
        return False
    return True


def invalid_pair() -> RefusedError:
    """The known refusal of a carrier and class that the account does not have (recorded)."""
    return odata_error("Carrier and Class is invalid.")
