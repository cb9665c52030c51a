"""The export flag, PATCH of an order, and the floor's own writes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.sandbox.channeladvisor import ChannelAdvisorSandbox
from tests.unit.sandbox.channeladvisor.account import Caller, account, order, twin


def test_the_export_flag_is_per_application() -> None:
    """One application's flag is invisible to another; GET by ID ignores it."""
    sandbox = ChannelAdvisorSandbox(account(order(1), order(2)))
    one = Caller(sandbox).sign_in()
    two = Caller(sandbox, name="two", secret="s2").sign_in()

    assert one.call("POST", "/v1/Orders(1)/Export").status == 204
    assert one.ids("/v1/Orders?exported=true") == [1]
    assert one.ids("/v1/Orders?exported=False") == [2]
    assert two.ids("/v1/Orders?exported=false") == [1, 2]
    assert one.get("/v1/Orders(1)")["ID"] == 1


def test_the_export_flag_can_be_set_twice_and_taken_off() -> None:
    """Both calls are harmless when repeated, and neither is an update of the order."""
    caller = twin(order(1))
    before = caller.get("/v1/Orders(1)")["UpdatedDateUtc"]

    for method in ("POST", "POST"):
        assert caller.call(method, "/v1/Orders(1)/export", {}).status == 204
    exports = caller.get("/v1/Orders(1)?$expand=Exports")["Exports"]
    assert [row["ApplicationID"] for row in exports] == ["one"]
    for method in ("DELETE", "DELETE"):
        assert caller.call(method, "/v1/Orders(1)/Export").status == 204

    assert caller.ids("/v1/Orders?exported=false") == [1]
    assert caller.get("/v1/Orders(1)")["UpdatedDateUtc"] == before


@pytest.mark.parametrize(("default", "found"), [(None, [1, 2]), (False, [2]), (True, [1])])
def test_without_the_parameter_a_setting_decides(*, default: bool | None, found: list[int]) -> None:
    """The vendor's page is ambiguous about what `exported` means when it is absent."""
    flagged = order(1, Exports=[{"ID": 1, "ApplicationID": "one"}])

    assert twin(flagged, order(2), exported_default=default).ids("/v1/Orders") == found


def test_a_patch_changes_members_and_moves_the_stamps() -> None:
    """SellerOrderID, notes and statuses are written; a moved status moves its own date."""
    caller = twin(order(1))
    changes = {"sellerorderid": "WMS-1", "PrivateNotes": "x", "ShippingStatus": "PendingShipment"}

    assert caller.call("PATCH", "/v1/Orders(1)", changes).status == 204

    row = caller.get("/v1/Orders(1)")
    assert (row["SellerOrderID"], row["PrivateNotes"]) == ("WMS-1", "x")
    assert row["ShippingStatus"] == "PendingShipment"
    assert row["UpdatedDateUtc"] == row["ShippingDateUtc"] == "2026-11-20T08:00:00Z"
    assert row["PaymentDateUtc"] is None
    assert caller.filtered("UpdatedDateUtc ge 2026-11-20") == [1]


@pytest.mark.parametrize(
    "changes",
    [
        {"ShippingCity": "Raleigh"},
        {"Nonsense": 1},
        {"ID": 2},
        {"SellerOrderID": "x" * 26},
        {"SellerOrderID": 5},
        {"FlagID": True},
        {"FlagID": "1"},
        {"ShippingStatus": "Lost"},
        {"PaymentDateUtc": "yesterday"},
        ["SellerOrderID"],
    ],
)
def test_a_patch_that_cannot_be_done_changes_nothing(changes: Any) -> None:
    """Read-only and unknown members, long texts and wrong kinds are 400s."""
    caller = twin(order(1))
    before = caller.get("/v1/Orders(1)")

    response = caller.call("PATCH", "/v1/Orders(1)", changes)

    assert response.status == 400
    assert "message" in json.loads(response.body)["error"]
    assert caller.get("/v1/Orders(1)") == before


def test_a_patch_may_set_dates_flags_and_nulls() -> None:
    """Writable members take values of their kind, or null."""
    caller = twin(order(1, SellerOrderID="old"))
    changes = {"SellerOrderID": None, "FlagID": 3, "PaymentDateUtc": "2026-11-19T00:00:00+00:00"}

    assert caller.call("PUT", "/v1/Orders(1)", changes).status == 204
    row = caller.get("/v1/Orders(1)?$select=SellerOrderID,FlagID,PaymentDateUtc")
    assert {name: row[name] for name in changes} == changes


