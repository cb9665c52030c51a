"""Diagnostics as workflow commands of GitHub: each becomes a remark on its line of a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.diagnostics import Diagnostic, Place
from engine.report.diagnostics import in_words

In = Callable[[str], str]
"""The path of a file, as the reader of the report knows it."""


def to_commands(problems: Iterable[Diagnostic], path: In) -> list[str]:
    """One line for each: `::error file=...,line=...,title=unknown-key::message`.

    Paths are relative to the folder that the command was started in, which is the checkout there.
    """
    return [_command(one, path) for one in problems]


def _command(one: Diagnostic, path: In) -> str:
    properties = {**(_place(one.place, path) if one.place else {}), "title": one.id}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{one.severity} {listed}::{_escaped(in_words(one))}"


def _place(place: Place, path: In) -> dict[str, str]:
    return {
        "file": path(place.file),
        "line": str(place.line),
        "endLine": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.column + place.length),
    }


def _escaped(text: str) -> str:
    """What the runner reads as text: a line break of a file must not start a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
