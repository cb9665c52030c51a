"""Every fault of the proxy, over real HTTP, before a twin with five orders on pages of two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.faults import KINDS, FaultRule, Faulty
from engine.sandbox.server import serve
from engine.sandbox.wire import SandboxRequest

STATE = {
    "applications": [{"id": "one", "secret": "s", "refresh": "soft", "profiles": [1]}],
    "Orders": [{"ID": key, "ProfileID": 1} for key in range(1, 6)],
}
EXPORT = "/v1/Orders(1)/Export"


class Bench:
    """A twin behind a fault proxy behind a server, and a signed-in client."""

    def __init__(self) -> None:
        self.twin = ChannelAdvisorSandbox(STATE, ChannelAdvisorSettings(page_sizes={"Orders": 2}))
        self.faulty = Faulty(self.twin)
        self.serving = serve(self.faulty)
        self.client = httpx.Client(base_url=self.serving.url, timeout=60)
        token = self.client.post(
            "/oauth2/token",
            auth=("one", "s"),
            data={"grant_type": "refresh_token", "refresh_token": "soft"},
        ).json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def rules(self, *rules: dict[str, Any]) -> httpx.Response:
        return self.client.post("/_floor/faults", json=list(rules))

    def exported(self) -> list[int]:
        """What the twin knows, whatever the client was told."""
        return sorted(self.twin.store.exported("one"))

    def ids(self, target: str = "/v1/Orders") -> list[int]:
        return [row["ID"] for row in self.client.get(target).json()["value"]]

    def close(self) -> None:
        self.client.close()
        self.serving.stop()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


@pytest.mark.parametrize(("kind", "applied"), [("cut-before", []), ("cut-after", [1])])
def test_a_cut_connection_leaves_no_answer(bench: Bench, kind: str, applied: list[int]) -> None:
    """Whether it was done is known to the twin alone, and the next request goes through."""
    bench.rules({"kind": kind, "method": "POST", "path": "Export"})

    with pytest.raises(httpx.RemoteProtocolError):
        bench.client.post(EXPORT)

    assert bench.exported() == applied
    assert bench.client.post(EXPORT).status_code == 204


@pytest.mark.parametrize(
    ("kind", "status", "applied"),
    [
        ("401-once", 401, []),
        ("429", 429, []),
        ("500", 500, []),
        ("500-after", 500, [1]),
        ("html-502", 502, []),
    ],
)
def test_an_error_answer_says_nothing_of_what_happened(
    bench: Bench, kind: str, status: int, applied: list[int]
) -> None:
    """The status is that of the fault; only `500-after` has done the work."""
    bench.rules({"kind": kind, "path": "Export"})

    response = bench.client.post(EXPORT)

    assert response.status_code == status
    assert bench.exported() == applied
    assert "date" in response.headers
    assert bench.client.post(EXPORT).status_code == 204


def test_a_502_is_html() -> None:
    """It comes from a gateway, not from the API."""
    bench = Bench()
    bench.rules({"kind": "html-502"})
    response = bench.client.get("/v1/Orders")
    bench.close()

    assert response.headers["content-type"] == "text/html"
    assert response.text.startswith("<html>")


def test_a_401_has_the_documented_text(bench: Bench) -> None:
    """A client looks for it even where the status does not say so."""
    bench.rules({"kind": "401-once"})

    assert bench.client.get("/v1/Orders").json() == {
        "Message": "Authorization has been denied for this request."
    }


@pytest.mark.parametrize(("retry_after", "header"), [(None, None), (7, "7")])
def test_a_429_may_say_when_to_come_back(
    bench: Bench, retry_after: int | None, header: str | None
) -> None:
    """With and without Retry-After."""
    bench.rules({"kind": "429", "retry_after": retry_after})

    assert bench.client.get("/v1/Orders").headers.get("Retry-After") == header


def test_a_slow_answer_is_worked_on_at_once(bench: Bench) -> None:
    """The client's patience ends, the work is done all the same."""
    bench.rules({"kind": "slow", "path": "Export", "seconds": 600})

    with pytest.raises(httpx.ReadTimeout):
        bench.client.post(EXPORT, timeout=1)

    assert bench.exported() == [1]


def test_a_truncated_answer_is_shorter_than_it_says(bench: Bench) -> None:
    """The length in the header is that of the whole body; an empty body is cut altogether."""
    bench.rules({"kind": "truncated", "count": 2})

    with pytest.raises(httpx.RemoteProtocolError, match="peer closed"):
        bench.client.get("/v1/Orders")
    with pytest.raises(httpx.RemoteProtocolError):
        bench.client.post(EXPORT)

    assert bench.exported() == [1]
    assert bench.ids() == [1, 2]


