"""Messages that nobody can take away or write down, and ids that come again: nothing is blocked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from engine.adapters.warehouseos import ADAPTER
from engine.adapters.warehouseos.messages import id_in, message_of
from engine.adapters.warehouseos.profile import profile_of
from engine.errors import ProtocolError
from engine.model.stock import MessageKind
from engine.ports.flows import EventQueue
from engine.ports.world import Request, Response, WriteTransport
from tests.adapters.rig import SITES, Rig
from tests.adapters.warehouse import Warehouse, warehouse


class Picky(WriteTransport):
    """Refuses every write in which one of these texts stands, and counts all writes."""

    def __init__(self, inner: WriteTransport, *refused: str) -> None:
        self._inner = inner
        self._refused = refused
        self.writes = 0

    def get(self, request: Request) -> Response:
        return self._inner.get(request)

    def token(self, request: Request) -> Response:
        return self._inner.token(request)

    def write(self, request: Request, not_after: datetime) -> Response:
        self.writes += 1
        told = request.url + (request.body or b"").decode()
        if any(text in told for text in self._refused):
            return Response(status=400, headers={}, body=b"{}")
        return self._inner.write(request, not_after)


@pytest.fixture(params=SITES)
def site(rig: Rig, request: pytest.FixtureRequest) -> Warehouse:
    """The twin of each shipped site profile, with eight messages in its queue."""
    found = warehouse(rig, request.param)
    for _ in range(8):
        found.floor("put", item="LAMP-01", quantity=1, area="Main")
    return found


def picky(site: Warehouse, *refused: str) -> tuple[EventQueue, Picky]:
    """The site's queue, and what stands before it."""
    kit = site.kit()
    transport = Picky(kit.transport, *refused)
    assert ADAPTER.queue is not None
    return ADAPTER.queue(replace(kit, transport=transport)), transport


def ids(site: Warehouse) -> list[str]:
    """The ids that wait, as the site writes them."""
    profile = profile_of(site.wos.profile)
    return [str(id_in(profile, one)) for one in site.queue().read()]


def message(site: Warehouse, **more: Any) -> dict[str, Any]:
    """A message about a pull, as the site words it."""
    site.floor("pull", item="LAMP-01", quantity=2, area="Main")
    return {**site.queue().read()[-1].raw, **more}


def test_a_refused_id_keeps_no_other_in_the_queue(site: Warehouse) -> None:
    """The site cannot read one id, wherever it stands: all the others are taken away."""
    for place in (0, 3):
        waiting = ids(site)
        queue, _ = picky(site, waiting[place])
        queue.acknowledge(queue.read())
        assert ids(site) == [waiting[place]]
        for _ in range(7):
            site.floor("put", item="LAMP-01", quantity=1, area="Main")


def test_a_call_that_is_wrong_altogether_is_told_soon(site: Warehouse) -> None:
    """It is not tried once for each message."""
    queue, transport = picky(site, "")

    with pytest.raises(ProtocolError, match="HTTP 400"):
        queue.acknowledge(queue.read())

    assert transport.writes == 6


@pytest.mark.parametrize("odd", ["\ud800", [[[]]]])
def test_what_no_memory_could_hold_keeps_its_id(site: Warehouse, odd: Any) -> None:
    """Half a character, or a nesting without end, is parked alone and can be acknowledged."""
    for _ in range(3000 if isinstance(odd, list) else 0):
        odd = [odd]
    profile = profile_of(site.wos.profile)
    raw = message(site, zzOdd=odd)

    found = message_of(profile, "mine", raw)
    bare = message_of(profile, "mine", [odd])

    assert found.kind is MessageKind.UNKNOWN
    assert str(id_in(profile, found)) == ids(site)[-1]
    assert "half of a character" in found.why
    assert (bare.kind, bare.raw) == (MessageKind.UNKNOWN, {})


def test_the_digest_is_of_what_happened(site: Warehouse) -> None:
    """How often it was sent is nothing; another quantity is another thing."""
    profile = profile_of(site.wos.profile)
    words = site.wos.profile["members"]
    first = message(site)
    again = {**first, words["message"]["attempt"]: 9}
    member = words["adjustment"]["quantity"]
    place = words["message"].get("payload")
    inner = {**(first[place] if place else first), member: -1 if place else 1}
    other = {**first, place: inner} if place else inner

    keys = {message_of(profile, "mine", raw).key for raw in (first, again, other)}
    digests = [message_of(profile, "mine", raw).digest for raw in (first, again, other)]

    assert len(keys) == 1
    assert digests[0] == digests[1] != digests[2]


def test_numbers_are_read_where_the_profile_says_that_they_count_on(site: Warehouse) -> None:
    """The figures at the end of an id; without the setting, or without figures, there is none."""
    queue = {**site.wos.profile["queue"], "consecutive": True}
    counting = site.queue(profile=site.profile(queue=queue))
    profile = profile_of(site.profile(queue=queue))
    words = site.wos.profile["members"]["message"]
    odd = message(site, **{words["id"]: "no-figures"})

    assert [one.number for one in counting.read()][:3] == [900101, 900102, 900103]
    assert {one.number for one in site.queue().read()} == {None}
    assert message_of(profile, "mine", odd).number is None
