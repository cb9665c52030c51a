"""The status tells what waits, since when, and what nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.executor.delays import ANSWER, LATE, Delay, seen
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.stock import Message, MessageKind
from engine.ports.ledger import Cursor, PassNote
from engine.workspace import Workspace
from tests.acceptance.town import Said, SteppedClock, crossdock, machine_on
from tests.cli.conftest import STILL
from tests.docs.library import BASE
from tests.unit.ledger.making import TIMING, binding, hold, intent, promise

HOUR = timedelta(hours=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with one customer, of whom nothing is known yet."""
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "acme.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


@contextmanager
def memory(root: Path) -> Iterator[SqlLedger]:
    url = Workspace(root, ()).ledger_url()
    with closing(open_ledger(url, "acme", owner="test")) as ledger:
        yield ledger


def status(root: Path, *options: str) -> Said:
    """What `status` says at that time; it asks no system."""
    machine = machine_on(SteppedClock(STILL))
    said = crossdock(root, "status", "acme", *options, machines=lambda start: machine)
    assert said.code == 0, said.err
    return said


def told(root: Path, *options: str) -> dict[str, Any]:
    """The same as json."""
    found: dict[str, Any] = status(root, "--format", "json", *options).json["customers"][0]
    return found


def message(key: str, order: str | None, hours: float, kind: MessageKind) -> Message:
    """One that the floor sent so many hours ago."""
    return Message(key=key, kind=kind, order=order, at=STILL - hours * HOUR)


def test_each_flow_has_its_last_pass_and_how_far_it_has_read(root: Path) -> None:
    """Flows that never did anything are left out; one without a cursor has only its pass."""
    with memory(root) as ledger:
        for flow, hours in (("orders", 1), ("stock", 2)):
            ledger.note_pass(PassNote(flow=flow, at=STILL - hours * HOUR, outcome="done"))
        ledger.advance(Cursor(feed="orders", watermark=STILL, version=0), STILL - 3 * HOUR)
    found = told(root)
    text = status(root).out

    assert {flow: one["cursor"] for flow, one in found["flows"].items()} == {
        "orders": (STILL - 3 * HOUR).isoformat(),
        "stock": None,
    }
    assert found["last_pass"] == (STILL - HOUR).isoformat()
    assert "\nlast pass   orders 2026-11-23 06:00 EST, 1 h ago (done)\n" in text
    assert "\n            stock 2026-11-23 05:00 EST, 2 h ago (done)\n" in text
    assert "\nread up to  orders 2026-11-23 04:00 EST, 3 h ago\n" in text


def test_the_oldest_unsent_order_is_held_or_has_no_answer_yet(root: Path) -> None:
    """Holds of other flows are no unsent orders; an order whose create hangs is one."""
    assert told(root)["oldest_unsent"] is None
    with memory(root) as ledger:
        ledger.hold(hold("1/east", order="1", since=STILL - 9 * HOUR, flow="shipments"))
        ledger.hold(hold("2/east", order="2", since=STILL - 5 * HOUR))
    assert told(root)["oldest_unsent"] == {"key": "2", "since": (STILL - 5 * HOUR).isoformat()}

    with memory(root) as ledger:
        begun = STILL - 7 * HOUR
        lease = ledger.acquire("acme", "test", begun, HOUR)
        ledger.claim(intent("3", binding=promise(binding("3"))), TIMING, begun, lease)
        ledger.claim(intent("4"), TIMING, begun - HOUR, lease)
    assert told(root)["oldest_unsent"] == {"key": "3", "since": begun.isoformat()}
    assert (
        "unsent      oldest is order 3, since 2026-11-23 00:00 EST, 7 h ago\n" in status(root).out
    )


def test_what_was_picked_and_not_shipped_for_hours_is_named(root: Path) -> None:
    """Holds of shipments and messages that wait, each order once, by the channel's key if known."""
    with memory(root) as ledger:
        ledger.bind(binding("7", number="US-7"), STILL - 90 * HOUR, "found there")
        ledger.hold(hold("7/east:B1", order="7", since=STILL - 30 * HOUR, flow="shipments"))
        ledger.hold(hold("8/east:B1", order="8", since=STILL - 2 * HOUR, flow="shipments"))
        ledger.hold(hold("9/east", order="9", since=STILL - 99 * HOUR))
        told_by_the_floor = [
            message("wos:1", "US-7", 50, MessageKind.PACK),
            message("wos:2", "X-1", 26, MessageKind.PICK),
            message("wos:3", "X-2", 3, MessageKind.PICK),
            message("wos:4", None, 60, MessageKind.STOCK),
        ]
        ledger.store_messages(told_by_the_floor, STILL)

    assert [one["key"] for one in told(root)["picked"]] == ["7", "X-1"]
    assert [one["key"] for one in told(root, "--picked-hours", "1")["picked"]] == [
        "7",
        "X-1",
        "X-2",
        "8",
    ]
    text = status(root, "--picked-hours", "40").out
    assert "1 more than 40 h ago and not shipped" in text
    assert "order 7, 2026-11-21 05:00 EST, 2 d 2 h ago" in text
    assert "1 pack, 2 pick, 1 stock not dealt with" in text


