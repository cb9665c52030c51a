"""Values on the wire of a WarehouseOS site, read one by one. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from engine.adapters.foreign import LARGEST, json_of
from engine.errors import BadRecordError, ProtocolError

_FIGURES = re.compile(r"-?[0-9]{1,18}")


def view(names: Mapping[str, str], value: Any) -> dict[str, Any]:
    """A wire object by our words. Letter case of its members is ignored: sites differ in it."""
    if not isinstance(value, Mapping):
        raise ProtocolError("the site answered with something that is no JSON object")
    flat = {str(name).casefold(): member for name, member in value.items()}
    found = ((word, flat.get(wire.casefold(), ...)) for word, wire in names.items())
    return {word: member for word, member in found if member is not ...}


def inner(names: Mapping[str, str], value: Any, what: str) -> dict[str, Any]:
    """The same for an object inside a record; raises BadRecordError, naming `what`, for another
    kind of value: it spoils that record and no other.
    """
    if not isinstance(value, Mapping):
        raise BadRecordError(f"{what} is no JSON object")
    return view(names, value)


def parsed(body: bytes) -> Any:
    """The JSON of a body, None where it is none."""
    try:
        return json_of(body)
    except ValueError:
        return None


def text(value: Any) -> str | None:
    """A text, a number as text; None for nothing, blanks, and what is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def whole(value: Any, what: str) -> int:
    """A whole number, also written like 2.0 or "2"; raises BadRecordError naming `what`."""
    if isinstance(value, str) and _FIGURES.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise BadRecordError(f"{what} is no whole number")
    return value


def count(value: Any, what: str) -> int:
    """A whole number from 0; null is 0."""
    number = 0 if value is None else whole(value, what)
    if number < 0:
        raise BadRecordError(f"{what} is below 0")
    return number


def moment(value: Any, zone: tzinfo, what: str) -> datetime | None:
    """A UTC time from ISO text, taken for the site's own time where it has no offset; None for
    nothing. Raises BadRecordError for any other value.
    """
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(value)
        aware = found if found.tzinfo else found.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise BadRecordError(f"{what} is no time") from None


def rows(value: Any, what: str) -> list[Any]:
    """A list, empty for null; raises BadRecordError for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRecordError(f"{what} is no list")
    return value
