"""`$batch`: multipart in, JSON out; parts fail alone and count against the quota."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.sandbox.channeladvisor.account import Caller
from tests.unit.sandbox.channeladvisor.shop import EAST, LAMP, ROPE, sell, shop, stock

HOST = "https://api.example.com"
MIXED = "multipart/mixed; boundary=b-1"


def part(key: str, method: str, path: str, body: Any = None, **headers: str) -> str:
    """One part, with its line breaks as the vendor wants them."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {key}", "", f"{method} {HOST}{path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json"]
    return "\r\n".join([*lines, "", "" if body is None else json.dumps(body)])


def envelope(*parts: str) -> bytes:
    """The parts between boundaries."""
    return ("".join(f"--b-1\r\n{one}\r\n" for one in parts) + "--b-1--\r\n").encode()


def post(caller: Caller, content: bytes, kind: str = MIXED) -> tuple[int, Any]:
    """Status and JSON of a batch."""
    response = caller.send(
        "POST",
        "/v1/$batch",
        content,
        authorization=f"Bearer {caller.token}",
        content_type=kind,
        accept="application/json",
    )
    return response.status, json.loads(response.body)


def _quantity(key: str, product: int, units: int) -> str:
    updates = [{"DistributionCenterID": EAST, "Quantity": units}]
    body = {"Value": {"UpdateType": "Absolute", "Updates": updates}}
    return part(key, "POST", f"/v1/Products({product})/UpdateQuantity", body)


def test_parts_are_done_in_turn_and_answered_one_by_one() -> None:
    """Reads bring their headers and body, writes none; one that fails leaves the rest alone."""
    caller = shop()
    status, answer = post(
        caller,
        envelope(
            _quantity("1", LAMP, 44),
            _quantity("2", 999, 1),
            part("3", "GET", f"/v1/Products({LAMP})?$select=ID,Sku"),
            part("x", "GET", "/v1/Products/$count"),
        ),
    )
    first, second, third, fourth = answer["responses"]

    assert status == 200
    assert first == {"id": "1", "status": 204, "headers": {}, "body": None}
    assert (second["id"], second["status"]) == ("2", 404)
    assert "No HTTP resource" in second["body"]["error"]["message"]
    assert third["headers"] == {
        "content-type": "application/json; odata.metadata=minimal; odata.streaming=true",
        "odata-version": "4.0",
    }
    assert (third["body"]["ID"], third["body"]["Sku"]) == (LAMP, "LAMP")
    assert (fourth["id"], fourth["body"]) == ("x", 5)
    assert stock(caller, LAMP)[EAST] == 44


def test_a_part_may_have_a_token_of_its_own() -> None:
    """A wrong one gets OData's shape of the refusal, in that part only."""
    status, answer = post(
        shop(),
        envelope(
            part("1", "GET", "/v1/Products", Authorization="Bearer wrong"),
            part("2", "GET", "/v1/Products"),
        ),
    )

    assert status == 200
    assert [row["status"] for row in answer["responses"]] == [401, 200]
    denied = {"code": "", "message": "Authorization has been denied for this request."}
    assert answer["responses"][0]["body"] == {"error": denied}


def test_the_envelope_needs_a_token() -> None:
    """Without one nothing is done."""
    caller = shop()
    caller.token = "wrong"

    assert post(caller, envelope(_quantity("1", LAMP, 44)))[0] == 401
    caller.sign_in()
    assert stock(caller, LAMP)[EAST] == 20


def test_the_envelope_and_every_part_count() -> None:
    """Of four calls a minute, the sixth to come is one too many, wherever it stands."""
    caller = shop(per_minute=4)
    parts = [_quantity(str(at), ROPE, at) for at in range(1, 5)]

    _, answer = post(caller, envelope(*parts))

    assert [row["status"] for row in answer["responses"]] == [204, 204, 204, 429]
    assert post(caller, envelope(parts[0]))[0] == 429


def test_export_cannot_be_part_of_a_batch() -> None:
    """Nor can a batch; the flag is not set."""
    caller = shop()
    sold = sell(caller, ("LAMP", 1, EAST))
    _, answer = post(
        caller,
        envelope(
            part("1", "POST", f"/v1/Orders({sold['ID']})/Export"),
            part("2", "DELETE", f"/V1/orders({sold['ID']})/export/"),
            part("3", "POST", "/v1/$batch"),
        ),
    )

    assert [row["status"] for row in answer["responses"]] == [400, 400, 400]
    assert caller.ids("/v1/Orders?exported=true") == []


def test_every_so_many_batches_are_not_acceptable() -> None:
    """A sporadic 406 does nothing, and the same batch goes through the next time."""
    caller = shop(batch_406_every=2)
    content = envelope(_quantity("1", LAMP, 44))

    assert [post(caller, content)[0] for _ in range(4)] == [200, 406, 200, 406]


def test_a_batch_has_so_many_parts() -> None:
    """A hundred unless set otherwise."""
    caller = shop(batch_parts=2)
    parts = [_quantity(str(at), LAMP, at) for at in range(1, 4)]

    assert post(caller, envelope(*parts[:2]))[0] == 200
    assert post(caller, envelope(*parts))[0] == 400
    assert stock(caller, LAMP)[EAST] == 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (envelope(_quantity("1", LAMP, 44)), "application/json"),
        (envelope(_quantity("1", LAMP, 44)), "multipart/mixed"),
        (envelope(_quantity("1", LAMP, 44)).replace(b"\r\n", b"\n"), MIXED),
        (envelope(_quantity("1", LAMP, 44)).replace(b"--b-1--", b""), MIXED),
        (envelope(_quantity("1", LAMP, 44)).replace(b"application/http", b"text/plain"), MIXED),
        (envelope(_quantity("1", LAMP, 44)).replace(b" HTTP/1.1", b""), MIXED),
        (envelope(), MIXED),
        (b"", MIXED),
    ],
)
def test_an_envelope_that_is_not_well_formed_is_refused(content: bytes, kind: str) -> None:
    """Line breaks and boundaries are significant; no part is done."""
    caller = shop()

    assert post(caller, content, kind)[0] == 400
    assert stock(caller, LAMP)[EAST] == 20


def test_parts_are_in_the_log() -> None:
    """By their absolute address, before the envelope."""
    caller = shop()
    caller.send("DELETE", "/_floor/log")

    post(caller, envelope(_quantity("1", LAMP, 44)))

    log = json.loads(caller.send("GET", "/_floor/log").body)
    assert [(row["method"], row["target"], row["status"]) for row in log] == [
        ("POST", f"{HOST}/v1/Products({LAMP})/UpdateQuantity", 204),
        ("POST", "/v1/$batch", 200),
    ]
