"""The inbox as somebody sees it in the morning: nothing left out, the most urgent first."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.ledger.opening import open_ledger
from engine.ports.ledger import InboxItem
from tests.acceptance.town import Said, SteppedClock, crossdock, machine_on
from tests.cli.telling import STILL, refusing_town
from tests.unit.ledger.making import TIMING, intent

SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
MANY = 10_000
Inbox = Callable[..., Said]
ITEMS = {
    "report": InboxItem(
        business_key="31500129", kind="report", rule="orders.gone", text="it is not there any more"
    ),
    "alert": InboxItem(
        business_key="31500130/east",
        kind="alert",
        rule="orders.changes",
        text="the order was cancelled after it was batched",
        flow="order-changes",
    ),
    "reject": InboxItem(
        business_key="31500128/east",
        kind="reject",
        rule="orders.number-taken",
        text="31500128 is taken in the warehouse by an order that differs: line 2 has LAMP-01",
    ),
    "conflict": InboxItem(
        business_key="B-7",
        kind="conflict",
        rule="effects.conflict",
        text="wos:B-7:7 is already part of another change",
        flow="stock",
    ),
}


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """A new workspace; called with words, its inbox answers at seven in the morning."""
    crossdock(tmp_path, "init", "acme")
    machine = machine_on(SteppedClock(SEVEN))

    def asked(*words: str) -> Said:
        return crossdock(tmp_path, "inbox", "acme", *words, machines=lambda start: machine)

    return asked


@pytest.fixture
def full(tmp_path: Path, inbox: Inbox) -> Inbox:
    """One item of each class, the least urgent oldest; a doubt of yesterday and one of today."""
    url = f"sqlite:///{tmp_path / '.crossdock' / 'ledger.db'}"
    (tmp_path / ".crossdock").mkdir(exist_ok=True)
    with closing(open_ledger(url, "acme", owner="me")) as ledger:
        for age, item in enumerate(ITEMS.values()):
            ledger.park(item, SEVEN - 9 * DAY + age * DAY)
        lease = ledger.acquire("acme", "me", SEVEN - 2 * DAY, 3 * DAY)
        for name, kind, ago in (("N2", "doubt", HOUR), ("N1", "doubt", DAY), ("N3", "failed", DAY)):
            plain = {"method": "POST", "path": "/orders", "body": "{}", "private": []}
            wanted = intent(name, business_key=f"{name}/east", order=name, request=plain)
            effect = ledger.claim(wanted, TIMING, SEVEN - ago, lease)
            assert effect is not None
            getattr(ledger, kind)(effect, SEVEN - ago, "no JSON")
        ledger.release(lease)
    return inbox


def headings(said: Said) -> list[str]:
    """The classes in the order in which they are shown."""
    return re.findall(r"^([A-Z][a-z ]+) \(\d+\)", COLOUR.sub("", said.out), re.MULTILINE)


def test_what_holds_back_orders_and_stock_comes_first(full: Inbox) -> None:
    """Doubts before refusals before the rest, in each class the oldest first."""
    said = full()
    keys = [item["business_key"] for item in full("--format", "json").json["items"]]

    assert headings(said) == [
        "In doubt", "Refused", "Rejected", "In conflict", "Alerts", "Reports",
    ]  # fmt: skip
    assert keys == ["N1/east", "N2/east", "N3/east", "31500128/east", "B-7", "31500130/east",
                    "31500129"]  # fmt: skip
    assert said.out.index("N1/east") < said.out.index("N2/east")
    assert re.search(r"31500129 +9 d +it is not there any more \(orders.gone\)", said.out)


@pytest.mark.parametrize("width", [80, 120])
def test_a_narrow_terminal_shows_all_of_it(
    full: Inbox, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Nothing stands out of the window, no word is cut, and each key is on one line."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    lines = COLOUR.sub("", full().out).splitlines()
    words = " ".join(" ".join(lines).split())

    assert max(len(line.rstrip()) for line in lines) <= width
    for item in ITEMS.values():
        assert any(line.strip().startswith(item.business_key) for line in lines)
    assert all(word in words for word in ITEMS["reject"].text.split())


def test_each_item_says_what_to_type(full: Inbox) -> None:
    """Whole command lines with the customer's name, and only those that its class knows."""
    items = {one["kind"]: one for one in full("--format", "json").json["items"]}
    rows = list(csv.DictReader(io.StringIO(full("--format", "csv").out)))
    start = "crossdock inbox acme"

    assert items["doubt"]["next"] == [
        f"{start} show N2/east",
        f"{start} resolve N2/east --happened --reason TEXT",
        f"{start} retry N2/east --reason TEXT",
    ]
    assert items["reject"]["next"][1] == f"{start} retry 31500128/east --reason TEXT"
    for kind in ("conflict", "alert", "report"):
        assert [word.split()[3] for word in items[kind]["next"]] == ["show", "resolve"]
    assert rows[0]["next"].startswith(f"{start} show N1/east; {start} resolve")
    assert not any("CUSTOMER" in one["advice"] or "KEY" in one["advice"] for one in rows)


