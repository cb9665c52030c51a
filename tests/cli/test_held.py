"""One runner a customer: whoever comes second hears who works, and changes nothing."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from engine.ledger.opening import open_ledger
from tests.acceptance.town import Town
from tests.cli.conftest import STILL, workspace_of
from tests.unit.ledger.making import item

TTL = timedelta(seconds=60)
HELD = 75
CUSTOMER = "brightwick"
COMMANDS = {
    "run": ("run", CUSTOMER),
    "apply": ("apply", "PLAN"),
    "inbox resolve": ("inbox", CUSTOMER, "resolve", "1001", "--reason", "seen"),
    "pause": ("pause", CUSTOMER, "--reason", "counting"),
    "resume": ("resume", CUSTOMER, "--reason", "counted"),
    "release": ("release", CUSTOMER, "--yes"),
}


@contextmanager
def held_by(town: Town, owner: str) -> Iterator[None]:
    """That process works on the customer, and somebody's question is open."""
    url = workspace_of(town).ledger_url()
    with closing(open_ledger(url, CUSTOMER, owner=owner)) as ledger:
        ledger.park(item("1001", "reject"), STILL)
        lease = ledger.acquire(
            CUSTOMER, owner, STILL - timedelta(minutes=3), 2 * TTL, "crossdock run"
        )
        ledger.renew(lease, STILL, TTL)
        yield


@pytest.mark.parametrize("command", COMMANDS)
def test_who_comes_second_is_told_who_works(town: Town, command: str) -> None:
    """In text and in json, with exit 75: host, process, command, since when, until when."""
    _, plan = town.plan()
    words = [str(plan) if word == "PLAN" else word for word in COMMANDS[command]]
    with held_by(town, "elsewhere.example.com:4711"):
        before = town.writes()
        text = town.run(*words)
        json = town.run(*words, "--format", "json")
        assert town.writes() == before

    assert (text.code, json.code) == (HELD, HELD), text.err
    assert (
        "crossdock: elsewhere.example.com:4711 works on brightwick until 2026-11-23 12:01:00 UTC "
        "(crossdock run, since 2026-11-23 11:57:00 UTC)\n" in text.err
    )
    assert json.json == {
        "format_version": 1,
        "held": {
            "customer": CUSTOMER,
            "owner": "elsewhere.example.com:4711",
            "doing": "crossdock run",
            "since": "2026-11-23T11:57:00+00:00",
            "until": "2026-11-23T12:01:00+00:00",
            "gone": False,
        },
    }


def test_a_process_that_is_gone_is_said_to_be(town: Town) -> None:
    """Nobody waits for somebody who has crashed without knowing until when."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with held_by(town, f"{platform.node()}:{ended.pid}"):
        text = town.run("run", CUSTOMER)
        json = town.run("run", CUSTOMER, "--format", "json")

    assert text.code == HELD
    assert (
        "; that process is gone\n  Its lease runs out at 12:01:00 UTC: try again then." in text.err
    )
    assert json.json["held"]["gone"] is True


def test_a_lease_says_which_command_took_it(town: Town) -> None:
    """What is on record of a run is what a second one would be told."""
    assert town.run("run", CUSTOMER).code in (0, 5)
    url = workspace_of(town).ledger_url()
    with closing(open_ledger(url, CUSTOMER, owner="test")) as ledger:
        rows = list(ledger.audit(f"lease:{CUSTOMER}"))

    assert [row["detail"] for row in rows] == ["crossdock run"]
    assert rows[0]["actor"].endswith("#1")
