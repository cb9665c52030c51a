"""Our values as the protocol's: pure. Columns here count code points; the server turns them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from engine.diagnostics import Diagnostic, Place

SOURCE = "crossdock"
SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}


def range_of(place: Place) -> types.Range:
    """The characters of a place, counted from 0."""
    line, start = place.line - 1, place.column - 1
    return types.Range(types.Position(line, start), types.Position(line, start + place.length))


def diagnostic(one: Diagnostic, place: Place, path_of: Callable[[str], Path]) -> types.Diagnostic:
    """A problem at its place as an editor shows it. A second place is a related one."""
    related = None
    if one.note is not None:
        where = types.Location(path_of(one.note.place.file).as_uri(), range_of(one.note.place))
        related = [types.DiagnosticRelatedInformation(where, one.note.message)]
    return types.Diagnostic(
        range=range_of(place),
        message=_message(one),
        severity=SEVERITIES[one.severity],
        code=one.id,
        source=SOURCE,
        related_information=related,
    )


def fix(one: Diagnostic, path_of: Callable[[str], Path]) -> types.CodeAction | None:
    """What mends a problem for certain, as an action that an editor offers."""
    if one.fix is None:
        return None
    edit = types.TextEdit(range_of(one.fix.place), one.fix.text)
    uri = path_of(one.fix.place.file).as_uri()
    return types.CodeAction(
        title=f"Write {one.fix.text}",
        kind=types.CodeActionKind.QuickFix,
        is_preferred=True,
        edit=types.WorkspaceEdit(changes={uri: [edit]}),
    )


def _message(one: Diagnostic) -> str:
    said = [one.message]
    said += [f"expected: {one.expected}"] if one.expected else []
    said += [f"found: {one.found}"] if one.found else []
    said += [one.help] if one.help else []
    return "\n".join([*said, f"More: crossdock docs {one.id}"])
