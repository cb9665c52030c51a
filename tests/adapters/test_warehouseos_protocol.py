"""WarehouseOS's protocol as values: answers told apart, profiles viewed, bodies rendered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.adapters.warehouseos import ADAPTER
from engine.adapters.warehouseos.profile import Profile, profile_of
from engine.adapters.warehouseos.protocol import creation, existing_of, read_answer
from engine.adapters.warehouseos.writes import classified
from engine.errors import ConfigurationError, ProtocolError
from engine.model.desired import DesiredLine, DesiredOrder, PreparedRequest
from engine.model.effect import AnswerKind
from engine.ports.world import Response
from tests.adapters.rig import site_profile

ASSUMED = profile_of(site_profile("wos-assumed"))
LEDGERLINE = profile_of(site_profile("wos-ledgerline"))
LINES = (DesiredLine(number=1, host_id="7", item="LAMP-01", quantity=2),)


def response(status: int, body: Any) -> Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=status, headers={}, body=raw)


def refused(code: str, text: str = "no") -> dict[str, Any]:
    return {"success": False, "errors": [{"code": code, "message": text, "field": None}]}


def desired(**fields: str) -> DesiredOrder:
    return DesiredOrder(number="N", area="Main", hold=False, fields=fields, lines=LINES)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"success": True}, "success"),
        (200, {"orderNumber": "N"}, "success"),
        (204, b"", "success"),
        (200, b"<html>", "unreadable"),
        (200, refused("X"), "refused"),
        (409, refused("DUPLICATE_ORDER"), "duplicate"),
        (400, refused("DUPLICATE_ORDER"), "duplicate"),
        (200, {"SUCCESS": False, "Errors": [{"Code": "DUPLICATE_ORDER"}]}, "duplicate"),
        (409, {"Message": "Conflict"}, "duplicate"),
        (409, refused("ORDER_LOCKED"), "locked"),
        (404, refused("NOT_FOUND"), "not-found"),
        (404, {"Message": "No HTTP resource was found"}, "refused"),
        (404, b"<html>", "refused"),
        (200, b"[1]", "success"),
    ],
)
def test_answers_are_told_apart_by_body_and_status(status: int, body: Any, kind: str) -> None:
    """A known code decides; a bare 404 is no "not found"."""
    assert read_answer(ASSUMED, response(status, body)).kind == kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ORDER_EXISTS", "duplicate"),
        ("ORDER_IN_BATCH", "locked"),
        ("NO_SUCH_RECORD", "not-found"),
        ("OTHER", "refused"),
    ],
)
def test_a_site_that_says_no_with_200(code: str, kind: str) -> None:
    """The same words in another spelling."""
    body = {"Success": False, "Problems": [{"Id": code, "Text": "no"}]}

    assert read_answer(LEDGERLINE, response(200, body)).kind == kind


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (201, {"success": True}, AnswerKind.DONE),
        (204, b"", AnswerKind.DONE),
        (200, b"<html>", AnswerKind.UNKNOWN),
        (302, b"", AnswerKind.UNKNOWN),
        (408, b"", AnswerKind.UNKNOWN),
        (500, refused("DUPLICATE_ORDER"), AnswerKind.UNKNOWN),
        (400, {"Message": "bad"}, AnswerKind.REFUSED),
        (200, refused("X"), AnswerKind.REFUSED),
        (409, refused("DUPLICATE_ORDER"), AnswerKind.EXISTS),
        (401, b"", AnswerKind.NOT_SENT),
        (403, b"", AnswerKind.NOT_SENT),
        (429, b"", AnswerKind.NOT_SENT),
    ],
)
def test_answers_to_a_create(status: int, body: Any, kind: AnswerKind) -> None:
    """What is certain is said, and nothing else."""
    request = creation(ASSUMED, desired())

    assert classified(ASSUMED, request, response(status, body)).kind is kind


def test_an_echo_of_the_buyer_is_masked() -> None:
    """The site's text is kept, what it repeats of private members is not."""
    request = creation(ASSUMED, desired(**{"shipTo.name": "Dana Lee", "notes": "ring twice"}))
    said = refused("BAD", "name Dana Lee too long; 'ring twice' is odd")

    answer = classified(ASSUMED, request, response(400, said))

    assert answer.detail == "BAD: name *** too long; '***' is odd"


def test_an_echo_at_the_end_of_a_long_text_is_masked() -> None:
    """A text is cut after it was masked: half a name is one too."""
    request = creation(ASSUMED, desired(**{"shipTo.name": "Dana Lee"}))

    answer = classified(ASSUMED, request, response(400, refused("BAD", "x" * 188 + " Dana Lee")))

    assert "Dana" not in answer.detail


