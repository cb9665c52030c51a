"""The HTTP door on real sockets: once, in time, bounded, and silent about secrets."""

from __future__ import annotations

import gzip
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.adapters.http import HttpReader, HttpWriter
from engine.adapters.world import SteadyClock
from engine.errors import NoAnswerError, NotSentError, ProtocolError
from engine.ports.world import Request
from engine.sandbox.server import serve
from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse
from tests.adapters.rig import NOW, StepClock

MEGABYTE = 1024 * 1024
LATER = NOW + timedelta(seconds=5)


class Canned(Sandbox):
    """Answers everything with one response, and remembers what it was asked."""

    def __init__(self, response: SandboxResponse) -> None:
        self.response = response
        self.requests: list[SandboxRequest] = []

    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        self.requests.append(request)
        return self.response


class Server:
    """A canned server and a writer that speaks to it."""

    def __init__(self, stack: ExitStack) -> None:
        self.clock = StepClock()
        self.canned = Canned(SandboxResponse(status=200, body=b"fine"))
        self.url = stack.enter_context(serve(self.canned, now=self.clock.now)).url
        self.http = HttpWriter(self.clock)
        stack.callback(self.http.close)

    def request(self, method: str = "GET", target: str = "/here?$skip=1") -> Request:
        return Request(method=method, url=self.url + target, headers={}, timeout=5.0)

    def answers(self, body: bytes, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.canned.response = SandboxResponse(status=status, headers=named, body=body)


@pytest.fixture
def server() -> Iterator[Server]:
    """One server of this test."""
    with ExitStack() as stack:
        yield Server(stack)


def test_a_get_brings_the_whole_answer(server: Server) -> None:
    """Status, lower-case header names and the unpacked body."""
    server.answers(gzip.compress(b"x" * MEGABYTE), 207, Content_Encoding="gzip", X_Mine="1")

    response = server.http.get(server.request())

    assert (response.status, response.headers["x-mine"]) == (207, "1")
    assert response.body == b"x" * MEGABYTE


def test_redirects_are_answers(server: Server) -> None:
    """A redirect is not followed: the credentials would go along."""
    server.answers(b"", 302, Location=f"{server.url}/there")

    assert server.http.get(server.request()).status == 302
    assert [request.path for request in server.canned.requests] == ["/here"]


def test_a_write_leaves_inside_its_window(server: Server) -> None:
    """Method, body and headers arrive as they were given."""
    request = replace(server.request("PUT"), body=b'{"a":1}', headers={"X-Key": "k"})

    assert server.http.write(request, LATER).status == 200
    (arrived,) = server.canned.requests
    assert (arrived.method, arrived.body, arrived.headers["x-key"]) == ("PUT", b'{"a":1}', "k")


@pytest.mark.parametrize("warm", [True, False])
def test_a_write_does_not_leave_after_its_window(server: Server, *, warm: bool) -> None:
    """At the end of the window nothing is sent, over a kept connection or a new one."""
    if warm:
        server.http.get(server.request())
    server.canned.requests.clear()

    with pytest.raises(NotSentError, match="window was missed"):
        server.http.write(server.request("POST"), NOW)
    assert server.canned.requests == []


class SetBack(StepClock):
    """A clock that people set back by an hour, ten seconds after its first reading."""

    def now(self) -> datetime:
        return self.time - timedelta(hours=1) if self.slept else self.time


def test_a_clock_that_is_set_back_opens_no_window_again(server: Server) -> None:
    """By the wall clock it would be open for an hour more; the seconds that went by count."""
    wall = SetBack()
    clock = SteadyClock(wall)
    writer = HttpWriter(clock)
    window = clock.now() + timedelta(seconds=5)
    wall.sleep(10)

    assert wall.now() < window
    with pytest.raises(NotSentError, match="window was missed"):
        writer.write(server.request("POST"), window)
    writer.close()
    assert server.canned.requests == []


class LateClock(StepClock):
    """Moves on by a second each time it is read: the connection took its time."""

    def now(self) -> datetime:
        self.sleep(1)
        return self.time


def test_the_window_is_checked_just_before_the_first_byte(server: Server) -> None:
    """The clock is read once for a write, when the connection stands."""
    clock = LateClock()
    writer = HttpWriter(clock)

    writer.write(server.request("POST"), NOW + timedelta(seconds=1.5))
    with pytest.raises(NotSentError):
        writer.write(server.request("POST"), NOW + timedelta(seconds=1.5))
    writer.close()
    assert len(server.canned.requests) == 1
    assert len(clock.slept) == 2


def test_a_reader_cannot_write(server: Server) -> None:
    """There is no way to send anything but a GET and a token call."""
    reader = HttpReader(server.clock)
    reader.get(server.request("DELETE"))
    reader.close()

    assert not hasattr(reader, "write")
    assert [request.method for request in server.canned.requests] == ["GET"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda response: replace(response, delivery="none"),
        lambda response: replace(response, delivery="half"),
        lambda response: replace(
            response, body=gzip.compress(b"x" * 99)[:-20], headers={"Content-Encoding": "gzip"}
        ),
        lambda response: replace(response, headers={"Content-Encoding": "gzip"}),
    ],
    ids=["cut", "half", "gzip cut short", "no gzip"],
)
def test_a_spoilt_answer_is_no_answer(
    server: Server, spoil: Callable[[SandboxResponse], SandboxResponse]
) -> None:
    """A read and a write whose answer is cut say that they do not know, once."""
    server.canned.response = spoil(server.canned.response)

    with pytest.raises(NoAnswerError):
        server.http.get(server.request())
    with pytest.raises(NoAnswerError):
        server.http.write(server.request("POST"), LATER)
    assert len(server.canned.requests) == 2


