"""What seldom happens to the adapters, over canned answers where a twin would never say it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.adapters.channeladvisor import ADAPTER as CHANNELADVISOR
from engine.adapters.warehouseos import ADAPTER as WAREHOUSEOS
from engine.adapters.warehouseos import sink as warehouse_sink
from engine.adapters.world import SerialPool
from engine.errors import ConfigurationError, CredentialError, ProtocolError
from engine.model.desired import ItemState, PreparedRequest
from engine.model.effect import AnswerKind, Proof
from engine.ports.systems import Operation, OrderSource, WriteKit
from engine.ports.world import Request, Response, WriteTransport
from tests.adapters import test_channeladvisor_writes, test_warehouseos
from tests.adapters.rig import CA_SETTINGS, NOW, StepClock, query, site_profile, write_kit

LATER = NOW + timedelta(seconds=5)
URL = "https://x.example.com"
EXPORT = PreparedRequest(method="POST", path="/v1/Orders(1)/Export", body="{}")
GRANTED = (200, {"access_token": "t", "expires_in": 60})
DENIED = (401, {"Message": "Authorization has been denied for this request."})
Answers = Callable[[Request], tuple[int, Any]]


class Canned(WriteTransport):
    """Answers from a function; `grant` is what the token call answers."""

    def __init__(self, answers: Answers, grant: tuple[int, Any]) -> None:
        self.answers = answers
        self.grant = grant

    def get(self, request: Request) -> Response:
        status, body = self.answers(request)
        return Response(status=status, headers={}, body=json.dumps(body).encode())

    def token(self, request: Request) -> Response:
        status, body = self.grant
        return Response(status=status, headers={}, body=json.dumps(body).encode())

    def write(self, request: Request, not_after: datetime) -> Response:
        return self.get(request)


def kit(
    answers: Answers, settings: Mapping[str, Any], grant: tuple[int, Any] = GRANTED
) -> WriteKit:
    """A kit over canned answers."""
    transport = Canned(answers, grant)
    return write_kit({"url": URL, **settings}, transport, StepClock(), SerialPool())


def source(answers: Answers, grant: tuple[int, Any] = GRANTED, **settings: Any) -> OrderSource:
    assert CHANNELADVISOR.source is not None
    return CHANNELADVISOR.source(kit(answers, {**CA_SETTINGS, **settings}, grant))


def export(answers: Answers) -> Operation:
    assert CHANNELADVISOR.operations is not None
    return CHANNELADVISOR.operations(kit(answers, CA_SETTINGS))["export"]


def site(**more: Any) -> dict[str, Any]:
    return {"key": "env:WOS_KEY", "profile": site_profile("wos-assumed"), **more}


def always(status: int, body: Any = None) -> Answers:
    return lambda _: (status, body)


def test_a_list_that_is_refused_is_an_error() -> None:
    """With the place and the service's words."""
    answers = always(400, {"error": {"code": "", "message": "Bad $filter."}})

    with pytest.raises(ProtocolError) as caught:
        list(source(answers).orders(query()))
    assert caught.value.summary == f"{URL}/v1/DistributionCenters answered HTTP 400: Bad $filter."


@pytest.mark.parametrize("grant", [(302, None), (200, {}), (200, {"access_token": 7}), (200, [])])
def test_a_token_answer_without_a_token_is_an_error(grant: tuple[int, Any]) -> None:
    """For a read; a write was simply not sent."""
    with pytest.raises(ProtocolError):
        source(always(200), grant).server_now()
    assert CHANNELADVISOR.operations is not None
    writes = CHANNELADVISOR.operations(kit(always(204), CA_SETTINGS, grant))
    assert writes["export"].send(EXPORT, LATER).kind is AnswerKind.NOT_SENT


def test_an_answer_without_its_time_is_an_error() -> None:
    """A cursor never falls back to this machine's clock."""
    with pytest.raises(ProtocolError, match="no readable Date header"):
        source(always(200)).server_now()


