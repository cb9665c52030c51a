"""What is posted is stored before it is answered; a stranger learns nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.errors import ConfigurationError, CrossdockError
from engine.ledger.opening import open_ledger, open_reader
from engine.ledger.sql_ledger import SqlLedger
from engine.model.stock import Message, MessageKind
from engine.ports.flows import EventSource
from engine.ports.ledger import Ledger
from engine.ports.systems import Secret
from engine.receiver.postbox import Hook, Postbox
from engine.receiver.server import MOST, Listener
from tests.fakes.world import FakeClock

SECRET = "s3cret-of-the-site-0123456789"
OTHER = "another-site-0123456789abcdef"
PLACE = f"/hook/{SECRET}"


class Words(EventSource):
    """A site whose messages are their own keys."""

    def __init__(self, connection: str = "wos") -> None:
        self.connection = connection

    @property
    def may_look(self) -> bool:
        return True

    def peek(self) -> tuple[Sequence[Message], int]:
        return (), 0

    def parse(self, body: bytes) -> Message:
        if body == b"broken":
            raise LookupError("a fault of ours, with a buyer's name in it")
        text = body.decode()
        return Message(key=f"{self.connection}:{text}", kind=MessageKind.PICK, order=text)


class FullLedger(SqlLedger):
    """A ledger that stores what says `1`, and whose disk is full otherwise."""

    def store_messages(self, messages: Sequence[Message], now: datetime) -> int:
        if messages[0].order == "1":
            super().store_messages(messages, now)
        raise CrossdockError("the ledger cannot be used: disk full")


def hook(secret: str = SECRET, connection: str = "wos") -> Hook:
    return Hook(connection=connection, secret=Secret(secret), events=Words(connection))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url: str) -> Iterator[SqlLedger]:
    with closing(open_ledger(url, "acme", owner="listener")) as opened:
        yield opened


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def listener(ledger: Ledger, troubles: list[str]) -> Iterator[Listener]:
    """Two sites may post."""
    postbox = Postbox([hook(), hook(OTHER, "annex")], ledger, FakeClock())
    with Listener(postbox.take, ("127.0.0.1", 0), troubles.append, FakeClock()) as running:
        yield running


def post(listener: Listener, place: str, body: bytes, method: str = "POST") -> tuple[int, bytes]:
    """Status and body of the answer."""
    with closing(HTTPConnection(urlsplit(listener.url).netloc, timeout=10)) as connection:
        connection.request(method, place, body)
        answer = connection.getresponse()
        return answer.status, answer.read()


def raw(listener: Listener, *pieces: bytes) -> bytes:
    """What is answered to these bytes, until the other side ends."""
    parts = urlsplit(listener.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as plug:
        for piece in pieces:
            plug.sendall(piece)
        plug.shutdown(socket.SHUT_WR)
        with plug.makefile("rb") as stream:
            return stream.read()


def stored(ledger: Ledger) -> list[str]:
    """The keys of the messages that wait, in the order of their coming."""
    return [one.message.key for one in ledger.messages([MessageKind.PICK.value])]


def test_a_post_is_stored_under_the_connection_of_its_secret(
    listener: Listener, ledger: SqlLedger
) -> None:
    """Each secret is one site's; the answer has a status and nothing else."""
    answers = [
        post(listener, PLACE, b"1"),
        post(listener, f"/hook/{OTHER}", b"1"),
        post(listener, f"{PLACE}?trigger=pick", b"2"),
    ]

    assert answers == [(204, b"")] * 3
    assert stored(ledger) == ["wos:1", "annex:1", "wos:2"]


def test_what_is_posted_again_is_one_message(listener: Listener, ledger: SqlLedger) -> None:
    """A site that posts twice is answered twice, and its message is there once."""
    assert [post(listener, PLACE, b"1")[0] for _ in range(3)] == [204, 204, 204]
    assert stored(ledger) == ["wos:1"]


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("POST", "/"),
        ("POST", "/hook/"),
        ("POST", f"/hook/{SECRET[:-1]}"),
        ("POST", f"/hook/{SECRET}/"),
        ("POST", f"/other/{SECRET}"),
        ("GET", PLACE),
        ("DELETE", PLACE),
    ],
)
def test_a_stranger_finds_nothing(
    listener: Listener, ledger: SqlLedger, method: str, place: str
) -> None:
    """Whatever is not a post to the secret is not here, and no word of it comes back."""
    assert post(listener, place, b"1", method) == (404, b"")
    assert stored(ledger) == []


def test_a_message_that_is_too_large_is_refused(listener: Listener, ledger: SqlLedger) -> None:
    """So much and no more is read of one message, whether its length is told or not."""
    counted = b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (PLACE.encode(), MOST + 1)
    chunked = b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" % PLACE.encode()

    assert raw(listener, counted).startswith(b"HTTP/1.1 413 ")
    assert raw(listener, chunked, b"%x\r\n" % (MOST + 1)).startswith(b"HTTP/1.1 413 ")
    assert post(listener, PLACE, b" " * (MOST - 1) + b"1")[0] == 204
    assert len(stored(ledger)) == 1


