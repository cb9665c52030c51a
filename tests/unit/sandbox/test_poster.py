from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest

from engine.sandbox.poster import Poster
from engine.sandbox.server import serve
from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse
from engine.sandbox.yard import Layout, open_yard
from tests.unit.sandbox.warehouseos.site import shipped_profile


class Receiver(Sandbox):
    """A host that keeps what is posted to it; it hangs up on the bodies in `refused`."""

    def __init__(self, *refused: bytes) -> None:
        self.refused = refused
        self.got: list[tuple[str, bytes]] = []

    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        if request.body in self.refused:
            return SandboxResponse(status=200, delivery="none")
        self.got.append((request.target, request.body))
        return SandboxResponse(status=204)


def test_bodies_arrive_in_order_at_path_and_query() -> None:
    """What was posted has arrived once the poster has ended."""
    receiver = Receiver()
    with serve(receiver) as host, Poster() as poster:
        poster.post(f"{host.url}/hook?key=1", b"{}")
        poster.post(host.url, b"[]")
        poster.stop()
        assert receiver.got == [("/hook?key=1", b"{}"), ("/", b"[]")]


def test_a_body_that_is_not_taken_is_lost_alone() -> None:
    """A host that hangs up, or that is not there, does not keep the next body back."""
    receiver = Receiver(b"1")
    with serve(Receiver()) as gone:
        nobody = gone.url
    with serve(receiver) as host:
        with Poster() as poster:
            poster.post(host.url, b"1")
            poster.post(nobody, b"2")
            poster.post(host.url, b"3")
        assert receiver.got == [("/", b"3")]


@pytest.mark.parametrize("url", ["http://example.com/x", "https://127.0.0.1/x", "nonsense"])
def test_nothing_leaves_the_machine(url: str) -> None:
    """A URL that is not http on loopback is refused at once."""
    with Poster() as poster, pytest.raises(OSError, match="loopback only"):
        poster.post(url, b"")


@pytest.mark.parametrize("name", ["wos-assumed", "wos-ledgerline"])
def test_a_trigger_that_sends_to_a_url_really_posts(name: str) -> None:
    """A put in a running yard reaches the receiver, and the host queue stays empty."""
    profile = shipped_profile(name)
    receiver = Receiver()
    with serve(receiver) as host:
        with open_yard(Layout(customer="northpeak"), profile) as yard:
            switch = {"adjustment": {"to": "url", "url": f"{host.url}/hook"}}
            _floor(yard.warehouse, "trigger-config", switch)
            _floor(yard.warehouse, "put", {"item": "LAMP-01", "quantity": 2, "area": "WEST"})
            state = _floor(yard.warehouse, "state", None)
        assert state["queue"] == []
        assert [target for target, _ in receiver.got] == ["/hook"]
        assert "LAMP-01" in json.dumps(json.loads(receiver.got[0][1]))


def _floor(url: str, place: str, value: Mapping[str, Any] | None) -> Any:
    body = None if value is None else json.dumps(value).encode()
    with urlopen(Request(f"{url}/_floor/{place}", data=body), timeout=10) as answer:
        return json.loads(answer.read() or b"null")
