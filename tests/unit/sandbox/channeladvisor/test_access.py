"""Tokens, limits and the three error shapes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from engine.sandbox.wire import SandboxResponse
from tests.unit.sandbox.channeladvisor.account import FORM, REFRESH, Caller, basic, order, twin

DENIED = {"Message": "Authorization has been denied for this request."}


def _token_call(
    caller: Caller, body: bytes = REFRESH, kind: str = FORM, key: str = ""
) -> SandboxResponse:
    authorization = key or basic("one", "s1")
    return caller.send(
        "POST", "/oauth2/token", body, authorization=authorization, content_type=kind
    )


def test_the_refresh_grant_gives_a_bearer_token() -> None:
    """The answer has the members of a recorded one; each token is a new one."""
    caller = twin()

    first, second = (json.loads(_token_call(caller).body) for _ in range(2))

    assert first["token_type"] == "bearer"
    assert first["expires_in"] == 3599
    assert first["refresh_token"] == "soft-one"
    assert first["access_token"] != second["access_token"]


@pytest.mark.parametrize(
    "key", [basic("one", "wrong"), basic("nobody", "s1"), "Basic &&", "Bearer b25lOnMx", "Basic"]
)
def test_wrong_credentials_are_an_invalid_client(key: str) -> None:
    """A wrong ID or secret, or no Basic header, is 400 in OAuth's shape."""
    response = _token_call(twin(), key=key)

    assert (response.status, json.loads(response.body)) == (400, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"grant_type=refresh_token&refresh_token=revoked", "invalid_grant"),
        (b"grant_type=refresh_token", "invalid_grant"),
        (b"grant_type=client_credentials", "unsupported_grant_type"),
        (b"", "unsupported_grant_type"),
    ],
)
def test_a_wrong_grant_is_a_400(body: bytes, error: str) -> None:
    """A bad or revoked refresh token, or another grant, is told in OAuth's shape."""
    response = _token_call(twin(), body)

    assert (response.status, json.loads(response.body)) == (400, {"error": error})


def test_a_json_body_gets_no_token() -> None:
    """The token endpoint reads forms only."""
    assert _token_call(twin(), b'{"grant_type": "refresh_token"}', "application/json").status == 415


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic b25lOnMx"])
def test_without_a_valid_token_the_answer_is_401(authorization: str) -> None:
    """Missing, unknown and misplaced tokens get the documented text."""
    response = twin().send("GET", "/v1/Orders", authorization=authorization)

    assert (response.status, json.loads(response.body)) == (401, DENIED)


def test_a_token_works_by_query_too() -> None:
    """The vendor's own examples send it that way."""
    caller = twin()

    assert caller.send("GET", f"/v1/Orders?access_token={caller.token}").status == 200


def test_a_token_lives_as_long_as_is_set() -> None:
    """It expires at its hour, not before, and a new one is then good."""
    caller = twin(token_seconds=3600)

    caller.now += timedelta(seconds=3599)
    assert caller.call("GET", "/v1/Orders").status == 200
    caller.now += timedelta(seconds=1)
    assert caller.call("GET", "/v1/Orders").status == 401
    assert caller.sign_in().call("GET", "/v1/Orders").status == 200


def test_calls_above_the_minute_limit_are_429_until_a_minute_has_passed() -> None:
    """The text is that of the vendor's client code, and there is no Retry-After."""
    caller = twin(per_minute=2)

    statuses = [caller.call("GET", "/v1/Orders").status for _ in range(3)]
    refused = caller.call("GET", "/v1/Orders")
    caller.now += timedelta(seconds=60)

    assert statuses == [200, 200, 429]
    assert json.loads(refused.body) == {"Message": "Too many requests"}
    assert "Retry-After" not in refused.headers
    assert caller.call("GET", "/v1/Orders").status == 200


def test_more_than_five_at_once_are_429() -> None:
    """The limit is on requests in flight and can be lifted."""
    caller = twin()
    bearer = f"Bearer {caller.token}"

    def status(in_flight: int) -> int:
        return caller.send("GET", "/v1/Orders", in_flight=in_flight, authorization=bearer).status

    assert [status(5), status(6)] == [200, 429]
    caller.sandbox.floor.settings = type(caller.sandbox.floor.settings)(in_flight=None)
    assert status(600) == 200


def test_an_unknown_place_is_the_recorded_404() -> None:
    """Web API's shape with its `$id`, and the address without the query."""
    response = twin().call("GET", "/v1/Orders6200201)?$select=ID")

    assert response.status == 404
    assert json.loads(response.body) == {
        "$id": "1",
        "Message": "No HTTP resource was found that matches the request URI "
        "'http://127.0.0.1/v1/Orders6200201)'.",
    }


@pytest.mark.parametrize(
    "path", ["/", "/v2/Orders", "/v1/Nonsense", "/oauth2/token", "/v1/Orders(x)"]
)
def test_only_what_the_twin_has_is_found(path: str) -> None:
    """Other paths, and a GET of the token endpoint, are 404s."""
    assert twin().call("GET", path).status == 404


def test_a_target_that_is_too_long_is_414() -> None:
    """Selecting every member can end so (seen in client code); the length is a setting."""
    caller = twin(longest_target=100)

    assert caller.call("GET", "/v1/Orders?$select=" + "ID," * 40 + "ID").status == 414
    caller.sandbox.floor.settings = type(caller.sandbox.floor.settings)(longest_target=None)
    assert caller.call("GET", "/v1/Orders?$select=" + "ID," * 40 + "ID").status == 200


def test_every_answer_has_the_twins_time_and_odatas_headers() -> None:
    """Cursors are taken from `Date`; content type and version are those of recorded answers."""
    response = twin(order(1)).call("GET", "/v1/Orders")

    assert response.headers["Date"] == "Fri, 20 Nov 2026 08:00:00 GMT"
    assert response.headers["OData-Version"] == "4.0"
    assert "odata.metadata=minimal" in response.headers["Content-Type"]