def test_what_a_queue_brought_is_counted(root: Path) -> None:
    """What was read so far, what came again and what nobody knows; nothing where nothing was."""
    assert told(root)["queue"] == {}
    with memory(root) as ledger:
        counts = {"new": 9, "again": 2, "unknown": 1, "highest wos": 900109}
        ledger.note_pass(PassNote(flow="queue", at=STILL, outcome="read", counts=counts))

    assert told(root)["queue"] == {"new": 9, "again": 2, "unknown": 1}
    assert "queue       9 read so far, 2 came again, 1 of no known type\n" in status(root).out


def test_what_rests_is_told_with_its_reason(root: Path) -> None:
    """A pause of one flow and one of all."""
    with memory(root) as ledger:
        ledger.pause("stock", "stocktaking", STILL - HOUR)
        ledger.pause("*", "holiday", STILL)
    text = status(root).out

    assert [one["flow"] for one in told(root)["paused"]] == ["stock", "*"]
    assert "stock since 2026-11-23 06:00 EST, 1 h ago: stocktaking" in text
    assert "all flows since 2026-11-23 07:00 EST, 0 s ago: holiday" in text


def test_csv_has_one_line_a_customer_with_counts(root: Path) -> None:
    """Columns are only ever added at the end."""
    with memory(root) as ledger:
        ledger.hold(hold("2/east", order="2", since=STILL - 5 * HOUR))
        ledger.hold(hold("8/east:B1", order="8", since=STILL - 30 * HOUR, flow="shipments"))
        ledger.store_messages([message("wos:1", "US-7", 50, MessageKind.PACK)], STILL)
        ledger.pause("stock", "stocktaking", STILL)
    head, line = status(root, "--format", "csv").out.splitlines()
    row = dict(zip(head.split(","), line.split(","), strict=True))

    assert head.startswith("customer,last_pass,outcome,cursor,holds,oldest_hold,in_flight,doubts")
    assert (row["holds"], row["picked_not_shipped"], row["messages"]) == ("2", "2", "1")
    assert row["oldest_unsent"] == (STILL - 5 * HOUR).isoformat()
    assert row["paused"] == "stock"


def test_delays_that_come_near_their_settings_are_shown(root: Path) -> None:
    """More than half of what is allowed is told, with the setting; json has every one."""
    with memory(root) as ledger:
        for connection, seconds in (("ca", 15.0), ("wos", 20.5)):
            slow = Delay(connection=connection, kind=ANSWER, seconds=seconds, allowed=30.0)
            seen(ledger, slow, STILL)
        late = Delay(connection="wos", kind=LATE, seconds=640.0, allowed=635.0)
        seen(ledger, late, STILL)
    text = status(root).out

    assert [one["connection"] for one in told(root)["delays"]] == ["ca", "wos", "wos"]
    assert "wos took up to 20.5 s of the 30 s of timing.timeout to answer" in text
    assert "wos applied a call 640 s after its intent, and 635 s are waited" in text
    assert "ca took" not in text


def test_calls_outside_their_right_are_told(root: Path) -> None:
    """None is normal, and then there is no line; else how many, the last one, and what to do."""
    late = "it ended 7.0 s after its time"
    with memory(root) as ledger:
        lease = ledger.acquire("acme", "w", STILL - HOUR, 2 * HOUR)
        effect = ledger.claim(intent(), TIMING, STILL - HOUR, lease)
        assert effect is not None
        quiet = status(root).out
        for _ in range(2):
            ledger.stray(effect, late, STILL - HOUR, "answered done: ")
    found = told(root)
    text = status(root).out

    what = f"{effect.intent.key}: {late}; answered done: "
    assert "stray" not in quiet
    assert found["stray"] == [{"at": (STILL - HOUR).isoformat(), "what": what}] * 2
    assert "\nstray calls  2 may have left after their time\n" in text
    assert f"last 2026-11-23 06:00 EST, 1 h ago: {what.strip()}" in text
    assert "crossdock reconcile acme" in text
    assert status(root, "--format", "csv").out.splitlines()[1].endswith(",2")