def test_a_body_in_pieces_is_one_message(listener: Listener, ledger: SqlLedger) -> None:
    """Clients that do not count beforehand send chunks, and may ask first whether to send."""
    head = b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"

    answer = raw(listener, head % PLACE.encode(), b"3\r\nord\r\n", b"3;x=1\r\ner1\r\n0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 ")
    assert stored(ledger) == ["wos:order1"]


@pytest.mark.parametrize(
    "request_",
    [
        b"POST %s HTTP/1.1\r\nContent-Length: 5\r\n\r\n1",
        b"POST %s HTTP/1.1\r\nContent-Length: many\r\n\r\n1",
        b"POST %s HTTP/1.1\r\nContent-Length: -1\r\n\r\n1",
        b"POST %s HTTP/1.1\r\nContent-Length: 2\r\n\r\n \n",
        b"POST %s HTTP/1.1\r\n\r\n",
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n1",
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n12\r\n0\r\n\r\n",
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1",
        b"POST %s HTTP/1.1 x\r\n\r\n",
    ],
)
def test_half_a_message_is_not_stored(
    listener: Listener, ledger: SqlLedger, request_: bytes
) -> None:
    """What ends too early, or says nothing, is refused; the site may send it again."""
    answer = raw(listener, request_ % PLACE.encode())

    assert answer == b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    assert stored(ledger) == []


def test_who_hangs_up_ends_only_his_own_post(listener: Listener, ledger: SqlLedger) -> None:
    """A connection without a request is nothing; the next post is taken."""
    assert raw(listener) == b""
    assert post(listener, PLACE, b"1")[0] == 204
    assert stored(ledger) == ["wos:1"]


def test_what_is_not_stored_is_not_thanked_for(url: str, ledger: SqlLedger) -> None:
    """A full disk is told to the person and answered with 503, so that a site may try again."""
    troubles: list[str] = []
    full = FullLedger(ledger._live, "acme", "listener")
    postbox = Postbox([hook()], full, FakeClock())
    with Listener(postbox.take, ("127.0.0.1", 0), troubles.append, FakeClock()) as listener:
        assert post(listener, PLACE, b"2") == (503, b"")

    assert troubles == ["a message was not stored: the ledger cannot be used: disk full"]
    assert stored(ledger) == []


def test_what_was_stored_without_an_answer_may_come_again(url: str, ledger: SqlLedger) -> None:
    """Killed between storing and answering, the receiver has the message once all the same."""
    full = FullLedger(ledger._live, "acme", "listener")
    postbox = Postbox([hook()], full, FakeClock())
    with Listener(postbox.take, ("127.0.0.1", 0), list, FakeClock()) as cut_off:
        assert post(cut_off, PLACE, b"1")[0] == 503
    assert stored(ledger) == ["wos:1"]

    whole = Postbox([hook()], ledger, FakeClock())
    with Listener(whole.take, ("127.0.0.1", 0), list, FakeClock()) as listener:
        assert post(listener, PLACE, b"1")[0] == 204
    with closing(open_reader(url, "acme")) as reader:
        assert reader.message_counts() == {"pick": 1}


def test_a_fault_of_ours_ends_one_post_without_a_word(
    listener: Listener, ledger: SqlLedger, troubles: list[str]
) -> None:
    """There is no answer, no traceback, and no word of what was posted; the server goes on."""
    head = b"POST %s HTTP/1.1\r\nContent-Length: 6\r\n\r\nbroken"

    assert raw(listener, head % PLACE.encode()) == b""
    assert troubles == ["a message was not stored: an internal fault (LookupError)"]
    assert post(listener, PLACE, b"1")[0] == 204
    assert stored(ledger) == ["wos:1"]


@pytest.mark.parametrize(
    ("hooks", "says"),
    [
        ([], "takes posts"),
        ([hook("short")], "could be guessed"),
        ([hook("with a space in the middle of it")], "could be guessed"),
        ([hook(), hook(connection="annex")], "the same secret"),
    ],
)
def test_a_secret_that_is_none_is_refused(hooks: list[Hook], says: str, ledger: Ledger) -> None:
    """Each site that posts has a secret of its own that nobody can guess; it is not repeated."""
    with pytest.raises(ConfigurationError, match=says) as refused:
        Postbox(hooks, ledger, FakeClock())

    assert all(one.secret.reveal() not in str(refused.value) for one in hooks)


def test_a_place_that_is_taken_is_said(listener: Listener) -> None:
    """Somebody else listens there, or there is no such port: choose another."""
    taken = urlsplit(listener.url).port or 0

    for port in (taken, 70000):
        with pytest.raises(ConfigurationError, match="nobody can listen"):
            Listener(lambda path, body: 204, ("127.0.0.1", port), list, FakeClock())
