"""HTTP on real sockets. The only door to httpx.

No retries, no redirects, no proxies from the environment; TLS is always verified. Errors carry a
place without its query, and never the library's own exception, which knows the headers.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import httpx

from engine.adapters.scrub import place_of
from engine.errors import NoAnswerError, NotSentError, ProtocolError
from engine.ports.world import Clock, ReadTransport, Request, Response, WriteTransport

_LARGEST = 32 * 1024 * 1024
_CONNECT = 10.0
_FIRST_BYTE = "http11.send_request_headers.started"
_UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
Trace = Callable[[str, Mapping[str, Any]], None]


class HttpReader(ReadTransport):
    """Sends GETs and token calls over kept-alive connections; `close` ends them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Its request log holds whole URLs, and a site may want its key in the query.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._client = httpx.Client(
            verify=_trusted(),
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": "crossdock", "Accept-Encoding": "gzip"},
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
        )

    def get(self, request: Request) -> Response:
        return self._send("GET", request, _no_trace)

    def token(self, request: Request) -> Response:
        return self._send("POST", request, _no_trace)

    def close(self) -> None:
        """Closes the kept connections."""
        self._client.close()

    def _send(self, method: str, request: Request, trace: Trace) -> Response:
        """One exchange; the library's errors become ours, told apart by whether it had left."""
        timeout = httpx.Timeout(request.timeout, connect=min(_CONNECT, request.timeout))
        try:
            with self._client.stream(
                method,
                request.url,
                headers=dict(request.headers),
                content=request.body,
                timeout=timeout,
                extensions={"trace": trace},
            ) as response:
                body = self._body(response, request)
        except _UNSENT as error:
            raise NotSentError(_said(method, request, error)) from None
        except (httpx.HTTPError, zlib.error) as error:
            raise NoAnswerError(_said(method, request, error)) from None
        except httpx.InvalidURL:
            raise NotSentError(f"{method} to an address that is none") from None
        return Response(
            status=response.status_code,
            headers={k.lower(): v for k, v in response.headers.items()},
            body=body,
        )

    def _body(self, response: httpx.Response, request: Request) -> bytes:
        """The whole body, unpacked; too large raises ProtocolError, too slow NoAnswerError."""
        ends = self._clock.monotonic() + request.timeout
        unpack = _unpacker(response, request)
        body, came = bytearray(), 0
        for chunk in response.iter_raw():
            came += len(chunk)
            body += unpack(chunk, _LARGEST + 1 - len(body))
            # What comes behind the end of a packed body is kept too, by the unpacker.
            if max(came, len(body)) > _LARGEST:
                raise ProtocolError(f"the answer of {place_of(request.url)} is over 32 MiB")
            if self._clock.monotonic() > ends:
                raise NoAnswerError(f"{place_of(request.url)} answers too slowly")
        unpack(b"", 0)
        return bytes(body)


class HttpWriter(HttpReader, WriteTransport):
    """Sends writes too: once, and only inside their window."""

    def write(self, request: Request, not_after: datetime) -> Response:
        def in_time(event: str, _: Mapping[str, Any]) -> None:
            if event == _FIRST_BYTE and self._clock.now() >= not_after:
                raise NotSentError("the send window was missed: nothing was sent")

        try:
            return self._send(request.method, request, in_time)
        except ProtocolError as error:
            raise NoAnswerError(error.summary) from None


@cache
def _trusted() -> Any:
    """Verifies names and certificates; made once, because reading all authorities takes long."""
    return httpx.create_ssl_context(verify=True, trust_env=False)


def _no_trace(_event: str, _info: Mapping[str, Any]) -> None:
    """Reads have no window."""


def _unpacker(response: httpx.Response, request: Request) -> Callable[[bytes, int], bytes]:
    """What turns raw chunks into at most so many bytes; an empty chunk asks whether all is there.

    The library would unpack a chunk whole, so that a few kilobytes could fill the memory.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        return lambda chunk, most: chunk[:most]
    if coding != "gzip":
        raise ProtocolError(f"{place_of(request.url)} answers in a coding nobody asked for")
    inflate = zlib.decompressobj(wbits=31)

    def unpack(chunk: bytes, most: int) -> bytes:
        if not chunk and not inflate.eof:
            raise zlib.error("cut short")
        return inflate.decompress(chunk, most) if chunk else b""

    return unpack


_WORDS = (
    (httpx.ConnectError, "nobody answers there"),
    (httpx.TimeoutException, "no answer in time"),
    ((httpx.NetworkError, httpx.RemoteProtocolError), "the connection broke off"),
)


def _said(method: str, request: Request, error: Exception) -> str:
    """What happened, without what the library knows of headers and query."""
    kinds = (words for kind, words in _WORDS if isinstance(error, kind))
    return f"{method} {place_of(request.url)}: {next(kinds, type(error).__name__)}"
