"""The inbox: what needs a person is listed, shown, tried again or closed, on record."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import click
import pytest

from engine.ledger.opening import open_ledger
from tests.acceptance.arrivals import as_it_must_be
from tests.acceptance.town import Said, Town
from tests.cli.telling import STILL, refusing_town

KEY = "31500111/main"
WHY = ("--reason", "the item was made")


@pytest.fixture
def refused(tmp_path: Path) -> Iterator[Town]:
    """One order of fifty was refused: the warehouse does not know an item of it."""
    with refusing_town(tmp_path) as town:
        town.floor("warehouse", "settings", {"unknown_item": "reject"})
        assert town.run("run", "brightwick").code == 5
        yield town


def inbox(town: Town, *words: str) -> Said:
    return town.run("inbox", "brightwick", *words)


def number_of_orders(town: Town) -> int:
    return len(town.stored())


def test_the_list_is_the_same_in_every_form(refused: Town) -> None:
    """Text, JSON and CSV name the same one item; list is what is done where nothing is asked."""
    items = inbox(refused, "--format", "json").json["items"]
    rows = list(csv.DictReader(io.StringIO(inbox(refused, "list", "--format", "csv").out)))
    text = inbox(refused).out

    assert [item["business_key"] for item in items] == [KEY]
    assert [row["business_key"] for row in rows] == [KEY]
    assert rows[0]["resolved"] == ""
    assert "Inbox of brightwick: 1 open\n" in text
    assert KEY in text


def test_an_item_is_shown_with_every_step(refused: Town) -> None:
    """From the intent to the refusal, with times and who it was; as JSON too."""
    shown = inbox(refused, "show", KEY, "--format", "json").json["items"][0]

    assert [(step["from"], step["to"]) for step in shown["steps"]] == [
        ("", "SENDING"),
        ("SENDING", "FAILED"),
    ]
    assert "SENDING" in inbox(refused, "show", KEY).out


def test_what_was_sent_is_shown_without_the_buyer(refused: Town) -> None:
    """Whoever decides sees the call: its place and its body, with stars for what is private."""
    shown = inbox(refused, "show", KEY, "--format", "json").json["items"][0]
    text = inbox(refused, "show", KEY).out

    assert shown["about"] == "31500111"
    assert shown["request"]["path"].endswith("/AddOrder")
    assert shown["request"]["body"]["shipTo"] == "***"
    assert "POST /api/OrderApi/AddOrder {" in text
    assert "(all of it: --format json)" in text
    assert "2026-11-23 12:00 UTC" in text


def test_what_was_sent_is_shown_until_it_is_forgotten(refused: Town) -> None:
    """After the retention only the steps are left."""
    url = f"sqlite:///{refused.root / '.crossdock' / 'ledger.db'}"
    with closing(open_ledger(url, "brightwick", owner="test")) as ledger:
        ledger.forget_bodies(STILL + timedelta(days=40))
    shown = inbox(refused, "show", KEY, "--format", "json").json["items"][0]
    text = inbox(refused, "show", KEY).out

    assert (shown["about"], shown["request"]) == ("31500111", None)
    assert "FAILED" in text
    assert "AddOrder" not in text


def test_an_item_without_an_effect_has_no_steps(tmp_path: Path) -> None:
    """A rejected order is parked by its rule: nothing was ever sent of it."""
    with refusing_town(tmp_path) as town:
        first = town.yard.world.expected["brightwick"][0]
        occupy(town, first.number)
        _, file = town.plan()
        said = town.run("apply", str(file), "--format", "json")
        item = inbox(town, "--format", "json").json["items"][0]
        shown = inbox(town, "show", item["business_key"], "--format", "json").json["items"][0]

    assert said.code == 5
    assert item["rule"].startswith("orders.")
    assert (shown["effect"], shown["steps"]) == (None, [])


def occupy(town: Town, number: str) -> None:
    """Somebody else puts an order of that number into the warehouse."""
    body = {"orderNumber": number, "orderLines": [{"itemNumber": "ROPE-10", "requestedQuantity": 9,
                                                     "quantity": 9}]}  # fmt: skip
    url = f"{town.yard.warehouse}/api/OrderApi/AddOrder"
    asked = Request(url, data=json.dumps(body).encode(), headers={"X-Api-Key": "sandbox-wos-key"})
    urlopen(asked, timeout=10).close()


def test_a_retry_shows_its_plan_first_and_sends_nothing_without_a_yes(
    refused: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A no leaves everything as it was, the item too."""
    monkeypatch.setattr(click, "confirm", lambda *_, **__: False)
    before = refused.writes()
    said = inbox(refused, "retry", KEY, *WHY)
    as_json = inbox(refused, "retry", KEY, *WHY, "--format", "json")

    assert said.code == 0
    assert "To be sent: 1" in said.out
    assert said.out.endswith("Nothing was sent.\n")
    assert as_json.json == {"format_version": 1, "verdict": "nothing was sent"}
    assert refused.writes() == before
    assert len(inbox(refused, "--format", "json").json["items"]) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_retry_after_the_cause_is_mended_ends_the_item(refused: Town, form: str) -> None:
    """The order arrives, its flag is set, the item is closed, and there is nothing left to do."""
    refused.floor("warehouse", "items", {"number": "GHOST-9"})
    count = number_of_orders(refused)
    said = inbox(refused, "retry", KEY, *WHY, "--yes", "--format", form)

    assert said.code == 0, said.out + said.err
    assert form == "text" or said.json["verdict"] == "done"
    assert number_of_orders(refused) == count + 1
    assert 31500111 in refused.exported()
    assert inbox(refused, "--format", "json").json["items"] == []
    assert refused.plan()[0].code == 0


