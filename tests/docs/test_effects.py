"""The table of effects on the protocol page is what the code does."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.warehouseos.profile import profile_of
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState, Intent, Proof
from engine.ports.systems import BatchOperation, Operation
from engine.ports.world import Request, Response, WriteTransport
from tests.adapters.rig import site_profile
from tests.docs.effects import SPEAKERS, Row, Speaker, operations, patterns, rows
from tests.docs.pages import ROOT
from tests.fakes.world import FakeClock

ROWS = rows()
UNREADABLE = Response(status=404, headers={}, body=b"<html>")


class Silent(WriteTransport):
    """Counts what is asked of it, and answers nothing that anybody could read."""

    def __init__(self) -> None:
        self.asked = 0

    def get(self, request: Request) -> Response:
        self.asked += 1
        return UNREADABLE

    def token(self, request: Request) -> Response:
        body = b'{"access_token": "canary", "expires_in": 3600}'
        return Response(status=200, headers={}, body=body)

    def write(self, request: Request, not_after: datetime) -> Response:
        raise AssertionError("nothing is written here")


def offered(folder: Path) -> Iterator[tuple[Speaker, str, Operation]]:
    """Every operation of every kind of system."""
    for speaker in SPEAKERS:
        for name, one in operations(speaker, Silent(), FakeClock(), folder).items():
            yield speaker, name, one


def key_patterns() -> set[str]:
    """The keys that the flows make, every value in them left out."""
    found = set()
    for path in (ROOT / "engine" / "flows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (
                    one.value if isinstance(one, ast.Constant) else "{}" for one in node.values
                )
                found.add("".join(map(str, parts)))
    return {one.removeprefix("v1:{}:") for one in found if re.match(r"v1:\{\}:.*[^:]$", one)}


def test_every_operation_has_its_row(tmp_path: Path) -> None:
    """What an adapter offers is in the table, and the table has nothing else."""
    assert {name for _, name, _ in offered(tmp_path)} == ROWS.keys()


def test_every_key_is_in_the_table() -> None:
    """The keys of the page are those that the flows make."""
    assert set.union(*map(patterns, ROWS.values())) == key_patterns()


def test_what_is_sent_again_at_once_is_told(tmp_path: Path) -> None:
    """The column says it of every operation, on sites with and without unique numbers."""
    for speaker, name, one in offered(tmp_path):
        told = ROWS[name].repeats(unique=speaker.unique)
        assert (speaker.name, name, one.resend_at_once) == (speaker.name, name, told)
        assert isinstance(one, BatchOperation) == ("halves" in ROWS[name].again)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_only_what_leaves_a_trace_is_read_back(name: str, tmp_path: Path) -> None:
    """Where only an answer is a proof nothing is asked, and no reading says that it happened."""
    row = ROWS[name]
    for speaker in SPEAKERS[:3]:
        silent = Silent()
        found = operations(speaker, silent, FakeClock(), tmp_path).get(name)
        if found is None:
            continue
        evidence = found.verify(_effect(row, speaker))
        if row.is_read_back:
            assert silent.asked > 0 or "cannot be asked" in evidence.detail
            assert evidence.proof is Proof.UNCLEAR
        else:
            assert silent.asked == 0
            wanted = Proof.ABSENT if row.neither.startswith("never") else Proof.UNCLEAR
            assert evidence.proof is wanted


def _effect(row: Row, speaker: Speaker) -> Effect:
    """A row of the ledger about a request of this kind."""
    body: dict[str, Any] = {"TrackingNumber": "1", "Value": {"Items": []}}
    if speaker.site:
        profile = profile_of(site_profile(speaker.site))
        body = {profile.order["number"]: "1", profile.item["number"]: "1"}
    path = PATHS.get(row.operation, "/")
    intent = Intent(
        key="v1:acme:a:b",
        kind=row.operation,
        customer="acme",
        target="mine",
        subject="s",
        marker="1",
        business_key="1",
        request=PreparedRequest(method="POST", path=path, body=json.dumps(body)).to_json(),
        body_hash="h",
    )
    return Effect(intent=intent, state=EffectState.SENDING, version=1, attempts=1)


PATHS = {
    "export": "/v1/Orders(1)/Export",
    "write-back": "/v1/Orders(1)",
    "ship": "/v1/Orders(1)/Ship",
    "track": "/v1/Fulfillments(1)",
    "adjust": "/v1/Products(1)/UpdateQuantity",
    "set-quantity": "/v1/Products(1)/UpdateQuantity",
}
