"""The lines of a text that diagnostics show, with secrets blotted out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.diagnostics import Diagnostic, Place

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # the line breaks that the YAML reader counts
MAX_LENGTH = 400
SECRET = re.compile(
    r"""(\b(?:secret|refresh|key)["']?\s*:\s*)(?!["']?(?:env|file|keyring):)(\S.*)"""
)


def lines_of(text: str) -> list[str]:
    """The lines of a text as places count them, without their breaks."""
    return BREAK.split(text)


def place_at(text: str, file: str, position: int) -> Place:
    """The place of the character at `position` (from 0)."""
    lines = lines_of(text[:position])
    return Place(file, len(lines), len(lines[-1]) + 1)


def with_excerpts(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    hidden: Iterable[Place] = (),
) -> list[Diagnostic]:
    """The same diagnostics, each with the text of its line.

    `sources` maps a file's name to its text. What stands at a `hidden` place, and what looks like
    a literal secret, is replaced by stars on every line that is shown.
    """
    lines = {file: lines_of(text) for file, text in sources.items()}
    found = list(diagnostics)
    secrets = set(hidden)
    return [_with_excerpt(d, lines, secrets) for d in found]


def _with_excerpt(
    diagnostic: Diagnostic, lines: Mapping[str, list[str]], secrets: set[Place]
) -> Diagnostic:
    place = diagnostic.place
    if place is None or diagnostic.excerpt is not None or place.file not in lines:
        return diagnostic
    listed = lines[place.file]
    line = listed[place.line - 1] if place.line <= len(listed) else ""
    for secret in secrets:
        if (secret.file, secret.line) == (place.file, place.line):
            line = _blotted(line, secret.column - 1, secret.column - 1 + secret.length)
    line = SECRET.sub(lambda found: found[1] + "*" * len(found[2]), line)
    return replace(diagnostic, excerpt=line[:MAX_LENGTH])


def _blotted(line: str, start: int, stop: int) -> str:
    return line[:start] + "*" * (min(stop, len(line)) - start) + line[stop:]
