"""Talks to a language server over its real protocol: JSON-RPC with headers, over a pipe."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

Pipes = tuple[BinaryIO, BinaryIO]
SETTINGS = {"yaml": {"validate": True, "completion": True, "hover": True}}
ASKED = {
    "workspace/configuration": lambda params: [
        SETTINGS.get(item.get("section", ""), {}) for item in params["items"]
    ],
    "client/registerCapability": lambda params: None,
    "workspace/workspaceFolders": lambda params: None,
    "window/workDoneProgress/create": lambda params: None,
}
"""What a server asks of an editor, and what this one answers."""


class Editor:
    """An editor that has one folder open. `told` is what the server said of itself, by method.

    `versioned`: the server says of which version of an open file its problems are.
    """

    def __init__(self, pipes: Pipes, root: Path, *, versioned: bool) -> None:
        self._incoming, self._outgoing = pipes
        self._versioned = versioned
        self._root = root
        self._asked = 0
        self._versions: dict[str, int | None] = {}
        self.told: list[tuple[str, Any]] = []

    def begin(self) -> Any:
        """The handshake; what the server can do."""
        texts = {"completion": {"completionItem": {"documentationFormat": ["markdown"]}}}
        found = self.ask(
            "initialize",
            processId=None,
            rootUri=self._root.as_uri(),
            workspaceFolders=[{"uri": self._root.as_uri(), "name": "workspace"}],
            capabilities={
                "workspace": {"configuration": True},
                "textDocument": {**texts, "publishDiagnostics": {"versionSupport": True}},
            },
        )
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings=SETTINGS)
        return found["capabilities"]

    def open(self, path: Path, text: str | None = None) -> None:
        """Opens a file, or shows it with a text that is not saved yet."""
        shown = path.read_text(encoding="utf-8") if text is None else text
        uri = path.as_uri()
        version = self._versions.get(uri)
        if version is not None:
            self._versions[uri] = version + 1
            document = {"uri": uri, "version": version + 1}
            self.tell(
                "textDocument/didChange", textDocument=document, contentChanges=[{"text": shown}]
            )
            return
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": shown}
        self.tell("textDocument/didOpen", textDocument=document)

    def close(self, path: Path) -> None:
        """Closes a file; what was not saved is forgotten."""
        self.tell("textDocument/didClose", textDocument={"uri": path.as_uri()})
        self._versions[path.as_uri()] = None

    def problems(self, path: Path) -> list[Any]:
        """The diagnostics that the server tells of a file next; of its newest text."""
        while True:
            params = self.wait_for("textDocument/publishDiagnostics")
            newest = self._versions[path.as_uri()]
            told = params.get("version", None if self._versioned else newest)
            if params["uri"] == path.as_uri() and told == newest:
                return list(params["diagnostics"])

    def at(self, method: str, path: Path, line: int, character: int) -> Any:
        """Asks about a place, both counted from 0."""
        return self.ask(
            f"textDocument/{method}",
            textDocument={"uri": path.as_uri()},
            position={"line": line, "character": character},
        )

    def ask(self, method: str, **params: Any) -> Any:
        """A request; its result. Raises RuntimeError where the server refuses it."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        answer = self._read_until(lambda message: message.get("id") == self._asked)
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer["result"]

    def tell(self, method: str, **params: Any) -> None:
        """A notification: nobody answers it."""
        self._send({"method": method, "params": params})

    def wait_for(self, method: str) -> Any:
        """What the server says next under this method."""
        return self._read_until(lambda message: message.get("method") == method)["params"]

    def _read_until(self, wanted: Callable[[Any], bool]) -> Any:
        while True:
            message = self._read()
            if "method" in message and "id" in message:
                answer = ASKED[message["method"]](message["params"])
                self._send({"id": message["id"], "result": answer})
            elif wanted(message):
                return message
            elif "method" in message:
                self.told.append((message["method"], message["params"]))

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._outgoing.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._outgoing.flush()

    def _read(self) -> Any:
        length = 0
        while (line := self._incoming.readline()) != b"\r\n":
            if not line:
                raise EOFError("the language server has ended")
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self._incoming.read(length))


@contextmanager
def editor(command: Sequence[str], root: Path, *, versioned: bool) -> Iterator[Editor]:
    """An editor and its server, a process that is told to end at the end."""
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            with _asked((server.stdout, server.stdin), root, versioned=versioned) as one:
                yield one
        finally:
            server.stdin.close()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()


@contextmanager
def editor_beside(serve: Callable[[Pipes], object], root: Path) -> Iterator[Editor]:
    """An editor whose server is a thread of this process, over pipes of the system all the same."""
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    pipes = os.fdopen(theirs_in, "rb"), os.fdopen(theirs_out, "wb")
    server = Thread(target=serve, args=(pipes,), daemon=True)
    server.start()
    with os.fdopen(ours_in, "rb") as incoming, os.fdopen(ours_out, "wb") as outgoing:
        with _asked((incoming, outgoing), root, versioned=True) as one:
            yield one
        server.join(timeout=30)
    for pipe in pipes:
        pipe.close()


@contextmanager
def _asked(pipes: Pipes, root: Path, *, versioned: bool) -> Iterator[Editor]:
    one = Editor(pipes, root, versioned=versioned)
    one.begin()
    yield one
    one.ask("shutdown")
    one.tell("exit")
