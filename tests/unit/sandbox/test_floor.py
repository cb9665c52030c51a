"""The floor that every sandbox has: log, clock, settings, state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.sandbox.floor import Floor, FloorSandbox
from engine.sandbox.wire import SandboxRequest, SandboxResponse

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    limit: int = 5

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError("limit is at least 1")


class _Twin(FloorSandbox[_Settings]):
    def __init__(self) -> None:
        self.floor = Floor(_Settings(), lambda: {"rows": [1]})

    def answer(self, request: SandboxRequest, now: datetime) -> SandboxResponse:
        limit = self.floor.settings.limit
        return SandboxResponse.json(200, {"now": now.isoformat(), "limit": limit})

    def control(self, request: SandboxRequest, now: datetime) -> SandboxResponse | None:
        return SandboxResponse(status=204) if request.path == "/_floor/own" else None


def _send(twin: _Twin, method: str, target: str, value: Any = None) -> SandboxResponse:
    body = b"" if value is None else json.dumps(value).encode()
    return twin.handle(SandboxRequest(method=method, target=target, body=body), NOW)


def _log(twin: _Twin) -> Any:
    return json.loads(_send(twin, "GET", "/_floor/log").body)


def test_the_log_has_what_reached_the_twin_without_secrets() -> None:
    """Floor requests are not in it; secrets in the query are starred; it can be emptied."""
    twin = _Twin()
    _send(twin, "GET", "/v1/Orders?access_token=abc&$top=1&ApiKey=def&x=y")
    _send(twin, "POST", "/_floor/own")

    target = "/v1/Orders?access_token=***&$top=1&ApiKey=***&x=y"
    assert _log(twin) == [{"method": "GET", "target": target, "status": 200}]
    assert _send(twin, "DELETE", "/_floor/log").status == 204
    assert _log(twin) == []


def test_the_clock_can_be_set_and_given_back() -> None:
    """Rules and the Date header follow it, and null means real time again."""
    twin = _Twin()

    _send(twin, "POST", "/_floor/clock", {"now": "2027-01-01T01:00:00+01:00"})
    moved = _send(twin, "GET", "/")
    _send(twin, "POST", "/_floor/clock", {"now": None})
    back = _send(twin, "GET", "/")

    assert moved.headers["Date"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert json.loads(moved.body)["now"] == "2027-01-01T01:00:00+01:00"
    assert back.headers["Date"] == "Fri, 20 Nov 2026 08:00:00 GMT"


def test_settings_are_shown_and_replaced() -> None:
    """Posted members replace the present ones from the next request on."""
    twin = _Twin()

    assert _send(twin, "POST", "/_floor/settings", {"limit": 7}).status == 204
    assert json.loads(_send(twin, "GET", "/_floor/settings").body) == {"limit": 7}
    assert json.loads(_send(twin, "GET", "/").body)["limit"] == 7


def test_the_state_is_shown() -> None:
    """It is what the sandbox says that it is."""
    assert json.loads(_send(_Twin(), "GET", "/_floor/state").body) == {"rows": [1]}


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("clock", {"now": "tomorrow"}, "2026-11-20T08:00:00Z"),
        ("clock", {"now": 5}, "2026-11-20T08:00:00Z"),
        ("clock", {"now": "2027-01-01T01:00:00"}, "no offset"),
        ("clock", [], "JSON object"),
        ("clock", None, "JSON object"),
        ("settings", {"limits": 7}, "Known are ['limit']"),
        ("settings", {"limit": 0}, "at least 1"),
        ("settings", {"limit": "x"}, "Settings refused"),
    ],
)
def test_a_wrong_floor_request_says_what_to_send(place: str, value: Any, said: str) -> None:
    """It is a 400 with a text, and changes nothing."""
    twin = _Twin()

    response = _send(twin, "POST", f"/_floor/{place}", value)

    assert response.status == 400
    assert said in json.loads(response.body)["error"]
    assert json.loads(_send(twin, "GET", "/").body) == {"now": NOW.isoformat(), "limit": 5}


def test_a_twin_has_controls_of_its_own_and_no_others() -> None:
    """Its own control answers; an unknown one is a 404."""
    assert _send(_Twin(), "POST", "/_floor/own").status == 204
    assert _send(_Twin(), "POST", "/_floor/nonsense").status == 404
