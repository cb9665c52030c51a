"""Secrets of both systems through every failure: in no error, log, value or answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import CrossdockError
from engine.sandbox.faults import KINDS, FaultRule
from tests.adapters.rig import NOW, SECRETS, SITES, CaRig, Rig, WosRig, query, raw_order
from tests.adapters.test_warehouseos import DESIRED, STATE

LATER = NOW + timedelta(seconds=5)


def everything(error: BaseException | None) -> str:
    """An error with all that hangs on it."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error), repr(getattr(error, "advice", ""))]
        error = error.__cause__ or error.__context__
    return " ".join(texts)


def said(work: Callable[[], object]) -> str:
    """What the work gave back or raised, as text."""
    try:
        return repr(work())
    except CrossdockError as error:
        return everything(error)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anybody logs."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"slow"}))
def test_channeladvisor_tells_no_secret(rig: Rig, log: pytest.LogCaptureFixture, kind: str) -> None:
    """Neither shared secret, refresh token nor access token."""
    ca: CaRig = rig.channeladvisor(
        *[raw_order(n) for n in range(9)], page_sizes={"Orders": 3, "others": 9}
    )
    source = ca.source()
    ca.faults(FaultRule(kind=kind, count=None))
    texts = [said(lambda: list(source.orders(query()))), said(source.server_now), repr(source)]
    request = source.acknowledgement("1")
    assert request is not None
    texts.append(said(lambda: ca.export().send(request, LATER)))
    token = source._client._tokens._token or "no token was ever had"

    heard = " ".join(texts) + log.text
    assert [value for value in (*SECRETS.values(), token) if value in heard] == []


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"slow"}))
def test_warehouseos_tells_no_secret(
    rig: Rig, log: pytest.LogCaptureFixture, kind: str, site: str
) -> None:
    """Nor the site's key, in the header or in the query; nor the buyer's name."""
    wos: WosRig = rig.warehouseos(site, STATE)
    sink, create = wos.sink(), wos.create()
    request = sink.creation(DESIRED)
    wos.faults(FaultRule(kind=kind, count=None))
    texts = [said(lambda: sink.existing(["X"])), said(lambda: sink.items(["X"])), repr(sink)]
    texts += [said(lambda: create.send(request, LATER)), repr(create)]

    heard = " ".join(texts) + log.text
    assert [value for value in (*SECRETS.values(), "Dana") if value in heard] == []
    assert SECRETS["env:WOS_KEY"] not in repr(request)
