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
    lines = _Lines(sources, hidden)
    return [_with_excerpt(diagnostic, lines) for diagnostic in diagnostics]


class _Lines:
    """The lines as they are shown. Each is made once: thousands of problems may stand on one."""

    def __init__(self, sources: Mapping[str, str], hidden: Iterable[Place]) -> None:
        self._texts = {file: lines_of(text) for file, text in sources.items()}
        self._shown: dict[tuple[str, int], str] = {}
        self._secrets: dict[tuple[str, int], set[Place]] = {}
        for secret in hidden:
            self._secrets.setdefault((secret.file, secret.line), set()).add(secret)

    def __contains__(self, file: str) -> bool:
        return file in self._texts

    def shown(self, file: str, line: int) -> str:
        """The line's text (from 1), cut, without secrets; empty behind the last one."""
        if (file, line) not in self._shown:
            self._shown[file, line] = self._made(file, line)
        return self._shown[file, line]

    def _made(self, file: str, line: int) -> str:
        listed = self._texts[file]
        text = listed[line - 1] if line <= len(listed) else ""
        for secret in self._secrets.get((file, line), ()):
            text = _blotted(text, secret.column - 1, secret.column - 1 + secret.length)
        return SECRET.sub(lambda found: found[1] + "*" * len(found[2]), text)[:MAX_LENGTH]


def _with_excerpt(diagnostic: Diagnostic, lines: _Lines) -> Diagnostic:
    note = diagnostic.note
    if note is not None and note.excerpt is None:
        note = replace(note, excerpt=_line(note.place, lines))
    excerpt = diagnostic.excerpt
    return replace(
        diagnostic,
        excerpt=_line(diagnostic.place, lines) if excerpt is None else excerpt,
        note=note,
    )


def _line(place: Place | None, lines: _Lines) -> str | None:
    known = place is not None and place.file in lines
    return lines.shown(place.file, place.line) if place is not None and known else None


def _blotted(line: str, start: int, stop: int) -> str:
    return line[:start] + "*" * (min(stop, len(line)) - start) + line[stop:]