def test_a_write_needs_json() -> None:
    """Another media type is 415, broken JSON 400."""
    caller = twin(order(1))
    bearer = f"Bearer {caller.token}"

    def patch(body: bytes, kind: str) -> int:
        return caller.send(
            "PATCH", "/v1/Orders(1)", body, authorization=bearer, content_type=kind
        ).status

    assert patch(b"{}", "text/plain") == 415
    assert patch(b"{", "application/json") == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/Orders(9)/Export", 404),
        ("PATCH", "/v1/Orders(9)", 404),
        ("PUT", "/v1/Orders(1)/Export", 405),
        ("DELETE", "/v1/Orders(1)", 405),
        ("POST", "/v1/Orders(1)/Items", 405),
        ("POST", "/v1/Orders", 405),
        ("PATCH", "/v1/Profiles(12000101)", 405),
    ],
)
def test_other_writes_are_refused(method: str, path: str, status: int) -> None:
    """What the twin does not have is told by status."""
    assert twin(order(1)).call(method, path, {}).status == status


def _floor(caller: Caller, path: str, members: Any) -> int:
    return caller.send("POST", path, json.dumps(members).encode()).status


def test_the_floor_puts_and_changes_orders() -> None:
    """A whole order is stored or replaced; a change of members stamps the update."""
    caller = twin(order(1))
    caller.call("POST", "/v1/Orders(1)/Export")

    assert _floor(caller, "/_floor/orders", order(2)) == 204
    assert _floor(caller, "/_floor/orders", order(1, SiteName="new")) == 204
    assert _floor(caller, "/_floor/orders/2", {"OrderTags": "Customized"}) == 204

    assert caller.ids("/v1/Orders?exported=false") == [1, 2]
    assert caller.get("/v1/Orders(1)")["SiteName"] == "new"
    changed = caller.get("/v1/Orders(2)")
    assert (changed["OrderTags"], changed["UpdatedDateUtc"]) == (
        "Customized",
        "2026-11-20T08:00:00Z",
    )


def test_a_change_on_the_floor_may_bring_its_own_stamp() -> None:
    """An update in the past or on the same stamp can be rehearsed; the export flag stays."""
    caller = twin(order(1))
    caller.call("POST", "/v1/Orders(1)/Export")

    _floor(caller, "/_floor/orders/1", {"UpdatedDateUtc": "2026-11-01T00:00:00.5Z"})

    assert caller.get("/v1/Orders(1)")["UpdatedDateUtc"] == "2026-11-01T00:00:00.5Z"
    assert caller.ids("/v1/Orders?exported=true") == [1]


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("/_floor/orders", {"SiteName": "x"}),
        ("/_floor/orders", {"ID": 7}),
        ("/_floor/orders", []),
        ("/_floor/orders/9", {}),
        ("/_floor/orders/x", {}),
    ],
)
def test_the_floor_says_what_is_wrong_with_an_order(path: str, members: Any) -> None:
    """An order without its keys, or a change of one that is not there, is a 400 with a text."""
    caller = twin(order(1))

    assert _floor(caller, path, members) == 400
    assert caller.ids("/v1/Orders") == [1]


def test_the_floor_has_no_other_controls() -> None:
    """What is not there is a 404, and so is reading where there is only writing."""
    caller = twin(order(1))

    assert caller.send("POST", "/_floor/nonsense", b"{}").status == 404
    assert caller.send("GET", "/_floor/orders/1").status == 404


def test_the_state_can_be_read_and_started_from() -> None:
    """The floor's state has everything but secrets, and makes an equal twin."""
    caller = twin(order(1))
    caller.call("POST", "/v1/Orders(1)/Export")

    state = json.loads(caller.send("GET", "/_floor/state").body)
    again = ChannelAdvisorSandbox({**state, "applications": account()["applications"]})

    assert "applications" not in state
    assert Caller(again).sign_in().ids("/v1/Orders?exported=true") == [1]
    assert json.loads(Caller(again).send("GET", "/_floor/state").body) == state
