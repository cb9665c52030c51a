"""Diagnostics: errors and warnings as values, each with a place in a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a text over several lines stands on one of them: `offset` is from 0 in the text."""

    offset: int
    line: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `file` as the user named it, `line` and `column` from 1.

    `length` is how many characters the caret line underlines, at least 1. `pieces` are the lines of
    a block, in order; they make no place another one.
    """

    file: str
    line: int
    column: int
    length: int = 1
    pieces: tuple[Piece, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A second place that explains a diagnostic, such as the first of two that claim the same."""

    message: str
    place: Place
    excerpt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What certainly mends a problem: `text` instead of all that stands at `place`.

    `was` is what stands there, without its quotes: where something else does, nothing is changed.
    """

    place: Place
    was: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem. `id` has a page in docs/rules; `excerpt` is the text of the line itself.

    `fix` is there only where nobody could have meant anything else.
    """

    id: str
    message: str
    place: Place | None = None
    severity: Severity = "error"
    excerpt: str | None = None
    expected: str | None = None
    found: str | None = None
    help: str | None = None
    note: Note | None = None
    fix: Fix | None = None


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """True when at least one of them is an error and not only a warning."""
    return any(d.severity == "error" for d in diagnostics)
