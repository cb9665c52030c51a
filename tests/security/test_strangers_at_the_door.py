"""Who knocks at the receiver gets a bounded share of it, and no word."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.receiver.postbox import BURST, RATE, STRANGERS_BURST, Postbox
from engine.receiver.rate import Bucket, TooManyError
from engine.receiver.server import PATIENCE, SEATS, Listener
from tests.fakes.world import FakeClock
from tests.unit.receiver.test_receiver import OTHER, PLACE, SECRET, hook, post, raw, stored

NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with closing(open_ledger(url, "acme", owner="listener")) as opened:
        yield opened


@pytest.fixture
def postbox(ledger: SqlLedger, clock: FakeClock) -> Postbox:
    """Two sites may post."""
    return Postbox([hook(), hook(OTHER, "annex")], ledger, clock)


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def listener(postbox: Postbox, clock: FakeClock, troubles: list[str]) -> Iterator[Listener]:
    with Listener(postbox.take, ("127.0.0.1", 0), troubles.append, clock) as running:
        yield running


def plug(listener: Listener) -> socket.socket:
    """An open connection that has said nothing yet."""
    parts = urlsplit(listener.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def heard(connection: socket.socket) -> bytes:
    """All that is answered until the other side ends."""
    with connection.makefile("rb") as stream:
        return stream.read()


def test_tokens_come_back_with_time(clock: FakeClock) -> None:
    """So many at once, then so many a second, and never more than the bucket holds."""
    bucket = Bucket(clock, rate=2.0, burst=3)
    taken = []
    for seconds in (0.0, 0.5, 1.0, 3_600.0):
        clock.sleep(seconds)
        taken.append([bucket.take() for _ in range(5)].count(True))

    assert taken == [3, 1, 2, 3]


def test_a_site_that_posts_too_much_is_told_so(
    postbox: Postbox, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Beyond its rate nothing is stored until time passes; the other site's posts are taken."""
    for number in range(BURST):
        postbox.take(PLACE, str(number).encode())
    with pytest.raises(TooManyError, match="connection 'wos' posts more than 100"):
        postbox.take(PLACE, b"too many")
    assert postbox.take(f"/hook/{OTHER}", b"1") == 204

    clock.sleep(1.0)
    again = [postbox.take(PLACE, f"later {number}".encode()) for number in range(int(RATE))]

    assert set(again) == {204}
    assert ledger.message_counts() == {"pick": BURST + int(RATE) + 1}


def test_strangers_use_up_nobodys_share(postbox: Postbox, ledger: SqlLedger) -> None:
    """However often somebody guesses, he hears 429 at last, and the site's posts are stored."""
    guesses = [postbox.take(f"/hook/guess-{number}", b"1") for number in range(500)]

    assert guesses == [404] * STRANGERS_BURST + [429] * (500 - STRANGERS_BURST)
    assert postbox.take(PLACE, b"1") == 204
    assert stored(ledger) == ["wos:1"]


def test_too_many_is_answered_and_told(listener: Listener, troubles: list[str]) -> None:
    """The site hears a status, the person at the terminal why; nobody hears the secret."""
    for number in range(BURST):
        listener._server._take(PLACE, str(number).encode())

    assert post(listener, PLACE, b"one more") == (429, b"")
    assert troubles == [
        "a message was not stored: connection 'wos' posts more than 100 messages a second"
    ]


@pytest.mark.parametrize(
    "asked",
    [
        b"POST /hook/%s HTTP/1.1\r\nContent-Length: 1\r\n\r\n1" % SECRET[:-1].encode(),
        b"POST /hook/%sx HTTP/1.1\r\nContent-Length: 1\r\n\r\n1" % SECRET.encode(),
        b"POST /hook/%s HTTP/1.1\r\nContent-Length: 1\r\n\r\n1" % SECRET.upper().encode(),
        b"POST /hook/%s%%00 HTTP/1.1\r\nContent-Length: 1\r\n\r\n1" % SECRET.encode(),
        b"POST /hook/../hook/%s HTTP/1.1\r\nContent-Length: 1\r\n\r\n1" % SECRET.encode(),
        b"POST / HTTP/1.1\r\nX-Secret: %s\r\nContent-Length: 1\r\n\r\n1" % SECRET.encode(),
        b"GET /hook/%s HTTP/1.1\r\n\r\n" % SECRET.encode(),
        b"TRACE /hook/%s HTTP/1.1\r\n\r\n" % SECRET.encode(),
        b"BREW /hook/%s HTTP/1.1\r\n\r\n" % SECRET.encode(),
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_every_stranger_hears_the_same(listener: Listener, asked: bytes) -> None:
    """A near miss, another method and a wild guess are answered alike, byte for byte."""
    assert raw(listener, asked) == NOTHING


def test_who_drips_loses_his_place(listener: Listener, clock: FakeClock, ledger: SqlLedger) -> None:
    """A byte now and then keeps a connection until its time is over, not for ever."""
    with plug(listener) as slow:
        slow.sendall(
            b"POST %s HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
            % PLACE.encode()
        )
        assert slow.recv(100).startswith(b"HTTP/1.1 100 ")
        clock.sleep(PATIENCE)
        slow.sendall(b"1")
        assert heard(slow) == b""

    assert stored(ledger) == []


def test_who_has_no_seat_is_turned_away(
    listener: Listener, troubles: list[str], ledger: SqlLedger
) -> None:
    """So many connections at a time get a thread; the next hears 503, and a seat that is free
    again is taken.
    """
    with ExitStack() as seats:
        waiting = [seats.enter_context(plug(listener)) for _ in range(SEATS)]
        for late in range(3):
            with plug(listener) as connection:
                assert heard(connection).startswith(b"HTTP/1.1 503 "), late
        for one in waiting:
            one.shutdown(socket.SHUT_WR)
            assert heard(one) == b""
    assert troubles == ["64 connections are open: others are turned away until one ends"]

    assert post(listener, PLACE, b"1")[0] == 204
    assert stored(ledger) == ["wos:1"]
