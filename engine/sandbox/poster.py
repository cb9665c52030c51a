"""Carries what a sandbox posts by itself (SendToURL) to a URL on loopback."""

from __future__ import annotations

import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from queue import SimpleQueue
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PATIENCE = 5.0


class Poster:
    """Posts one body after another from a thread of its own; nobody waits for an answer.

    What is not taken is lost, as a real call that nobody answers would be (inferred). As a
    context it ends once everything has been posted.
    """

    def __init__(self) -> None:
        self._waiting: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def post(self, url: str, body: bytes) -> None:
        """Takes a JSON body on its way. Raises OSError for a URL that is not on loopback."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
            raise OSError("A sandbox posts to http:// on loopback only.")
        self._waiting.put((url, body))

    def stop(self) -> None:
        """Posts what is still waiting, and ends."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        for url, body in iter(self._waiting.get, None):
            with suppress(OSError, HTTPException):
                _send(url, body)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _send(url: str, body: bytes) -> None:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        connection.getresponse().read()
    finally:
        connection.close()
