"""A person looks at what is on record, moves a cursor, erases a buyer."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import open_memory
from engine.customers import load_customer
from engine.ledger.opening import open_ledger, open_reader
from tests.acceptance.town import Town, machine_on
from tests.cli.conftest import STILL, workspace_of

NAME = "brightwick"
JSON = ("--format", "json")
WHY = ("--reason", "the buyer asked for it")


def sent_order(town: Town) -> tuple[str, str]:
    """Runs once; the key in the channel and the number in the warehouse of an order sent."""
    assert town.run("run", NAME).code == 0
    with closing(sqlite3.connect(town.root / ".crossdock" / "ledger.db")) as ledger:
        row = ledger.execute("select order_key, number from binding order by part").fetchone()
    return str(row[0]), str(row[1])


def state(town: Town, *words: str) -> Any:
    said = town.run("state", NAME, *words, *JSON)
    assert said.code == 0, said.err
    return said.json


def test_an_empty_memory_is_shown(town: Town) -> None:
    """Before the first pass nobody is at work, nothing is read and nothing on record."""
    shown = state(town)
    told = town.run("state", NAME)

    assert (shown["format_version"], shown["customer"]) == (1, NAME)
    assert (shown["lease"], shown["cursors"], shown["bindings"]) == (None, [], 0)
    assert "nobody" in told.out
    assert not (town.root / ".crossdock").exists()


def test_the_state_tells_how_far_it_is_and_who_is_at_work(town: Town) -> None:
    """Cursors, effects by state, plans and the lease, as JSON and for people."""
    sent_order(town)
    town.run("pause", NAME, "orders", "--reason", "stocktaking")
    customer, _ = load_customer(workspace_of(town), NAME)
    assert customer is not None
    with open_memory(customer, machine_on(town.clock), workspace_of(town)):
        shown, told = state(town), town.run("state", NAME)
    after = state(town)

    assert {one["feed"] for one in shown["cursors"]} == {"orders", "orders.sweep"}
    assert shown["effects"]["DONE"] > shown["bindings"] > 0
    assert shown["plans"][0]["finished"] is not None
    assert [pause["flow"] for pause in shown["pauses"]] == ["orders"]
    assert shown["lease"]["owner"] in told.out
    assert "orders since 2026-11-23" in told.out
    assert after["lease"] | {"owner": "", "until": None} == after["lease"]


def test_a_lease_that_nobody_gave_back_is_told(town: Town) -> None:
    """A killed process still stands there, and is said to be gone."""
    url = workspace_of(town).ledger_url()
    with closing(open_ledger(url, NAME, owner="elsewhere:1")) as ledger:
        ledger.acquire(NAME, "elsewhere:1", STILL - timedelta(hours=1), timedelta(seconds=60))

    assert "nobody; elsewhere:1 was until" in town.run("state", NAME).out


def test_all_of_one_order_is_shown_without_its_buyer(town: Town) -> None:
    """By key or number: each effect with its state and times, bindings, holds; no bodies."""
    key, number = sent_order(town)
    shown = state(town, "--order", key)
    told = town.run("state", NAME, "show", "--number", number)

    assert shown == state(town, "--number", number)
    assert {one["kind"] for one in shown["effects"]} >= {"create", "export"}
    assert {one["state"] for one in shown["effects"]} == {"DONE"}
    assert all(one["hash"].startswith("k1:") and one["body"] for one in shown["effects"])
    assert shown["bindings"][0]["number"] == number
    assert "request" not in json.dumps(shown)
    assert all(one["key"] in told.out for one in shown["effects"])


def test_what_waits_of_an_order_is_shown(town: Town) -> None:
    """A write in flight says from when on it is settled; holds and inbox items are told."""
    town.faults("warehouse", {"kind": "500-after", "method": "POST", "count": None})
    town.run("run", NAME)
    with closing(open_reader(workspace_of(town).ledger_url(), NAME)) as ledger:
        flying = next(row for row in ledger.unfinished() if row.state == "SENDING")
        held = ledger.holds()[0]

    told = town.run("state", NAME, "--order", flying.intent.order)
    assert "SENDING" in told.out
    assert "settled" in told.out
    assert held.rule in town.run("state", NAME, "--order", held.order).out


def test_what_is_not_on_record_is_said(town: Town) -> None:
    """A key or a number that nothing has is an error with advice."""
    sent_order(town)
    for words in (("--order", "1"), ("--number", "nobody-1"), ("erase", "--order", "1", *WHY)):
        said = town.run("state", NAME, *words)
        assert said.code == 1
        assert "on record" in said.err


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (("set", "--to", "2026-11-01", "--cursor", "orders"), "--reason"),
        (("set", "--to", "2026-11-01", *WHY), "--cursor"),
        (("set", "--cursor", "orders", *WHY), "--to"),
        (("erase", "--order", "1"), "--reason"),
        (("erase", *WHY), "--order KEY"),
        (("--order", "1", "--number", "2"), "--order KEY or --number"),
        (("show", "--yes"), "no --yes"),
        (("set", "--order", "1", "--cursor", "orders", "--to", "2026-11-01", *WHY), "no --order"),
    ],
)
def test_options_that_do_not_fit_are_usage_errors(
    town: Town, words: tuple[str, ...], needed: str
) -> None:
    """Each action says what it needs, and what it has no use for."""
    said = town.run("state", NAME, *words)

    assert said.code == 64
    assert needed in said.err


def cursor_of(town: Town) -> str:
    shown = state(town)
    return next(str(one["watermark"]) for one in shown["cursors"] if one["feed"] == "orders")


def test_a_cursor_moved_back_reads_again_and_sends_nothing_twice(town: Town) -> None:
    """Shown before and after, on record, and the next pass finds all of it done."""
    sent_order(town)
    writes = len(town.writes())
    before = cursor_of(town)
    words = ("set", "--cursor", "orders", "--to", "2026-11-02T00:00", "--reason", "outage")
    moved = state(town, *words, "--yes")

    assert moved | {"verdict": "moved", "flow": "orders", "before": before} == moved
    assert cursor_of(town) == moved["after"] == "2026-11-02T00:00:00+00:00"
    assert town.run("run", NAME).code == 0
    assert len(town.writes()) == writes
    with closing(open_reader(workspace_of(town).ledger_url(), NAME)) as ledger:
        (step,) = ledger.audit("cursor:orders")
    assert (step["actor"], step["detail"]) == ("operator", "outage")


def test_a_cursor_moved_forth_says_what_is_passed_over(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning names both ends of what no pass reads; without a yes nothing happens."""
    sent_order(town)
    before = cursor_of(town)
    words = ("set", "--cursor", "orders", "--to", "2026-11-23T11:59:59", "--reason", "x")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    said = town.run("state", NAME, *words, *JSON)

    assert said.json["verdict"] == "nothing was changed"
    assert "WARNING: what changed between" in said.err
    assert cursor_of(town) == before


