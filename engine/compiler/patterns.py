"""Regular expressions that cannot run away, whatever text they meet.

Python's matcher tries again and again: `(a+)+` needs longer than anybody waits. So the shape of
a pattern is restricted, and what is left has a cost that can be computed before it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

MAX_PATTERN = 200
MAX_TEXT = 10_000
MAX_COST = 100_000_000
TRIES_PER_STEP = 5_000
"""How many tries of the matcher take about as long as one step of an expression."""

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?i\)|\(\?:|\(\?|.", re.DOTALL)
_OPENING = frozenset(["(", "(?:"])
_CLOSING = frozenset([")"])
_REPEATING = frozenset("*+{")
_CHOOSING = frozenset("?|")


class PatternError(ValueError):
    """A pattern is refused; the text says why and what to write instead."""


@dataclass(slots=True)
class _Shape:
    """`loops` may each run over the whole text, `choices` each double the ways to try."""

    loops: int = 0
    choices: int = 0
    open_groups: list[bool] = field(default_factory=list)
    closed_varies: bool = False


@lru_cache(maxsize=256)
def cost_factors(pattern: str) -> tuple[int, int]:
    """The number of loops and of choices in a pattern; raises PatternError when it is refused."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"a pattern has at most {MAX_PATTERN} characters")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError("it is not a regular expression") from error
    shape = _Shape()
    before = ""
    for piece in _pieces(pattern):
        _take(shape, piece, before)
        before = piece
    return shape.loops, shape.choices


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in the text; raises PatternError when refused."""
    if len(text) > MAX_TEXT or cost(text, pattern) > MAX_COST:
        raise PatternError("the text is too long for this pattern; use fewer `*`, `+`, `?` and `|`")
    return re.search(pattern, text) is not None


def cost(text: str, pattern: str) -> int:
    """How many tries the matcher needs at most; raises PatternError when the pattern is refused."""
    loops, choices = cost_factors(pattern)
    tries: int = (len(text) + 1) ** (loops + 1)
    return tries << choices


def _pieces(pattern: str) -> Iterator[str]:
    for found in _PIECE.finditer(pattern):
        piece = found.group()
        if piece.startswith("(?") and piece not in ("(?:", "(?i)"):
            raise PatternError("of the `(?...)` forms only `(?:...)` and `(?i)` are allowed")
        if re.fullmatch(r"\\[1-9]", piece):
            raise PatternError("a reference back to a group is not allowed")
        yield piece


def _take(shape: _Shape, piece: str, before: str) -> None:
    if piece in _OPENING:
        shape.open_groups.append(False)
    elif piece in _CLOSING:
        shape.closed_varies = shape.open_groups.pop()
        if shape.closed_varies:
            _mark(shape)
    elif piece in _REPEATING:
        if before in _CLOSING and shape.closed_varies:
            raise PatternError("a repeated group may not hold `*`, `+`, `?`, `{` or `|`")
        shape.loops += 1
        _mark(shape)
    elif piece in _CHOOSING:
        shape.choices += 1
        _mark(shape)


def _mark(shape: _Shape) -> None:
    """What varies inside of a group may not be repeated with it."""
    if shape.open_groups:
        shape.open_groups[-1] = True
