"""A real record without its buyer: members that may hold a buyer's data get invented values. Pure.

A value keeps its kind and shape, as rules go by those: digits stay digits, an address of mail stays
one, and a country's or state's code stays what it is, as it names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

MAIL = "buyer@example.com"
_CODE = re.compile(r"[A-Z]{2,3}")
_DIGIT = re.compile(r"[0-9]")
_LETTER = re.compile(r"[^\W\d_]")


def redacted(record: Mapping[str, Any], patterns: Sequence[str]) -> dict[str, Any]:
    """The record with invented values for members that match a pattern; the same for the same
    record each time. Of a list of rows the rows stay, and their members are looked at.
    """
    return {name: _member(name, value, patterns) for name, value in record.items()}


def _member(name: str, value: Any, patterns: Sequence[str]) -> Any:
    if isinstance(value, list):
        rows = all(isinstance(row, Mapping) for row in value)
        if rows:
            return [redacted(row, patterns) for row in value]
    if not any(fnmatchcase(name, pattern) for pattern in patterns):
        return redacted(value, patterns) if isinstance(value, Mapping) else value
    return _invented(name, value)


def _invented(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, bool) or value is None:
        return value
    return 0 if isinstance(value, int | float) else None


def _text(name: str, text: str) -> str:
    if not text.strip() or _CODE.fullmatch(text):
        return text
    if "@" in text:
        return MAIL
    if _DIGIT.search(text) and len(text) <= 20 and " " not in text.strip():
        return _LETTER.sub("X", _DIGIT.sub("0", text))
    return f"Sample {name}"
