"""A secret is in no text, copy or file that is made of what holds it."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from engine.ports.systems import Secret
from engine.ports.world import Request, Response
from engine.receiver.postbox import Hook
from tests.adapters.rig import SECRETS, CaRig, Rig, WosRig, query, raw_order
from tests.adapters.test_warehouseos import STATE
from tests.unit.receiver.test_receiver import Words

CANARY = "canary-of-the-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Anything that has a secret among its members."""

    secret: Secret


@pytest.mark.parametrize(
    "shown",
    [
        repr,
        str,
        "{}".format,
        "{:>10}".format,
        "{!r}".format,
        lambda secret: f"{secret:>10} {secret}",
        lambda secret: "%s %r".__mod__((secret, secret)),
        lambda secret: repr([secret, {"key": secret}, Holder(secret=secret)]),
        lambda secret: repr(asdict(Holder(secret=secret))),
        lambda secret: repr(copy.deepcopy(Holder(secret=secret))),
        lambda secret: json.dumps({"key": secret}, default=str),
        lambda secret: repr(Hook(connection="wos", secret=secret, events=Words())),
        lambda secret: " ".join(dir(secret)),
        lambda secret: repr(getattr(secret, "__dict__", None)),
    ],
)
def test_a_secret_prints_as_stars(shown: Callable[[Secret], str]) -> None:
    """Whatever makes a text of a secret, or of what has it as a member, shows stars."""
    assert CANARY not in shown(Secret(CANARY))


@pytest.mark.parametrize(
    "written", [json.dumps, pickle.dumps, copy.copy, lambda s: pickle.dumps([s], 0)]
)
def test_a_secret_is_not_written_down(written: Callable[[Any], object]) -> None:
    """No form in which objects are stored takes one."""
    with pytest.raises(TypeError) as refused:
        written(Secret(CANARY))
    assert CANARY not in str(refused.value)


def test_a_secret_is_told_to_who_asks_for_it() -> None:
    """Its copies too have the value, for what sends it."""
    assert copy.deepcopy(Holder(secret=Secret(CANARY))).secret.reveal() == CANARY


def test_a_request_prints_where_it_goes_and_no_more() -> None:
    """Neither credentials in headers, query, user part and body, nor buyers in a body, print."""
    request = Request(
        method="POST",
        url=f"https://u:{CANARY}@api.example.com/v1/Orders?key={CANARY}",
        headers={"Authorization": f"Bearer {CANARY}"},
        body=CANARY.encode(),
    )
    answer = Response(status=200, headers={"set-cookie": CANARY}, body=CANARY.encode())

    assert f"{request} {[request]}" == "{0} [{0}]".format(
        f"Request(POST api.example.com/v1/Orders, {len(CANARY)} bytes)"
    )
    assert repr(answer) == f"Response(200, {len(CANARY)} bytes)"


def reachable(value: object) -> list[object]:
    """A value with all that its members lead to; what is not ours is the end of a way."""
    found: list[object] = []
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen or len(found) > 5_000:
            continue
        seen.add(id(one))
        found.append(one)
        names = [*getattr(type(one), "__slots__", ()), *getattr(one, "__dict__", ())]
        if type(one).__module__.startswith("engine."):
            waiting += [getattr(one, name) for name in names if hasattr(one, name)]
    return found


def test_no_part_of_a_client_prints_a_secret(rig: Rig) -> None:
    """All that a source, a sink or an operation holds, at work, has a text without a secret."""
    ca: CaRig = rig.channeladvisor(raw_order(1))
    wos: WosRig = rig.warehouseos("wos-assumed", STATE)
    source, sink = ca.source(), wos.sink()
    assert len(list(source.orders(query()))) > 0
    assert sink.existing(["X"]) == {}

    parts = [one for held in (source, sink, ca.export(), wos.create()) for one in reachable(held)]
    texts = " ".join(repr(one) for one in parts if not isinstance(one, str))

    assert len(parts) > 30
    assert [value for value in SECRETS.values() if value in texts] == []
