"""A fix put into the text of a file: an edit at its place; all else stays as it was."""

from __future__ import annotations

from engine.config.excerpts import BREAK
from engine.diagnostics import Fix, Place

QUOTES = "'\""
MARK = "\ufeff"
"""What some editors put before the first line; places do not count it."""


def fixed(text: str, fix: Fix) -> str | None:
    """The text of a file, with its own line ends, after a fix; None where something else than the
    fix expects stands at its place.
    """
    start = _offset(text, fix.place)
    if start is None:
        return None
    stop = start + fix.place.length
    found = text[start:stop]
    if fix.was not in (found, _unquoted(found)):
        return None
    return text[:start] + fix.text + text[stop:]


def _unquoted(found: str) -> str:
    return found[1:-1] if found[:1] in QUOTES and found[-1:] == found[:1] else found


def _offset(text: str, place: Place) -> int | None:
    """Where a place starts in the text, from 0; None behind the end."""
    starts = [0, *(found.end() for found in BREAK.finditer(text))]
    if place.line > len(starts):
        return None
    mark = 1 if place.line == 1 and text.startswith(MARK) else 0
    return starts[place.line - 1] + mark + place.column - 1