@pytest.mark.parametrize(
    ("flow", "to", "why"),
    [
        ("orders", "2026-11-24", "in the future"),
        ("stock", "2026-11-20", "stock of brightwick has no cursor"),
    ],
)
def test_a_cursor_goes_nowhere_that_makes_no_sense(
    town: Town, flow: str, to: str, why: str
) -> None:
    """Not into the future, and not where a flow has none."""
    sent_order(town)
    before = cursor_of(town)
    said = town.run("state", NAME, "set", "--cursor", flow, "--to", to, *WHY, "--yes")

    assert (said.code, cursor_of(town)) == (1, before)
    assert why in said.err


def test_a_cursor_that_stands_there_is_left_alone(town: Town) -> None:
    """Nothing is written where nothing changes."""
    sent_order(town)
    words = ("set", "--cursor", "orders", *WHY, "--yes", "--to")
    assert town.run("state", NAME, *words, "2026-11-02").code == 0
    said = town.run("state", NAME, *words, "2026-11-02")

    assert said.code == 1
    assert "stands there already" in said.err


def test_a_change_waits_for_who_is_at_work(town: Town) -> None:
    """While somebody has the lease nothing is moved or erased: exit 75."""
    key, _ = sent_order(town)
    url = workspace_of(town).ledger_url()
    with closing(open_ledger(url, NAME, owner="elsewhere:1")) as ledger:
        ledger.acquire(NAME, "elsewhere:1", STILL, timedelta(seconds=60))
        moving = ("set", "--cursor", "orders", "--to", "2026-11-02", *WHY, "--yes")
        erasing = ("erase", "--order", key, *WHY, "--yes")
        assert [town.run("state", NAME, *words).code for words in (moving, erasing)] == [75, 75]
    assert all(one["body"] for one in state(town, "--order", key)["effects"])
