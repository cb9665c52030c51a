"""Diagnostics as text, with the line and a caret under it, and as JSON."""

from __future__ import annotations

from typing import Any

from engine.diagnostics import Diagnostic, Note, Place

LONGEST = 400  # characters of one line; excerpts are no longer


def to_text(diagnostic: Diagnostic) -> str:
    """One diagnostic over several lines, without a line break at the end.

    The first line says what it is, the second where, then the line itself with carets under the
    place, then a second place, what was expected and found, and what to do.
    """
    head = f"{diagnostic.severity}[{diagnostic.id}]: {_safe(diagnostic.message)}"
    lines = [head, *_located(diagnostic.place, diagnostic.excerpt)]
    if diagnostic.note is not None:
        lines.append(f"  note: {_safe(diagnostic.note.message)}")
        lines += _located(diagnostic.note.place, diagnostic.note.excerpt)
    said = {
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "help": diagnostic.help,
        "fix": _fix_in_words(diagnostic),
    }
    lines += [f"  = {name}: {_safe(words)}" for name, words in said.items() if words]
    return "\n".join(lines)


def fixed_lines(diagnostic: Diagnostic) -> tuple[str, str] | None:
    """The line as it is and as its fix makes it, without secrets; None where it has no fix, or
    where the line is not shown whole.
    """
    fix, excerpt = diagnostic.fix, diagnostic.excerpt
    if fix is None or excerpt is None or fix.place.line != (diagnostic.place or fix.place).line:
        return None
    start = fix.place.column - 1
    stop = start + fix.place.length
    if fix.was not in excerpt[start:stop]:
        return None
    return _safe(excerpt), _safe(excerpt[:start] + fix.text + excerpt[stop:])


def _fix_in_words(diagnostic: Diagnostic) -> str | None:
    fix = diagnostic.fix
    return f"write {fix.text} (`crossdock validate --fix` does)" if fix is not None else None


def in_words(diagnostic: Diagnostic) -> str:
    """What it says, what was expected and found, and what to do: one line each, no places."""
    said = {
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "help": diagnostic.help,
        "fix": f"write {diagnostic.fix.text}" if diagnostic.fix else None,
    }
    lines = [f"{name}: {_safe(words)}" for name, words in said.items() if words]
    return "\n".join([_safe(diagnostic.message), *lines])


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """The members of a diagnostic; `file`, `line`, `column` and `length` are null without place.

    `note` is a second place or null, `fix` what certainly mends it or null.
    """
    fix = diagnostic.fix
    return {
        "id": diagnostic.id,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place_json(diagnostic.place),
        "excerpt": diagnostic.excerpt,
        "expected": diagnostic.expected,
        "found": diagnostic.found,
        "help": diagnostic.help,
        "note": _note_json(diagnostic.note),
        "fix": {**_place_json(fix.place), "text": fix.text} if fix is not None else None,
    }


def _place_json(place: Place | None) -> dict[str, Any]:
    return {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "length": place.length if place else None,
    }


def _note_json(note: Note | None) -> dict[str, Any] | None:
    if note is None:
        return None
    return {"message": note.message, **_place_json(note.place), "excerpt": note.excerpt}


def _located(place: Place | None, excerpt: str | None) -> list[str]:
    if place is None:
        return []
    lines = [f"  --> {_safe(str(place))}"]
    if excerpt is None:
        return lines
    number = str(place.line)
    bar = " " * len(number)
    shown = _safe(excerpt.replace("\t", " "))
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
