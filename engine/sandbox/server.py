"""The thin threaded server before a sandbox: HTTP/1.1 with keep-alive, on loopback.

Sandboxes are single-threaded: a lock stands around `handle`. The real clock is read here only.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse

Now = Callable[[], datetime]


def real_now() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the edge: sandboxes are handed the time


def serve(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0, now: Now = real_now) -> Serving:
    """Starts serving at once; port 0 takes a free one. Stop it, or use it as a context."""
    return Serving(sandbox, (host, port), now)


class Serving:
    """A running server; `url` is its scheme, host and port."""

    def __init__(self, sandbox: Sandbox, address: tuple[str, int], now: Now) -> None:
        self._server = _Server(address, sandbox, now)
        host, port = self._server.server_address[:2]
        self.url = self._server.origin = f"http://{host!s}:{port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stops listening, closes the connections that are open, and waits for their threads."""
        self._server.shutdown()
        self._server.hang_up()
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
    """Counts requests in flight by their credentials, and hands them to the sandbox in turn."""

    daemon_threads = False
    request_queue_size = 128
    origin = ""

    def __init__(self, address: tuple[str, int], sandbox: Sandbox, now: Now) -> None:
        super().__init__(address, _Exchange)
        self.sandbox = sandbox
        self.now = now
        self.stopping = threading.Event()
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._in_flight: Counter[str] = Counter()
        self._connections: set[socket.socket] = set()

    def respond(self, request: SandboxRequest) -> SandboxResponse:
        """The sandbox's answer, after its delay."""
        with self._turn:
            response = self.sandbox.handle(request, self.now())
        if response.delay:
            self.stopping.wait(response.delay)
        return response

    def arrive(self, credentials: str) -> int:
        """Counts a request in; returns how many of these credentials are in flight now."""
        with self._guard:
            self._in_flight[credentials] += 1
            return self._in_flight[credentials]

    def leave(self, credentials: str) -> None:
        with self._guard:
            self._in_flight[credentials] -= 1
            if not self._in_flight[credentials]:
                del self._in_flight[credentials]

    def connected(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.add(connection)
            if self.stopping.is_set():
                _hang_up(connection)  # It was accepted just before the stop.

    def disconnected(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.discard(connection)

    def hang_up(self) -> None:
        """Ends the delays and closes open connections, so that their threads end."""
        self.stopping.set()
        with self._guard:
            for connection in self._connections:
                _hang_up(connection)


class _Exchange(BaseHTTPRequestHandler):
    """One connection: reads requests, writes answers, keeps no log."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.server.connected(self.connection)

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        self.server.disconnected(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Nothing: the floor keeps the log."""

    def exchange(self) -> None:
        """One request and its answer.

        It leaves the count before the answer is written, so that a client which keeps to a limit
        and sends its next request at once is never counted twice.
        """
        credentials = self.headers.get("Authorization", "")
        in_flight = self.server.arrive(credentials)
        try:
            response = self.server.respond(self._request(in_flight))
        finally:
            self.server.leave(credentials)
        self._write(response)

    def _request(self, in_flight: int) -> SandboxRequest:
        length = int(self.headers.get("Content-Length") or 0)
        return SandboxRequest(
            method=self.command,
            target=self.path,
            origin=f"http://{self.headers['Host']}" if self.headers["Host"] else self.server.origin,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            in_flight=in_flight,
        )

    def _write(self, response: SandboxResponse) -> None:
        if response.delivery == "none":
            self.close_connection = True
            return
        body = response.body
        if response.delivery == "half":
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(_head(response) + body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = exchange  # noqa: N815  # the base's names


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _head(response: SandboxResponse) -> bytes:
    """Status line and headers; `Content-Length` is that of the whole body."""
    headers = {**response.headers, "Content-Length": str(len(response.body))}
    if response.status == 204:
        del headers["Content-Length"]
    lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
