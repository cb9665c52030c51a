"""The small HTTP server before a postbox. It answers with a status alone and repeats nothing.

Each connection carries one request: a site posts now and then, and nobody is waited for at the end.
So many connections are open at the same time and no more, and each has so long to say all it says:
who sends a byte now and then keeps its place only until then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader, RawIOBase
from threading import BoundedSemaphore, Thread
from types import TracebackType
from typing import Any, Self

from engine.errors import ConfigurationError, CrossdockError
from engine.ports.world import Clock
from engine.receiver.rate import TooManyError

Take = Callable[[str, bytes], int]
"""Path and body of a post -> the status of the answer."""
Trouble = Callable[[str], None]
MOST = 1024 * 1024
"""Bytes of one message. Nobody knows how large they become; a pack of hundreds of lines fits."""
MALFORMED, NOT_HERE, TOO_LARGE, TOO_OFTEN, NOT_NOW = 400, 404, 413, 429, 503
SEATS = 64
"""Connections at the same time."""
PATIENCE = 10.0
"""Seconds in which a post has come whole."""
_LONGEST_LINE = 1024


class Listener:
    """A running receiver; `url` is its scheme, host and port. Stop it, or use it as a context.

    `trouble` is told what kept a message from being stored, for a person.
    """

    def __init__(
        self, take: Take, address: tuple[str, int], trouble: Callable[[str], None], clock: Clock
    ) -> None:
        """Starts at once; port 0 takes a free one. Raises ConfigurationError where it cannot."""
        try:
            self._server = _Server(address, take, trouble, clock)
        except (OSError, OverflowError) as error:
            where = ":".join(map(str, address))
            raise ConfigurationError(
                f"nobody can listen at {where}: {error}", "Choose another --host or --port."
            ) from error
        host, port = self._server.server_address[:2]
        self.url = f"http://{host!s}:{port}"
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Takes no more; ends once every message that is on its way in was answered."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], take: Take, trouble: Trouble, clock: Clock
    ) -> None:
        super().__init__(address, _Exchange)
        self._take = take
        self._trouble = trouble
        self._seats = BoundedSemaphore(SEATS)
        self._said_full = False
        self.clock = clock

    def process_request(self, request: Any, client_address: Any) -> None:
        """Gives a connection a seat and a thread, or the answer that there is none."""
        if not self._seats.acquire(blocking=False):
            self._turn_away(request)
            return
        self._said_full = False
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._seats.release()

    def _turn_away(self, request: Any) -> None:
        if not self._said_full:
            self._trouble(f"{SEATS} connections are open: others are turned away until one ends")
            self._said_full = True
        with suppress(OSError):
            request.sendall(_head(NOT_NOW))
        self.shutdown_request(request)

    def status_of(self, path: str, body: bytes) -> int:
        """What the postbox says; where it fails, what a site may take for "try again later"."""
        try:
            return self._take(path, body)
        except CrossdockError as error:
            self._trouble(f"a message was not stored: {error.summary}")
            return TOO_OFTEN if isinstance(error, TooManyError) else NOT_NOW

    def handle_error(self, request: object, client_address: object) -> None:
        """A fault of ours ends one connection without an answer, not the server."""
        kind = sys.exc_info()[0]
        self._trouble(f"a message was not stored: an internal fault ({kind and kind.__name__})")


class _TooLargeError(Exception):
    """The body is longer than a message may be."""


class _Exchange(BaseHTTPRequestHandler):
    """One post. The body is read before the path is judged, so that no answer is cut off."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.rfile = BufferedReader(_Timed(self.connection, self.server.clock))

    def do_POST(self) -> None:
        try:
            body = self._chunked() if self._is_chunked() else self._counted()
        except _TooLargeError:
            self._answer(TOO_LARGE)
        except ValueError:
            self._answer(MALFORMED)
        else:
            self._answer(self.server.status_of(self.path, body))

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A request that is no post, or none at all: there is nothing here, and no word of it."""
        self._answer(MALFORMED if code == MALFORMED else NOT_HERE)

    def log_message(self, *words: object) -> None:
        """Nothing: the path holds the secret."""

    def _is_chunked(self) -> bool:
        return self.headers.get("Transfer-Encoding", "").strip().lower() == "chunked"

    def _counted(self) -> bytes:
        """A body whose length is told. Raises ValueError for one that ends before that."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST:
            raise _TooLargeError
        body = self.rfile.read(length) if length >= 0 else b""
        if len(body) != length:
            raise ValueError
        return body

    def _chunked(self) -> bytes:
        """A body in pieces, as clients send one whose length they did not count beforehand."""
        body = b""
        while size := int(self._line().partition(b";")[0], 16):
            if len(body) + size > MOST:
                raise _TooLargeError
            piece = self.rfile.read(max(0, size))
            if len(piece) != size or self._line().strip():
                raise ValueError
            body += piece
        self._line()
        return body

    def _line(self) -> bytes:
        line = self.rfile.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ValueError
        return line

    def _answer(self, status: int) -> None:
        self.close_connection = True
        self.wfile.write(_head(status))


class _Timed(RawIOBase):
    """What a connection says, until its time is over: a timeout of the socket alone would begin
    anew with every byte.
    """

    def __init__(self, connection: Any, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._ends = clock.monotonic() + PATIENCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises TimeoutError, which ends the connection without an answer."""
        left = self._ends - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return int(self._connection.recv_into(buffer))


def _head(status: int) -> bytes:
    """A whole answer: there is never a body."""
    length = "" if status == 204 else "Content-Length: 0\r\n"
    line = f"HTTP/1.1 {status} {responses.get(status, '')}"
    return f"{line}\r\n{length}Connection: close\r\n\r\n".encode("ascii")
