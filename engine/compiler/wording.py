"""What the diagnostics of the compiler share: where in a text a fault stands, and the near miss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from engine.diagnostics import Fix, Place


def within(place: Place, text: str, offset: int, length: int = 1) -> Place:
    """The place of `length` characters at `offset` (from 0) of a text that stands at `place`.

    A text over several lines, or one that was written with escapes, has the place of its start:
    its columns in the file are not those of the text.
    """
    behind_quote = {len(text): 0, len(text) + 2: 1}.get(place.length)
    if behind_quote is None or "\n" in text:
        return place
    start = min(offset, len(text))
    column = place.column + behind_quote + start
    return replace(place, column=column, length=max(1, min(length, len(text) - start)))


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
