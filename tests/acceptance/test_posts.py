"""A site that posts its messages: they are stored first, and the next pass acts on them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from engine.bootstrap import Machine, open_postbox
from engine.customers import Customer, load_customer
from engine.ledger.opening import open_ledger, open_reader
from engine.ledger.sql_ledger import SqlLedger
from engine.model.stock import Message
from engine.receiver.server import Listener
from engine.sandbox.yard import Layout
from tests.acceptance.town import SITE_PROFILES, SteppedClock, Town, machine_on, open_town
from tests.cli.conftest import workspace_of
from tests.fakes.world import FakeClock

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "a-secret-of-the-site-0123456789"
LAMP, WEST = 6300100, 9
OVERLAY: Mapping[str, Any] = {
    "connections": {"wos": {"posts": "env:WOS_HOOK_SECRET"}},
    "stock": {"from": "wos", "to": "ca", "putaway": "delta", "foreign-picks": "delta"},
}


class Noticed(SqlLedger):
    """A ledger that counts aloud what is stored, once it is committed."""

    came: threading.Semaphore

    def store_messages(self, messages: Sequence[Message], now: datetime) -> int:
        new = super().store_messages(messages, now)
        self.came.release(len(messages))
        return new


def noticing(came: threading.Semaphore) -> Callable[..., SqlLedger]:
    """Opens ledgers that release `came` once for each message that was stored."""

    def open_noticed(url: str, customer: str, *, owner: str) -> SqlLedger:
        plain = open_ledger(url, customer, owner=owner)
        noticed = Noticed(plain._live, customer, owner)
        noticed.came = came
        return noticed

    return open_noticed


@pytest.fixture(params=SITE_PROFILES)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with (
        pytest.MonkeyPatch.context() as patch,
        open_town(
            tmp_path, Layout(customer="northpeak"), site=request.param, overlay=OVERLAY, still=NOON
        ) as opened,
    ):
        patch.setenv("WOS_HOOK_SECRET", SECRET)
        yield opened


def customer_of(town: Town) -> Customer:
    customer, problems = load_customer(workspace_of(town), town.name)
    assert customer is not None, problems
    return customer


@contextmanager
def listening(town: Town) -> Iterator[tuple[Listener, threading.Semaphore]]:
    """The receiver of a town runs, and the site's adjustments are posted to it."""
    came = threading.Semaphore(0)
    machine: Machine = replace(machine_on(town.clock), ledger=noticing(came))
    with (
        open_postbox(customer_of(town), machine, workspace_of(town)) as postbox,
        Listener(postbox.take, ("127.0.0.1", 0), pytest.fail, FakeClock()) as listener,
    ):
        switch = {"adjustment": {"to": "url", "url": f"{listener.url}/hook/{SECRET}"}}
        town.floor("warehouse", "trigger-config", switch)
        yield listener, came


def waiting(town: Town) -> Mapping[str, int]:
    """Kind -> how many messages wait in the ledger."""
    with closing(open_reader(workspace_of(town).ledger_url(), town.name)) as reader:
        return reader.message_counts()


def test_what_a_site_posts_is_acted_on_by_the_next_pass(town: Town) -> None:
    """A put that was posted, and never queued, is told to its DC once, however often it came."""
    before = town.channel_levels()[LAMP, WEST]
    with listening(town) as (listener, came):
        town.put("LAMP-01", 7, "WEST")
        assert came.acquire(timeout=20)
        (message,) = _messages(town)
        again = Request(f"{listener.url}/hook/{SECRET}", data=json.dumps(message).encode())
        with urlopen(again, timeout=20) as answer:
            assert answer.status == 204

    assert town.floor("warehouse", "state")["queue"] == []
    assert waiting(town) == {"stock": 1}
    assert town.run("run", town.name, "stock").code == 0
    assert town.channel_levels()[LAMP, WEST] == before + 7
    assert town.run("run", town.name, "stock").code == 0
    assert town.channel_levels()[LAMP, WEST] == before + 7
    assert waiting(town) == {}


def test_a_post_comes_in_while_a_pass_is_at_work(town: Town) -> None:
    """The receiver takes no lease: run and listen have the ledger open at the same time."""
    before = town.channel_levels()[LAMP, WEST]
    with listening(town) as (_, came):
        for quantity in (2, 3):
            town.put("LAMP-01", quantity, "WEST")
            assert came.acquire(timeout=20)
            assert town.run("run", town.name, "stock").code == 0

    assert town.channel_levels()[LAMP, WEST] == before + 5


def test_what_cannot_be_read_is_kept_for_a_person(town: Town) -> None:
    """Junk that knows the secret is stored, and the next pass puts it into the inbox."""
    with listening(town) as (listener, _):
        junk = Request(f"{listener.url}/hook/{SECRET}", data=b"<xml/>")
        with urlopen(junk, timeout=20) as answer:
            assert (answer.status, answer.read()) == (204, b"")

    assert waiting(town) == {"unknown": 1}
    town.run("run", town.name)
    assert "it is no JSON object" in town.run("inbox", town.name).out


def _messages(town: Town) -> list[Mapping[str, Any]]:
    """The raw records of the stock messages that wait."""
    with closing(open_reader(workspace_of(town).ledger_url(), town.name)) as reader:
        return [one.message.raw for one in reader.messages(["stock"])]


class UntilCtrlC(SteppedClock):
    """Somebody presses Ctrl-C as soon as the command waits."""

    def sleep(self, seconds: float) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("form", ["text", "json"])
def test_listen_says_where_to_post_and_ends_with_130(town: Town, form: str) -> None:
    """The secret is not among what it says; the state it leaves is one to go on from."""
    machine = machine_on(UntilCtrlC(NOON))
    said = town.run_on(machine, "listen", town.name, "--port", "0", "--format", form)

    assert said.code == 130
    assert "http://127.0.0.1:" in said.out
    assert "wos" in said.out
    assert SECRET not in said.out + said.err
    if form == "json":
        assert said.json["connections"] == ["wos"]


def test_a_ruleset_without_posts_cannot_listen(tmp_path: Path) -> None:
    """It says what to add."""
    with open_town(tmp_path, Layout(customer="brightwick"), still=NOON) as plain:
        said = plain.run("listen", plain.name)

    assert said.code == 1
    assert "Add `posts: env:WOS_HOOK_SECRET`" in said.err
