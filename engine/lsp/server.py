"""The server: one door to the language server library, which speaks the protocol over a pipe."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from engine.config.document import parse
from engine.diagnostics import Diagnostic, Place
from engine.errors import CrossdockError
from engine.lsp import wording
from engine.lsp.desk import Desk
from engine.lsp.spots import Spot, defined_at, file_of, spot_at
from engine.lsp.telling import told_of
from engine.workspace import Workspace

FULL = types.TextDocumentSyncKind.Full
Pipes = tuple[BinaryIO | None, BinaryIO | None]


class Server:
    """Answers an editor about one workspace; each answer is worked out when it is asked."""

    def __init__(self, workspace: Workspace, version: str) -> None:
        self._desk = Desk(workspace)
        self._found: dict[Path, list[Diagnostic]] = {}
        self._speaker = LanguageServer("crossdock", version, text_document_sync_kind=FULL)
        answers: dict[str, Callable[[Any], Any]] = {
            types.TEXT_DOCUMENT_DID_OPEN: self._opened,
            types.TEXT_DOCUMENT_DID_CHANGE: self._changed,
            types.TEXT_DOCUMENT_DID_CLOSE: self._closed,
            types.TEXT_DOCUMENT_CODE_ACTION: self._fixes,
            types.TEXT_DOCUMENT_HOVER: self._hover,
            types.TEXT_DOCUMENT_DEFINITION: self._definition,
        }
        for method, answer in answers.items():
            # It marks what it is given, and a method cannot be marked.
            self._speaker.feature(method)(partial(answer))

    def serve(self, pipes: Pipes) -> None:
        """Speaks over these pipes, what comes in and what goes out, until the editor ends."""
        self._speaker.start_io(*pipes)

    def _opened(self, asked: types.DidOpenTextDocumentParams) -> None:
        self._show(asked.text_document.uri)

    def _changed(self, asked: types.DidChangeTextDocumentParams) -> None:
        self._show(asked.text_document.uri)

    def _closed(self, asked: types.DidCloseTextDocumentParams) -> None:
        path = _path(asked.text_document.uri)
        self._desk.close(path)
        self._tell({path: []})

    def _show(self, uri: str) -> None:
        path = _path(uri)
        self._desk.show(path, self._speaker.workspace.get_text_document(uri).source)
        for customer in self._desk.touched_by(path):
            self._tell(self._problems(customer))

    def _problems(self, customer: str) -> dict[Path, list[Diagnostic]]:
        """A file that cannot be read is not this file's problem: the last findings stay."""
        try:
            return self._desk.problems(customer)
        except CrossdockError as error:
            self._speaker.window_log_message(
                types.LogMessageParams(types.MessageType.Warning, error.summary)
            )
            return {}

    def _tell(self, found: dict[Path, list[Diagnostic]]) -> None:
        for path, problems in found.items():
            self._found[path] = problems
            located = [(one, one.place) for one in problems if one.place is not None]
            shown = [wording.diagnostic(*one, self._desk.path_of) for one in located]
            for one in shown:
                one.range = self._turned(path, one.range)
            self._speaker.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(path.as_uri(), shown, self._version(path))
            )

    def _version(self, path: Path) -> int | None:
        """Which version of an open file was looked at; None where it is not open."""
        if not self._desk.is_open(path):
            return None
        return self._speaker.workspace.get_text_document(path.as_uri()).version

    def _fixes(self, asked: types.CodeActionParams) -> list[types.CodeAction]:
        path = _path(asked.text_document.uri)
        found = []
        for one in self._found.get(path, ()):
            action = wording.fix(one, self._desk.path_of)
            line = one.place.line - 1 if one.place else -1
            if action is not None and asked.range.start.line <= line <= asked.range.end.line:
                found.append(self._turned_action(path, action))
        return found

    def _hover(self, asked: types.HoverParams) -> types.Hover | None:
        path = _path(asked.text_document.uri)
        spot = self._spot(path, asked.position)
        customer = self._desk.customer_of(path)
        if spot is None or customer is None:
            return None
        told = told_of(spot, customer, self._desk)
        if not told:
            return None
        place = self._turned(path, wording.range_of(spot.place))
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told), place)

    def _definition(self, asked: types.DefinitionParams) -> types.Location | None:
        path = _path(asked.text_document.uri)
        spot = self._spot(path, asked.position)
        place = self._defined(spot, path) if spot is not None else None
        if place is None:
            return None
        target = self._desk.path_of(place.file)
        return types.Location(target.as_uri(), self._turned(target, wording.range_of(place)))

    def _defined(self, spot: Spot, path: Path) -> Place | None:
        whole = file_of(spot)
        if whole is not None:
            kind, name = whole
            text = self._desk.base(name) if kind == "base" else self._desk.profile(name)
            return Place(text.file, 1, 1) if text is not None else None
        customer, text = self._desk.customer_of(path), self._desk.text_of(path)
        if customer is None or text is None:
            return None
        return defined_at(spot, text.file, self._desk.layers(customer))

    def _spot(self, path: Path, position: types.Position) -> Spot | None:
        text = self._desk.text_of(path)
        tree = parse(text.text, text.file)[0] if text is not None else None
        if text is None or tree is None:
            return None
        at = self._codec.position_from_client_units(text.text.splitlines(keepends=True), position)
        return spot_at(tree, at.line + 1, at.character + 1)

    @property
    def _codec(self) -> PositionCodec:
        """Editors count UTF-16 units, unless both sides have agreed on something else."""
        return self._speaker.workspace.position_codec

    def _turned(self, path: Path, counted: types.Range) -> types.Range:
        text = self._desk.text_of(path)
        lines = text.text.splitlines(keepends=True) if text is not None else []
        return self._codec.range_to_client_units(lines, counted)

    def _turned_action(self, path: Path, action: types.CodeAction) -> types.CodeAction:
        for edits in (action.edit.changes or {}).values() if action.edit else ():
            for edit in edits:
                edit.range = self._turned(path, edit.range)
        return action


def _path(uri: str) -> Path:
    return Path(to_fs_path(uri) or "").resolve()


def serve(workspace: Workspace, version: str, pipes: Pipes = (None, None)) -> None:
    """Answers an editor until it ends: over standard input and output, or these pipes."""
    Server(workspace, version).serve(pipes)
