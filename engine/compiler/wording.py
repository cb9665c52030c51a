"""What the diagnostics of the compiler share: where in a text a fault stands, and the near miss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from engine.diagnostics import Fix, Place


def within(place: Place, text: str, offset: int, length: int = 1) -> Place:
    """The place of `length` characters at `offset` (from 0) of a text that stands at `place`.

    A block has places on its lines. A text over several lines that is none, or one with escapes
    that its length does not give away, has the place of its start: its columns in the file are not
    those of the text.
    """
    if place.pieces:
        return _in_block(place, offset, length)
    doubled = _doubled(place.length, text)
    if doubled is None or "\n" in text:
        return place
    start = min(offset, len(text))
    stop = min(start + length, len(text))
    before, inside = text[:start], text[start:stop]
    quote = 0 if place.length == len(text) else 1
    column = place.column + quote + start + _count(before, doubled)
    return replace(place, column=column, length=max(1, len(inside) + _count(inside, doubled)))


def _in_block(place: Place, offset: int, length: int) -> Place:
    """On the line where it starts, up to that line's end."""
    before = [one for one in place.pieces if one.offset <= offset]
    if not before:
        return place
    piece, inside = before[-1], min(offset - before[-1].offset, before[-1].length - 1)
    room = piece.length - inside
    return Place(place.file, piece.line, piece.column + inside, max(1, min(length, room)))


def _doubled(width: int, text: str) -> str | None:
    """Which characters take two in the file, told by how wide the text is there; None: unknown.

    In single quotes it is the quote, in double quotes the quote and the backslash.
    """
    if width in (len(text), len(text) + 2):
        return ""
    extra = width - len(text) - 2
    found = [marks for marks in ("'", '"\\') if _count(text, marks) == extra]
    return found[0] if len(found) == 1 else None


def _count(text: str, marks: str) -> int:
    return sum(text.count(mark) for mark in marks)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A question with the nearest known word, letter case aside; None when nothing is near."""
    guess = near(word, known, 0.6)
    return f"Did you mean `{guess}`?" if guess else None


def near(word: str, known: Iterable[str], cutoff: float) -> str | None:
    """The known word that is nearest, letter case aside, and at least so near (0 to 1)."""
    spelled = {name.casefold(): name for name in sorted(known)}
    found = get_close_matches(word.casefold(), spelled, n=1, cutoff=cutoff)
    return spelled[found[0]] if found else None


def fix_of(place: Place, was: str, text: str) -> Fix | None:
    """The edit of a word inside of a text; None where the place is that of the whole text."""
    return Fix(place=place, was=was, text=text) if place.length == len(was) else None