def test_a_repeated_next_link_leads_back_to_the_same_page(bench: Bench) -> None:
    """The link equals the request's own address."""
    bench.rules({"kind": "repeat-next-link", "path": r"skip=2", "count": None})
    second = bench.client.get("/v1/Orders").json()["@odata.nextLink"]

    assert bench.client.get(second).json()["@odata.nextLink"] == second
    assert bench.client.get(second).json()["@odata.nextLink"] == second


def test_a_foreign_next_link_leads_to_another_host(bench: Bench) -> None:
    """A client that follows it would hand its token to a stranger."""
    bench.rules({"kind": "foreign-next-link"})

    link = bench.client.get("/v1/Orders").json()["@odata.nextLink"]

    assert link == "http://foreign.example.com/v1/Orders"


@pytest.mark.parametrize("skip", ["$skip=9", "%24skip=9&$select=ID", "$select=ID&$skip=9"])
def test_a_page_past_the_end_is_page_one(bench: Bench, skip: str) -> None:
    """As a client has seen of the real system; other pages are as they were."""
    bench.rules({"kind": "page-one", "count": None})

    assert bench.ids(f"/v1/Orders?{skip}") == [1, 2]
    assert bench.ids("/v1/Orders?$skip=2") == [3, 4]


def test_faults_of_lists_leave_other_answers_alone(bench: Bench) -> None:
    """One order and an empty answer have no next link to spoil."""
    bench.rules({"kind": "repeat-next-link", "count": None})

    assert "@odata.nextLink" not in bench.client.get("/v1/Orders(1)").json()
    assert bench.client.post(EXPORT).status_code == 204


def test_a_late_request_is_applied_after_its_sender_gave_up() -> None:
    """It is handed on when the twin's clock has moved on, before what comes next."""
    twin = ChannelAdvisorSandbox(STATE)
    faulty = Faulty(twin, [FaultRule(kind="late", path="orders", seconds=30)])
    now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    put = SandboxRequest(method="GET", target="/v1/orders")

    def log_after(seconds: int) -> Any:
        floor = SandboxRequest(method="GET", target="/_floor/log")
        return json.loads(faulty.handle(floor, now + timedelta(seconds=seconds)).body)

    assert faulty.handle(put, now).delivery == "none"
    assert log_after(29) == []
    assert [entry["target"] for entry in log_after(30)] == ["/v1/orders"]
    assert len(log_after(99)) == 1


def test_a_rule_strikes_from_its_nth_request_and_so_many_times(bench: Bench) -> None:
    """Requests are counted by rule; a count of null has no end."""
    bench.rules(
        {"kind": "500", "path": "Orders", "nth": 2, "count": 2},
        {"kind": "429", "method": "GET", "path": r"Orders\(4\)", "count": None},
    )

    listed = [bench.client.get("/v1/Orders").status_code for _ in range(5)]
    single = [bench.client.get("/v1/Orders(4)").status_code for _ in range(3)]

    assert listed == [200, 500, 500, 200, 200]
    assert single == [429, 429, 429]


def test_rules_are_shown_with_their_counts_and_cleared(bench: Bench) -> None:
    """A rehearsal can see whether its fault has struck."""
    bench.rules({"kind": "500"}, {"kind": "429"})
    bench.client.get("/v1/Orders")
    shown = bench.client.get("/_floor/faults").json()

    assert [(rule["kind"], rule["seen"]) for rule in shown] == [("500", 1), ("429", 1)]
    assert bench.client.delete("/_floor/faults").status_code == 204
    assert bench.client.get("/_floor/faults").json() == []
    assert bench.ids() == [1, 2]


def test_floor_requests_are_never_spoilt(bench: Bench) -> None:
    """A rule that matches everything does not lock the consultant out."""
    bench.rules({"kind": "cut-before", "count": None})

    assert bench.client.get("/_floor/log").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"5",
        b'["x"]',
        b'[{"kind": "fire"}]',
        b'[{"knd": 1}]',
        b'[{"kind": "500", "path": "("}]',
    ],
)
def test_rules_that_make_no_sense_are_refused(bench: Bench, body: bytes) -> None:
    """The answer says what was wrong, and the present rules stay."""
    bench.rules({"kind": "500"})

    response = bench.client.post("/_floor/faults", content=body)

    assert response.status_code == 400
    assert "fault rules" in response.json()["error"]
    assert len(bench.client.get("/_floor/faults").json()) == 1


def test_the_kinds_are_those_of_the_issue() -> None:
    """Nothing that the project promises to survive is missing from the proxy."""
    promised = {"cut-before", "cut-after", "401-once", "429", "500", "html-502", "slow"}

    assert promised | {"truncated", "repeat-next-link", "page-one"} <= set(KINDS)