def test_a_refused_token_inside_a_success_is_seen() -> None:
    """Twice, then it is final: seen in client code, the text comes in a 2xx body."""
    with pytest.raises(CredentialError):
        source(always(200, DENIED[1])).server_now()
    assert export(always(200, DENIED[1])).send(EXPORT, LATER).kind is AnswerKind.NOT_SENT


def test_one_order_that_cannot_be_asked_for_is_an_error() -> None:
    """Only a 404 is "gone"."""

    def answers(request: Request) -> tuple[int, Any]:
        return (403, None) if "Orders(" in request.url else (200, {"value": []})

    with pytest.raises(ProtocolError, match="answered HTTP 403"):
        source(answers).by_key(["1"])


def test_an_unknown_paging_is_refused() -> None:
    """With the two that there are."""
    with pytest.raises(ConfigurationError) as caught:
        source(always(200), paging="offset")
    assert caught.value.advice == "Choose one of: keyset, windows."


def test_a_flag_that_cannot_be_read_is_unclear() -> None:
    """The list answers with something else: a person looks."""
    effect = test_channeladvisor_writes.effect(EXPORT)

    assert export(always(200, {})).verify(effect).proof is Proof.UNCLEAR
    assert export(always(200)).timing.late == timedelta(minutes=2)


def test_an_order_that_cannot_be_read_is_unclear() -> None:
    """The site answers with something else, or the row holds another request."""
    assert WAREHOUSEOS.operations is not None
    create = WAREHOUSEOS.operations(kit(always(200, {"orderNumber": "M"}), site()))["create"]
    request = PreparedRequest(method="POST", path="/x", body='{"orderNumber": "N"}')
    foreign = PreparedRequest(method="POST", path="/x", body="{}")

    assert create.verify(test_warehouseos.effect(request)).proof is Proof.UNCLEAR
    assert create.verify(test_warehouseos.effect(foreign)).proof is Proof.UNCLEAR
    assert create.timing.late == timedelta(minutes=10)


def test_a_stored_request_without_lines_is_unclear() -> None:
    """It was never rendered by this adapter."""
    assert WAREHOUSEOS.operations is not None
    stored = {"orderNumber": "N", "orderLines": []}
    create = WAREHOUSEOS.operations(kit(always(200, stored), site()))["create"]
    request = PreparedRequest(method="POST", path="/x", body='{"orderNumber": "N"}')

    assert create.verify(test_warehouseos.effect(request)).proof is Proof.UNCLEAR


def test_item_states_are_remembered_up_to_a_bound() -> None:
    """The memory of a pass does not grow with the catalogue."""
    assert WAREHOUSEOS.sink is not None
    sink = WAREHOUSEOS.sink(kit(always(200, {"itemNumber": "x", "isBundle": False}), site()))
    numbers = [f"N{n}" for n in range(warehouse_sink.REMEMBERED + 5)]

    assert set(sink.items(numbers).values()) == {ItemState.ITEM}
    assert len(sink._items) == warehouse_sink.REMEMBERED
    assert sink.cost(3) == 6


def test_one_odd_stored_order_does_not_stop_the_others() -> None:
    """A line without its item makes that order unclear; the next one is read as ever."""

    def answers(request: Request) -> tuple[int, Any]:
        number = request.url.rpartition("=")[2]
        line = {"quantity": 1} if number == "A1" else {"itemNumber": "MUG", "requestedQuantity": 1}
        stored = {"orderNumber": number, "orderStatus": "Available", "orderLines": [line]}
        return 200, stored

    assert WAREHOUSEOS.sink is not None
    found = WAREHOUSEOS.sink(kit(answers, site())).existing(["A1", "A2"])

    assert "without its item" in found["A1"].unclear
    assert (found["A2"].unclear, [line.item for line in found["A2"].lines]) == ("", ["MUG"])