def test_a_retry_that_is_refused_again_stays_in_the_inbox(refused: Town) -> None:
    """Nothing was mended: exit 5, one item still, counted up or opened again."""
    said = inbox(refused, "retry", KEY, *WHY, "--yes")

    assert said.code == 5
    assert len(inbox(refused, "--format", "json").json["items"]) == 1
    assert refused.run("run", "brightwick").code in (0, 5)


def test_a_retry_sends_nothing_of_a_paused_flow(refused: Town) -> None:
    """Exit 1 with the reason of the pause; the item stays as it was."""
    assert refused.run("pause", "brightwick", "orders", "--reason", "stocktaking").code == 0
    before = refused.writes()
    said = inbox(refused, "retry", KEY, *WHY, "--yes")

    assert (said.code, refused.writes()) == (1, before)
    assert "paused: stocktaking" in said.err
    assert len(inbox(refused, "--format", "json").json["items"]) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_person_closes_an_item(refused: Town, form: str) -> None:
    """Closed with its reason; nothing is sent by it."""
    before = refused.writes()
    said = inbox(refused, "resolve", KEY, "--reason", "cancelled by phone", "--format", form)

    assert said.code == 0
    assert KEY in said.out
    assert form == "text" or said.json == {"format_version": 1, "closed": KEY}
    assert inbox(refused).out == "The inbox of brightwick is empty.\n"
    assert refused.writes() == before


def test_closing_an_item_is_no_pass(refused: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no secret, is never noted as a pass, and gives the lease back for the next one."""
    before = refused.run("status", "brightwick").out
    monkeypatch.delenv("WOS_API_KEY")
    said = inbox(refused, "resolve", KEY, *WHY)
    after = refused.run("status", "brightwick").out
    monkeypatch.undo()

    assert said.code == 0, said.err
    assert "undecided" in before
    assert "undecided" in after
    assert "failed" not in after
    assert refused.run("run", "brightwick").code in (0, 5)


def test_what_happened_after_all_counts_as_done(refused: Town) -> None:
    """With --happened the part is bound: the next run only sets the order's flag."""
    before = Counter(refused.writes())
    assert inbox(refused, "resolve", KEY, *WHY, "--happened").code == 0
    said = refused.run("run", "brightwick")
    made = Counter(refused.writes()) - before

    assert inbox(refused).out == "The inbox of brightwick is empty.\n"
    assert said.code == 0, said.out
    assert list(made) == ["POST /v1/Orders(31500111)/Export"]


@pytest.mark.parametrize("action", ["show", "retry", "resolve"])
def test_a_key_that_is_none_is_said_to_be_none(refused: Town, action: str) -> None:
    """Exit 1 and where the keys are listed."""
    said = inbox(refused, action, "1/nowhere", *(WHY if action != "show" else ()))

    assert said.code == 1
    assert "has no open item 1/nowhere" in said.err
    assert "crossdock inbox brightwick" in said.err


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (("show",), "show needs the KEY"),
        (("retry", KEY), "retry needs --reason TEXT"),
        (("resolve", KEY, "--reason", ""), "resolve needs --reason TEXT"),
        (("forget", KEY), "is not one of"),
        (("show", KEY, "--format", "csv"), "only list has --format csv"),
        (("retry", KEY, *WHY, "--format", "csv"), "only list has --format csv"),
        (("resolve", KEY, *WHY, "--format", "csv"), "only list has --format csv"),
    ],
)
def test_what_is_missing_is_said(refused: Town, words: tuple[str, ...], missing: str) -> None:
    """A usage error exits 64 and says which word is missing."""
    said = inbox(refused, *words)

    assert said.code == 64
    assert missing in said.err


def test_closing_waits_for_another_pass(refused: Town) -> None:
    """While another process holds the lease, nothing of the memory is changed: exit 75."""
    ledger = open_ledger(
        f"sqlite:///{refused.root / '.crossdock' / 'ledger.db'}", "brightwick", owner="elsewhere:1"
    )
    try:
        ledger.acquire("brightwick", "elsewhere:1", STILL, timedelta(minutes=1))
        said = inbox(refused, "resolve", KEY, *WHY)
    finally:
        ledger.close()

    assert said.code == 75
    assert len(inbox(refused, "--format", "json").json["items"]) == 1


def test_an_item_does_not_stop_the_rest(refused: Town) -> None:
    """Everything but the refused order has arrived."""
    numbers = {order["number"] for order in refused.stored()}

    assert numbers == {one.number for one in refused.yard.world.expected["brightwick"]}
    assert as_it_must_be(refused)