def test_a_slow_answer_is_no_answer(server: Server) -> None:
    """The timeout ends the wait."""
    server.canned.response = replace(server.canned.response, delay=30.0)

    with pytest.raises(NoAnswerError, match="no answer in time"):
        server.http.get(replace(server.request(), timeout=0.05))


def test_nobody_there_is_not_sent() -> None:
    """A refused connection proves that nothing left."""
    reader = HttpReader(StepClock())

    with pytest.raises(NotSentError, match="nobody answers there"):
        reader.get(Request(method="GET", url="http://127.0.0.1:9/x", headers={}))
    reader.close()


@pytest.mark.parametrize("packed", [True, False])
def test_an_answer_that_is_too_large_is_cut_off(server: Server, *, packed: bool) -> None:
    """Over 32 MiB, packed or not, is refused; for a write its effect is then unknown."""
    if packed:
        server.answers(gzip.compress(bytes(64 * MEGABYTE), 1), Content_Encoding="gzip")
    else:
        server.answers(bytes(33 * MEGABYTE))

    with pytest.raises(ProtocolError, match="over 32 MiB"):
        server.http.get(server.request())
    with pytest.raises(NoAnswerError, match="over 32 MiB"):
        server.http.write(server.request("POST"), LATER)


def test_another_coding_is_refused(server: Server) -> None:
    """Only what was asked for is unpacked."""
    server.answers(b"x", Content_Encoding="br")

    with pytest.raises(ProtocolError, match="coding nobody asked for"):
        server.http.get(server.request())


def test_certificates_are_verified(server: Server) -> None:
    """There is no switch that turns verification off."""
    context = server.http._client._transport._pool._ssl_context

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_no_error_or_log_knows_a_credential(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Query, header and user part of a failing call are in no error, cause or log."""
    caplog.set_level(logging.DEBUG)
    target = "/x?apiKey=canary-1&access_token=canary-2"
    request = replace(server.request(target=target), headers={"Authorization": "Bearer canary-3"})
    server.http.get(request)
    server.canned.response = replace(server.canned.response, delivery="none")

    with pytest.raises(NoAnswerError) as caught:
        server.http.get(request)

    assert str(caught.value) == f"GET {server.url}/x: the connection broke off"
    assert caught.value.__cause__ is None
    assert "canary" not in caplog.text


def test_an_address_that_is_none_is_not_sent(server: Server) -> None:
    """Nothing can have left."""
    with pytest.raises(NotSentError):
        server.http.get(Request(method="GET", url="http://[::1", headers={}))


class Dripping(StepClock):
    """A minute goes by between two looks at it."""

    def monotonic(self) -> float:
        self.sleep(60)
        return super().monotonic()


def test_an_answer_that_drips_is_cut_off(server: Server) -> None:
    """The timeout is for the whole answer, not for each piece of it."""
    reader = HttpReader(Dripping())

    with pytest.raises(NoAnswerError, match="answers too slowly"):
        reader.get(server.request())
    reader.close()
