"""The threaded server: what a sandbox is handed, what a client gets, and how it stops."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest

from engine.sandbox.server import real_now, serve
from engine.sandbox.wire import Sandbox, SandboxRequest, SandboxResponse

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class _Echo(Sandbox):
    """Tells what it was handed; `/slow` waits until the server stops, `/broken` fails."""

    def __init__(self) -> None:
        self.handled = threading.Event()
        self.inside = 0
        self.most_inside = 0

    def handle(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.handled.set()
        response = self._response(request, now)
        self.inside -= 1
        return response

    def _response(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        if request.path == "/empty":
            return SandboxResponse(status=204)
        seen = {
            "method": request.method,
            "target": request.target,
            "origin": request.origin,
            "custom": request.headers.get("x-custom"),
            "body": request.body.decode(),
            "in_flight": request.in_flight,
            "now": now.isoformat(),
        }
        delay = 600.0 if request.path == "/slow" else 0.0
        return SandboxResponse(
            status=201, headers={"X-Own": "yes"}, body=json.dumps(seen).encode(), delay=delay
        )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_sandbox_is_handed_the_request_as_it_was_sent(method: str) -> None:
    """Method, raw target, lower-case headers, body, origin and time arrive."""
    with serve(_Echo(), now=lambda: NOW) as serving:
        response = httpx.request(
            method, f"{serving.url}/a%20b?x='1'", content=b"body", headers={"X-Custom": "c"}
        )

    assert (response.status_code, response.headers["x-own"]) == (201, "yes")
    assert response.json() == {
        "method": method,
        "target": "/a%20b?x='1'",
        "origin": serving.url,
        "custom": "c",
        "body": "body",
        "in_flight": 1,
        "now": NOW.isoformat(),
    }


def test_the_origin_is_what_the_client_called_it() -> None:
    """Links that a sandbox builds lead back by the same name."""
    with serve(_Echo()) as serving:
        port = serving.url.rpartition(":")[2]
        response = httpx.get(f"http://localhost:{port}/")

    assert response.json()["origin"] == f"http://localhost:{port}"


def test_a_connection_is_kept_for_many_requests() -> None:
    """Also past an answer without a body; HTTP/1.1 keep-alive holds."""
    with serve(_Echo()) as serving:
        connection = http.client.HTTPConnection(serving.url.removeprefix("http://"))
        statuses = []
        sockets = set()
        for path in ("/", "/empty", "/", "/empty"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
            sockets.add(id(connection.sock))
        connection.close()

    assert statuses == [201, 204, 201, 204]
    assert len(sockets) == 1


def test_requests_in_flight_are_counted_by_their_credentials() -> None:
    """One that waits for its delay is in flight; other credentials have a count of their own."""
    echo = _Echo()
    serving = serve(echo)
    mine = {"Authorization": "Bearer mine"}

    def wait() -> None:
        with suppress(httpx.TransportError):
            httpx.get(f"{serving.url}/slow", headers=mine, timeout=60)

    slow = threading.Thread(target=wait)
    slow.start()
    echo.handled.wait(60)

    same = httpx.get(serving.url, headers=mine).json()["in_flight"]
    again = httpx.get(serving.url, headers=mine).json()["in_flight"]
    other = httpx.get(serving.url, headers={"Authorization": "Bearer other"}).json()["in_flight"]
    serving.stop()
    slow.join(60)

    assert (same, again, other) == (2, 2, 1)


def test_requests_come_to_the_sandbox_one_at_a_time() -> None:
    """However many connections there are, `handle` is never entered twice at once."""
    echo = _Echo()
    with serve(echo) as serving:
        callers = [
            threading.Thread(target=lambda: [httpx.get(serving.url) for _ in range(10)])
            for _ in range(4)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(60)

    assert echo.most_inside == 1


def test_stopping_frees_the_port_and_closes_idle_connections() -> None:
    """A client that still holds a connection does not hold up the stop, and is cut off."""
    serving = serve(_Echo())
    with httpx.Client() as client:
        client.get(serving.url)
        serving.stop()
        with pytest.raises(httpx.TransportError):
            client.get(serving.url)


def test_two_servers_have_ports_of_their_own() -> None:
    """Port 0 takes a free one."""
    with serve(_Echo()) as one, serve(_Echo()) as other:
        assert one.url != other.url


def test_the_real_time_is_aware_and_in_utc() -> None:
    """It is the default of the server alone."""
    assert real_now().tzinfo is UTC


def test_the_server_keeps_no_log(capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is written to stdout or stderr for a request, well formed or not."""
    with serve(_Echo()) as serving:
        httpx.get(serving.url)
        connection = http.client.HTTPConnection(serving.url.removeprefix("http://"))
        connection.request("BREW", "/")
        refused = connection.getresponse().status
        connection.close()

    assert refused == 501
    assert capfd.readouterr() == ("", "")