def test_the_framework_names_the_members() -> None:
    """The .NET default shape is shown with its members, not with their values."""
    body = {"Message": "Invalid.", "ModelState": {"shipTo.name": ["'Dana' is bad"]}}

    assert read_answer(ASSUMED, response(400, body)).text == "Invalid. (shipTo.name)"


def test_a_create_in_both_languages() -> None:
    """The whole body, in a steady order, on both sites."""
    fields = {"customField8": "x", "shipTo.city": "Köln", "sequence": "5"}

    assert creation(ASSUMED, desired(**fields)).to_json() == {
        "method": "POST",
        "path": "/api/OrderApi/AddOrder",
        "body": '{"orderNumber":"N","orderStatus":"Available","pickAreaName":"Main",'
        '"customField8":"x","shipTo":{"city":"Köln"},"sequence":"5",'
        '"orderLines":[{"lineNumber":1,"hostId":"7","itemNumber":"LAMP-01","quantity":2}]}',
        "content_type": "application/json; charset=utf-8",
        "private": ["/shipTo"],
    }
    assert creation(LEDGERLINE, desired(**fields)).to_json() == {
        "method": "PUT",
        "path": "/host/v2/orders",
        "body": '{"OrderNo":"N","Status":"AVAILABLE","pickAreaName":"Main",'
        '"CustomField8":"x","Recipient":{"City":"Köln"},"Priority":"5",'
        '"Lines":[{"No":1,"HostLineRef":"7","Item":"LAMP-01","Qty":2}]}',
        "content_type": "application/json; charset=utf-8",
        "private": ["/Recipient"],
    }


@pytest.mark.parametrize(
    "field", ["customField9", "shipTo", "shipTo.planet", "number", "lines", "colour"]
)
def test_a_field_that_the_site_lacks_is_refused(field: str) -> None:
    """With the fields that there are; the order's own members are none of them."""
    with pytest.raises(ConfigurationError, match="has no order member") as caught:
        creation(LEDGERLINE, desired(**{field: "x"}))
    assert "shipTo.city" in caught.value.advice


def test_the_targets_of_a_mapping() -> None:
    """What a ruleset may map to, by the site's profile."""
    assert ADAPTER.targets is not None
    targets = ADAPTER.targets({"profile": site_profile("wos-ledgerline")})

    assert {"created", "notes", "shipTo.city", "customField8"} <= targets
    assert not {"customField9", "number", "shipTo", "area"} & targets


@pytest.mark.parametrize(
    ("status", "locked", "state"),
    [
        ("Available", False, "available"),
        ("AVAILABLE", True, "locked"),
        ("hold", False, "hold"),
        ("In  Process", True, "in-process"),
        ("inprocess", False, "in-process"),
        ("Complete", True, "complete"),
        ("Dreaming", False, "unknown"),
    ],
)
def test_states_are_read_loosely(status: str, *, locked: bool, state: str) -> None:
    """Letter case and blanks do not count; a lock shows only before the work begins."""
    body = {"ORDERNUMBER": "N", "orderStatus": status, "islocked": locked, "orderLines": []}

    assert existing_of(ASSUMED, body, "N").state == state


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"orderNumber": "M"},
        {"orderNumber": "N", "orderLines": [{"itemNumber": "X"}]},
        {"orderNumber": "N", "orderLines": ["X"]},
    ],
)
def test_another_order_is_not_taken_for_ours(body: Any) -> None:
    """Nor is one whose lines cannot be read."""
    with pytest.raises(ProtocolError):
        existing_of(ASSUMED, body, "N")


@pytest.mark.parametrize("document", [None, {}, {"profile": "x", "members": {}}])
def test_a_profile_that_lacks_a_part_is_refused(document: Any) -> None:
    """By an error for a person, not by a traceback."""
    with pytest.raises(ConfigurationError):
        profile_of(document)


def test_a_call_that_the_site_lacks_is_named() -> None:
    """With what to do about it."""
    profile: Profile = profile_of({**site_profile("wos-assumed"), "endpoints": {}})

    with pytest.raises(ConfigurationError, match=r"has no endpoint 'orders\.create'"):
        creation(profile, desired())


def test_a_request_of_another_kind_is_no_create() -> None:
    """Its echo has nothing to mask either."""
    foreign = PreparedRequest(method="POST", path="/x")

    assert classified(ASSUMED, foreign, response(400, {"Message": "no"})).detail == "no"
