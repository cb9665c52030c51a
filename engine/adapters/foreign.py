"""JSON of a foreign system as values that can be stored and sent again. Pure.

What Python's reader would let through, and nobody could write down, is kept from harm here, so that
it spoils at most the record that it stands in. Nearly all bodies hold nothing of the kind: they are
read by a fast library and looked through once. Any other is read again, by Python's own reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON takes exactly."""
LOST = "\ufffd"
"""Stands for what could not be read. Two names that hold it may be two that were not equal."""
_DEEPEST = 60
# Half of a character is what a field's end leaves of a picture (a text cut after so many UTF-16
# units); no encoding can write it. NUL is no text to a PostgreSQL.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_LOOKED_AT = frozenset([dict, list, int, float])


def json_of(body: bytes) -> Any:
    """The value of a JSON body; raises ValueError where it is none, or too deep to be read at all.

    A byte or half a character that no text can hold becomes U+FFFD. A number that is none (NaN),
    has no end or is above `LARGEST` stays the text that it was written as, and what is nested
    below 60 levels is only said to be: who wants something else there refuses that record alone.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:  # half a character, NaN, another encoding: or no JSON at all
        return carefully(body)
    plain = b"\\u0000" not in body and _is_plain(value)
    return value if plain else carefully(body)


def carefully(body: bytes) -> Any:
    """The same of any body, at five times the price: every value of it is taken in hand."""
    text = body.decode(json.detect_encoding(body), "replace")
    try:
        value = json.loads(text, parse_constant=str, parse_int=_whole, parse_float=_decimal)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return _writable(value, _DEEPEST)


def _is_plain(value: Any) -> bool:
    """Whether no number is too large and nothing nested too deep, level by level."""
    level = [value]
    for _ in range(_DEEPEST):
        numbers = [one for one in level if type(one) is int or type(one) is float]
        if numbers and not -LARGEST <= min(numbers) <= max(numbers) <= LARGEST:
            return False
        lists: list[Iterable[Any]] = [one for one in level if type(one) is list]
        lists += [one.values() for one in level if type(one) is dict]
        level = [below for one in lists for below in one if type(below) in _LOOKED_AT]
        if not level:
            return True
    return False


def _whole(text: str) -> int | str:
    """No more figures than `LARGEST` has are turned into a number: that takes its time."""
    number = int(text) if len(text) <= len(str(-LARGEST)) else None
    return text if number is None or abs(number) > LARGEST else number


def _decimal(text: str) -> float | str:
    number = float(text)
    return number if abs(number) <= LARGEST else text


def _writable(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return _UNWRITABLE.sub(LOST, value)
    if not isinstance(value, list | dict):
        return value
    if not levels:
        return "nested too deep"
    if isinstance(value, list):
        return [_writable(one, levels - 1) for one in value]
    return {_writable(name, 0): _writable(one, levels - 1) for name, one in value.items()}
