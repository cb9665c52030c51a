"""What the config stages ask of the files of a workspace, without knowing where they lie."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, Protocol

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9][A-Za-z0-9_-]*)*", re.ASCII)
MAX_BYTES = 1024 * 1024
"""Of a file; a larger one is not read."""
SHORTEST = 4  # letters of a word in which one slip can be told from another word
SWAPPED = 2
DIGITS = re.compile("[0-9]").findall

Kind = Literal["rulesets", "bases", "profiles", "adapters"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the name of its file as the user would write it."""

    file: str
    text: str


class Library(Protocol):
    """Finds texts by name. `names` lists what there is of a kind, for suggestions.

    A kind whose names are not known is an empty list: then nothing is said about names of it.
    """

    def ruleset(self, customer: str) -> Text | None: ...

    def base(self, name: str) -> Text | None: ...

    def schema(self, name: str) -> Text | None: ...

    def profile(self, name: str) -> Text | None: ...

    def names(self, kind: Kind) -> list[str]: ...


def is_safe(name: str) -> bool:
    """True for `word/word` of letters, digits, `-` and `_`: no absolute path, no `..`, no NUL."""
    return len(name) <= 200 and NAME.fullmatch(name) is not None


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that was most likely meant, whatever its letter case, or None."""
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def meant(word: str, known: list[str]) -> str | None:
    """`did you mean 'x'?`, or None where nothing is near."""
    guess = nearest(word, known)
    return f"did you mean '{guess}'?" if guess else None


def did_you_mean(word: str, known: list[str]) -> str | None:
    """`did you mean 'x'?`, or the known words where there are few, or None."""
    listed = f"known: {', '.join(known)}" if 0 < len(known) <= 20 else None
    return meant(word, known) or listed


def certain(word: str, known: Iterable[str]) -> str | None:
    """The one known word that this must have been meant to be, or None.

    It differs in letter case alone, or by one letter that is wrong, lacks, is too many or changed
    its place; words of three letters are too near to each other for that, and digits are never
    guessed. For the words of a language: names that people choose, such as dock-a and dock-b,
    differ by one letter on purpose.
    """
    listed = [name for name in known if name != word and DIGITS(name) == DIGITS(word)]
    same = [name for name in listed if name.lower() == word.lower()]
    if same or len(word) < SHORTEST:
        return same[0] if len(same) == 1 else None
    near = [name for name in listed if one_slip(word.lower(), name.lower())]
    return near[0] if len(near) == 1 and len(near[0]) >= SHORTEST else None


def one_slip(one: str, other: str) -> bool:
    """Whether one letter was changed, left out or added, or two neighbours changed places."""
    start = _alike(one, other)
    one, other = one[start:], other[start:]
    end = _alike(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return max(len(one), len(other)) == 1 or (len(one) == SWAPPED and one == other[::-1])


def _alike(one: str, other: str) -> int:
    """How many letters from the start are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