def test_each_item_says_what_is_known_of_the_other_side(full: Inbox) -> None:
    """How often it was sent and what was read back, and when; or which record it is about."""
    items = {one["business_key"]: one for one in full("--format", "json").json["items"]}
    shown = full("show", "N1/east").out

    assert (items["N1/east"]["sends"], items["31500129"]["sends"]) == (1, 0)
    assert items["N1/east"]["remote"] == (
        "wos: create of N1, sent once, last at 2026-11-22T07:00:00+00:00; "
        "no usable answer (looked at 2026-11-22T07:00:00+00:00): no JSON"
    )
    assert items["N3/east"]["remote"].endswith(
        "answered no (looked at 2026-11-22T07:00:00+00:00): no JSON"
    )
    assert items["31500128/east"]["remote"] == "nothing was sent; it is about order 31500128"
    assert items["B-7"]["about"] == "B-7"
    assert "1 d ago" in shown
    assert "crossdock inbox acme resolve N1/east --happened --reason TEXT" in shown
    assert "What to do\nLook into the system itself" in shown


def test_a_key_with_blanks_is_quoted_in_commands(tmp_path: Path, inbox: Inbox) -> None:
    """What is printed can be typed as it stands."""
    (tmp_path / ".crossdock").mkdir(exist_ok=True)
    url = f"sqlite:///{tmp_path / '.crossdock' / 'ledger.db'}"
    with closing(open_ledger(url, "acme", owner="me")) as ledger:
        ledger.park(replace(ITEMS["report"], business_key="it's $(x)"), SEVEN)
    (item,) = inbox("--format", "json").json["items"]

    assert item["next"][0] == "crossdock inbox acme show 'it'\"'\"'s $(x)'"
    assert inbox("show", "it's $(x)").code == 0


@pytest.mark.parametrize("key", ["B-7", "31500130/east", "31500129"])
def test_a_retry_of_what_is_no_change_is_refused(full: Inbox, key: str) -> None:
    """A conflict, an alert and a report have nothing to send: exit 1, with what to do instead."""
    said = full("retry", key, "--reason", "why not")

    assert said.code == 1
    assert f"{key} is not ended by a retry" in said.err
    assert len(said.err.splitlines()) == 2


def test_ten_thousand_items_are_all_there(full: Inbox, tmp_path: Path) -> None:
    """No form of the list cuts, and none of them hides what is old."""
    with closing(sqlite3.connect(tmp_path / ".crossdock" / "ledger.db")) as memory:
        names = [row[1] for row in memory.execute("pragma table_info(inbox)") if row[1] != "id"]
        chosen = ", ".join(f"{one} || '-' || n" if one == "business_key" else one for one in names)
        memory.execute(
            "with recursive many(n) as (select 1 union all select n + 1 from many where n < ?) "
            f"insert into inbox ({', '.join(names)}) "
            f"select {chosen} from inbox, many where rule = 'orders.gone'",
            (MANY,),
        )
        memory.commit()
    found = full("--format", "json").json["items"]
    rows = list(csv.DictReader(io.StringIO(full("--format", "csv").out)))
    text = full().out

    assert len(found) == len(rows) == MANY + 7
    assert f"Inbox of acme: {MANY + 7} open" in text
    assert all(f"31500129-{number} " in text for number in (1, MANY // 2, MANY))
    assert len(re.findall(r"^ +31500129-\d+ ", text, re.MULTILINE)) == MANY


def test_what_is_400_days_old_is_still_asked(tmp_path: Path) -> None:
    """Every run sweeps what retention lets go, and no item with it; only its request is erased."""
    with refusing_town(tmp_path) as town:
        town.floor("warehouse", "settings", {"unknown_item": "reject"})
        town.run("run", "brightwick")
        for days in (31, 400):
            late = machine_on(SteppedClock(STILL + days * DAY))
            town.run_on(late, "run", "brightwick")
        (item,) = town.run("inbox", "brightwick", "--format", "json").json["items"]
        listed = town.run_on(late, "inbox", "brightwick").out
        shown = town.run_on(late, "inbox", "brightwick", "show", "31500111/main")

    assert (item["kind"], item["first_seen"]) == ("failed", STILL.isoformat())
    assert "400 d" in listed
    assert (shown.code, "AddOrder" in shown.out) == (0, False)


def test_an_empty_inbox_tells_of_what_is_on_its_way(tmp_path: Path, inbox: Inbox) -> None:
    """Who was sent here by an exit code 5 hears that nothing is his to do yet."""
    assert inbox().out == "The inbox of acme is empty.\n"
    (tmp_path / ".crossdock").mkdir(exist_ok=True)
    url = f"sqlite:///{tmp_path / '.crossdock' / 'ledger.db'}"
    with closing(open_ledger(url, "acme", owner="me")) as ledger:
        lease = ledger.acquire("acme", "me", SEVEN, HOUR)
        assert ledger.claim(intent("N1"), TIMING, SEVEN, lease) is not None

    told = "The inbox of acme is empty. Sent without an answer: 1. A later pass settles that.\n"
    assert inbox().out == told
