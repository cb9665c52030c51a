"""What comes to the postbox, and what a site's queue holds, is stored or refused, never a fault."""

from __future__ import annotations

import json
import socket
import tempfile
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from engine.adapters.warehouseos.messages import posted
from engine.adapters.warehouseos.profile import Profile, profile_of
from engine.adapters.warehouseos.wire import view
from engine.model.stock import Message
from engine.model.stock_json import message_to_json
from engine.receiver.server import Listener
from tests.adapters.rig import SITES, site_profile
from tests.fakes.world import FakeClock
from tests.fuzz.house import NAME, house
from tests.fuzz.nasty import spoilt_bytes, spoilt_json
from tests.fuzz.tally import tried, tries

POST = b"POST /hook/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
PIECES = b"POST /hook/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


@cache
def profile(site: str) -> Profile:
    return profile_of(site_profile(site))


@cache
def messages(site: str) -> list[bytes]:
    """What the site's queue holds after some hours of work, one by one."""
    section = profile(site).section("queue")["rows"]
    path = profile(site).endpoint("queue.read").target(max="50").partition("?")[0]
    with tempfile.TemporaryDirectory() as folder:
        copied = house("working", site).copied(Path(folder))
        copied.run("run", NAME)
        heard = [json.loads(one.body) for asked, one in copied.wires[-1].heard if path in asked.url]
    rows = [row for body in heard for row in view({"rows": section}, body).get("rows", ())]
    assert len(rows) > 5
    return [json.dumps(row).encode() for row in rows]


def check_kept(found: Message) -> None:
    """It can be written down, and says why it tells nothing where it tells nothing."""
    text = json.dumps(message_to_json(found), ensure_ascii=False)
    text.encode()
    assert found.key.startswith("wos:")


@tries(60)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_message_is_kept(chance: Random) -> None:
    """Read from the queue and posted alike."""
    tried("warehouse message")
    site = chance.choice(SITES)
    body = spoilt_json(chance.choice(messages(site)), chance)
    check_kept(posted(profile(site), "wos", body))


@tries(60)
@given(body=st.binary(max_size=200))
@example(body=b"[" * 100_000)
@example(body=b'{"messageId": "\\ud800", "a": 1e400, "b": ' + b"9" * 5_000 + b"}")
def test_any_body_is_kept(body: bytes) -> None:
    """What is no message at all is a message that says so."""
    tried("warehouse message")
    for site in SITES:
        check_kept(posted(profile(site), "wos", body))


def _take(path: str, body: bytes) -> int:
    return 204


def answered(sent: bytes) -> tuple[bytes, list[str]]:
    """What the receiver answers to these bytes, and what it tells a person."""
    told: list[str] = []
    answer = b""
    with Listener(_take, ("127.0.0.1", 0), told.append, FakeClock()) as listener:
        parts = urlsplit(listener.url)
        with closing(socket.create_connection((parts.hostname, parts.port), 5)) as line:
            # A refusal may come, and the line be closed, before the last of many bytes was sent.
            with suppress(OSError):
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
            with suppress(ConnectionError):
                answer = b"".join(iter(lambda: line.recv(4096), b""))
    return answer, told


@tries(20)
@given(chance=st.randoms(use_true_random=False))
def test_odd_bytes_on_the_line_are_answered(chance: Random) -> None:
    """Heads, lengths and pieces that are none get a refusal or silence, and are no fault."""
    tried("request to the postbox")
    answer, told = answered(spoilt_bytes(chance.choice((POST, PIECES)), chance))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert told == []


@tries(10)
@given(length=st.text(st.characters(codec="latin-1"), max_size=20))
@example(length="9" * 5_000)
@example(length="-1")
@example(length="0x10")
@example(length="1_0")
def test_any_length_is_answered(length: str) -> None:
    """A length that is none is no fault; nobody waits for what does not come."""
    tried("request to the postbox")
    line = "".join(one for one in length if one not in "\r\n").encode("latin-1")
    answer, told = answered(POST.replace(b"Length: 2", b"Length: " + line))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert told == []
