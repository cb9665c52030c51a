"""Diagnostics as text, with the line and a caret under it, and as JSON."""

from __future__ import annotations

from typing import Any

from engine.diagnostics import Diagnostic, Place

LONGEST = 400  # characters of one line; excerpts are no longer


def to_text(diagnostic: Diagnostic) -> str:
    """One diagnostic over several lines, without a line break at the end.

    The first line says what it is, the second where, then the line itself with carets under the
    place, then what was expected and found, and what to do.
    """
    head = f"{diagnostic.severity}[{diagnostic.id}]: {_safe(diagnostic.message)}"
    lines = [head, *_located(diagnostic)]
    notes = {"expected": diagnostic.expected, "found": diagnostic.found, "help": diagnostic.help}
    lines += [f"  = {name}: {_safe(note)}" for name, note in notes.items() if note]
    return "\n".join(lines)


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """The members of a diagnostic; `file`, `line`, `column` and `length` are null without place."""
    place = diagnostic.place
    return {
        "id": diagnostic.id,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "length": place.length if place else None,
        "excerpt": diagnostic.excerpt,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "help": diagnostic.help,
    }


def _located(diagnostic: Diagnostic) -> list[str]:
    place = diagnostic.place
    if place is None:
        return []
    lines = [f"  --> {_safe(str(place))}"]
    if diagnostic.excerpt is None:
        return lines
    number = str(place.line)
    bar = " " * len(number)
    shown = _safe(diagnostic.excerpt.replace("\t", " "))
    return [
        *lines,
        f"{bar} |",
        f"{number} | {shown}".rstrip(),
        f"{bar} | {_carets(place, shown)}",
    ]


def _carets(place: Place, shown: str) -> str:
    room = max(1, len(shown) - place.column + 1)
    return " " * (place.column - 1) + "^" * min(place.length, room)


def _safe(text: str) -> str:
    """No control character of a file may reach the terminal, and no endless line."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    return "".join(char if char.isprintable() else "�" for char in cut)
