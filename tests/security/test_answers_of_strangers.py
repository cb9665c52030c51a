"""An answer may be a bomb: it is refused before it fills the memory, and as an error of ours."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.adapters.channeladvisor import protocol
from engine.adapters.warehouseos.wire import parsed
from engine.errors import CrossdockError, NoAnswerError, ProtocolError
from engine.ports.world import Response
from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse
from tests.adapters.rig import CaRig, Rig, query, raw_order
from tests.adapters.test_http import LATER, MEGABYTE, Server

DEEP = b"[" * 200_000 + b"]" * 200_000
DEEP_OBJECT = b'{"value":' * 100_000 + b"1" + b"}" * 100_000


class Bomb(Sandbox):
    """A twin whose lists of orders have another body."""

    def __init__(self, inner: Any, body: bytes) -> None:
        self.inner, self.floor, self.body = inner, inner.floor, body

    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        answer = self.inner.handle(request, now)
        return replace(answer, body=self.body) if "/Orders" in request.target else answer


@pytest.fixture
def server() -> Iterator[Server]:
    with ExitStack() as stack:
        yield Server(stack)


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(bytes(200 * MEGABYTE), 9),
        gzip.compress(b"{}") + bytes(33 * MEGABYTE),
        bytes(33 * MEGABYTE),
    ],
    ids=["bomb", "tail", "no gzip, much"],
)
def test_a_packed_answer_is_bounded(server: Server, body: bytes) -> None:
    """Neither what is unpacked nor what comes behind it grows beyond 32 MiB."""
    packed = body[:2] == b"\x1f\x8b"
    server.answers(body, **({"Content_Encoding": "gzip"} if packed else {}))

    with pytest.raises(ProtocolError, match="over 32 MiB"):
        server.http.get(server.request())
    with pytest.raises(NoAnswerError, match="over 32 MiB"):
        server.http.write(server.request("POST"), LATER)


def test_a_bomb_in_a_bomb_stays_packed(server: Server) -> None:
    """Only one layer is unpacked, whatever the answer says of itself."""
    inner = gzip.compress(b"x" * MEGABYTE)
    server.answers(gzip.compress(inner), Content_Encoding="gzip")
    assert server.http.get(server.request()).body == inner

    server.answers(zlib.compress(b"x"), Content_Encoding="gzip, gzip")
    with pytest.raises(ProtocolError, match="coding nobody asked for"):
        server.http.get(server.request())


@pytest.mark.parametrize("body", [DEEP, DEEP_OBJECT])
def test_a_deep_answer_is_an_error_of_ours(body: bytes) -> None:
    """JSON that no reader can follow is a protocol error on one side and no JSON on the other."""
    with pytest.raises(ProtocolError):
        protocol.decoded(Response(status=200, headers={}, body=body))
    assert parsed(body) is None
    assert protocol.error_text(Response(status=500, headers={}, body=body)) == ""


@pytest.mark.parametrize("body", [DEEP, b"[[" * 1_000, b"\xff\xfe{}", b"null", b'{"value": [1]}'])
def test_a_page_that_is_a_bomb_ends_the_read(rig: Rig, body: bytes) -> None:
    """The pass hears of it as of any other bad answer."""
    ca: CaRig = rig.channeladvisor(raw_order(1))
    ca.faulty.inner = Bomb(ca.faulty.inner, body)

    with pytest.raises(CrossdockError) as told:
        list(ca.source().orders(query()))
    assert "Traceback" not in told.value.summary


def test_text_that_nests_deeply_is_text() -> None:
    """A note of many brackets is a note."""
    note = "[" * 100_000
    body = json.dumps({"value": [{"ID": 1, "Note": note}]}).encode()
    page = protocol.page_of(Response(status=200, headers={}, body=body))
    assert page.rows[0]["Note"] == note
