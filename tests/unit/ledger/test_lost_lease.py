"""What a process may still write once its lease is lost, method by method."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.errors import FenceError, LeaseHeldError
from engine.ledger import tables
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import STRAY, Effect
from engine.model.stock import Message, MessageKind
from engine.ports.ledger import Cursor, Lease, Ledger, LedgerReader, PassNote
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import (
    NOW,
    OK,
    SECOND,
    TIMING,
    TTL,
    binding,
    hold,
    intent,
    item,
    sending,
    stored,
    take,
)

Step = Callable[[SqlLedger], object]
Ending = Callable[[SqlLedger, Effect], object]
MOVED = Cursor(feed="orders", watermark=NOW, version=0)

JUDGEMENTS: Mapping[str, Step] = {
    "bind": lambda it: it.bind(binding("7"), NOW, "found"),
    "rebind": lambda it: it.rebind(binding("7"), NOW, "found"),
    "unbind": lambda it: it.unbind("bound/east", NOW, "gone"),
    "hold": lambda it: it.hold(hold("7/east")),
    "release_hold": lambda it: it.release_hold("held/east"),
    "park": lambda it: it.park(item("7"), NOW),
    "resolve": lambda it: it.resolve("1001", NOW, "seen"),
    "withdraw": lambda it: it.withdraw(one(it, "planned"), NOW, "not wanted"),
    "proven": lambda it: it.proven(one(it, "failed"), NOW, "found by reading"),
    "settle_messages": lambda it: it.settle_messages(["m1"], NOW),
    "advance": lambda it: it.advance(MOVED, NOW),
    "plan_started": lambda it: it.plan_started("abc", NOW),
    "plan_finished": lambda it: it.plan_finished("def", NOW),
    "note_pass": lambda it: it.note_pass(PassNote(flow="orders", at=NOW, outcome="done")),
    "note_release": lambda it: it.note_release("hash", {}, NOW),
    "retry": lambda it: it.retry(one(it, "failed").intent.key, NOW, "I looked"),
    "settle": lambda it: it.settle(one(it, "failed").intent.key, NOW, "I looked"),
    "pause": lambda it: it.pause("stock", "counting", NOW),
    "resume": lambda it: it.resume("orders", "counted", NOW),
    "erase": lambda it: it.erase("1001", NOW, "asked for"),
    "move_cursor": lambda it: it.move_cursor("stock", 1, NOW - TTL, NOW, "again"),
    "forget_bodies": lambda it: it.forget_bodies(NOW + 10 * TTL),
}
"""Refused, and nothing is changed."""

KNOWN: Mapping[str, Ending] = {
    "done": lambda it, effect: it.done(effect, OK, NOW, "created"),
    "failed": lambda it, effect: it.failed(effect, NOW, "no"),
    "doubt": lambda it, effect: it.doubt(effect, NOW, "who knows"),
    "unsent": lambda it, effect: it.unsent(effect, NOW, "no connection"),
    "absent_once": lambda it, effect: it.absent_once(effect, NOW),
}
"""Written down, unless the row has gone on meanwhile."""

PROVEN_APART = {"acquire", "renew", "release", "claim", "reclaim", "store_messages", "stray"}
"""Each has a test of its own, here or beside."""


def one(ledger: Ledger, name: str) -> Effect:
    """The effect of this name, as it is now."""
    key = intent(name).key
    return ledger.effects([key])[key]


@pytest.fixture
def old(file: Path) -> Iterator[SqlLedger]:
    """A process that has much on record, and whose lease somebody else has by now."""
    url = url_of(file)
    with (
        closing(open_ledger(url, "acme", owner="old")) as mine,
        closing(open_ledger(url, "acme", owner="new")) as theirs,
    ):
        lease = take(mine, "old")
        remember(mine, lease)
        theirs.acquire("pass", "new", lease.until, TTL)
        yield mine


def remember(ledger: SqlLedger, lease: Lease) -> None:
    """Something for each step to work on."""
    sending(ledger, lease, "1001")
    ledger.unsent(sending(ledger, lease, "planned"), NOW, "no connection")
    ledger.failed(sending(ledger, lease, "failed"), NOW, "no")
    ledger.done(sending(ledger, lease, "done"), OK, NOW, "created")
    ledger.bind(binding("bound"), NOW, "found")
    ledger.hold(hold("held/east"))
    ledger.park(item("1001", "reject"), NOW)
    ledger.store_messages([Message(key="m1", kind=MessageKind.STOCK)], NOW)
    ledger.plan_started("def", NOW)
    ledger.advance(Cursor(feed="stock", watermark=NOW, version=0), NOW)
    ledger.pause("orders", "counting", NOW)


def content(file: Path) -> list[str]:
    """All that stands in the ledger's file."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("step", JUDGEMENTS)
def test_a_judgement_is_refused(old: SqlLedger, file: Path, step: str) -> None:
    """What a process decides under a lost lease is an error, and changes nothing at all."""
    before = content(file)

    with pytest.raises(FenceError, match="is not old's any more"):
        JUDGEMENTS[step](old)

    assert content(file) == before


@pytest.mark.parametrize("step", JUDGEMENTS)
def test_the_same_judgement_is_taken_while_the_lease_stands(file: Path, step: str) -> None:
    """So it was the lost lease that refused it."""
    with closing(open_ledger(url_of(file), "acme", owner="me")) as mine:
        remember(mine, take(mine, "me"))
        before = content(file)

        JUDGEMENTS[step](mine)

        assert content(file) != before


@pytest.mark.parametrize("step", KNOWN)
def test_what_is_known_of_a_call_is_written_down(old: SqlLedger, step: str) -> None:
    """Whoever has the lease: the row is as the process left it, so nobody knows better."""
    before = one(old, "1001")

    KNOWN[step](old, before)

    assert one(old, "1001").version == before.version + 1
    assert list(old.audit(before.intent.key))[-1]["actor"] == "old#1"


@pytest.mark.parametrize("step", KNOWN)
def test_it_is_not_once_the_row_has_gone_on(old: SqlLedger, file: Path, step: str) -> None:
    """Who took over has sent it again: what is known of the first call is not what is now."""
    before = one(old, "1001")
    with closing(open_ledger(url_of(file), "acme", owner="newest")) as theirs:
        lease = theirs.acquire("pass", "newest", NOW + 2 * TTL, TTL)
        again = theirs.reclaim(before, TIMING, NOW + 2 * TTL, lease)

    with pytest.raises(FenceError):
        KNOWN[step](old, before)

    assert one(old, "1001") == again


def test_messages_are_stored_whoever_has_the_lease(old: SqlLedger) -> None:
    """They may be out of their queue already, and nowhere else."""
    assert old.store_messages([Message(key="m2", kind=MessageKind.STOCK)], NOW) == 1


def test_every_method_has_its_rule(old: SqlLedger) -> None:
    """A method that is new must be put where it belongs: here, and in docs/protocol.md."""
    writing = Ledger.__abstractmethods__ - LedgerReader.__abstractmethods__
    assert writing == {*JUDGEMENTS, *KNOWN, *PROVEN_APART}


def test_a_call_that_ends_under_a_lost_lease_is_counted(old: SqlLedger) -> None:
    """Also where the row has gone on, which refuses the receipt: how it ended is on record."""
    effect = one(old, "1001")

    assert old.stray(effect, "", NOW, "answered done: ")
    assert old.stray(effect, "it ended late", NOW, "answered unknown: timeout")

    found = [(row["actor"], row["from"], row["to"], row["detail"]) for row in old.audit(STRAY)]
    lost = "its lease was somebody else's by then"
    assert found == [
        ("old#1", "SENDING", "STRAY", f"{effect.intent.key}: {lost}; answered done: "),
        (
            "old#1",
            "SENDING",
            "STRAY",
            f"{effect.intent.key}: it ended late and {lost}; answered unknown: timeout",
        ),
    ]


def test_a_call_in_its_right_is_not_counted(ledger: Ledger, lease: Lease) -> None:
    """In time and under one's lease all is well; out of time it is counted all the same."""
    effect = sending(ledger, lease)

    assert not ledger.stray(effect, "", NOW, "answered done: ")
    assert list(ledger.audit(STRAY)) == []
    assert ledger.stray(effect, "it ended late", NOW, "answered done: ")


def test_each_step_is_signed_with_its_fence(ledger: Ledger) -> None:
    """The audit tells under which lease each was taken, and the row under which it was sent."""
    first = take(ledger, "w")
    effect = sending(ledger, first)
    second = ledger.acquire("pass", "w", first.until, TTL)
    again = ledger.reclaim(effect, TIMING, first.until, second)
    ledger.done(again, OK, first.until, "created")

    assert [row["actor"] for row in ledger.audit(effect.intent.key)] == ["w#1", "w#2", "w#2"]
    assert (effect.fence, again.fence, stored(ledger, effect).fence) == (1, 2, 2)


def test_the_audit_tells_who_had_the_lease(ledger: Ledger) -> None:
    """When it was taken, with which fence, for what; and whether the last one let it run out."""
    first = ledger.acquire("pass", "a", NOW, TTL, "crossdock run")
    second = ledger.acquire("pass", "b", first.until, TTL, "crossdock apply")
    ledger.release(second)
    ledger.acquire("pass", "c", first.until + SECOND, TTL)

    found = list(ledger.audit("lease:pass"))
    assert [(row["actor"], row["from"], row["to"], row["detail"]) for row in found] == [
        ("a#1", "", "HELD", "crossdock run"),
        ("b#2", "HELD", "HELD", "crossdock apply"),
        ("c#3", "", "HELD", ""),
    ]
    assert [row["at"] for row in found] == [NOW, first.until, first.until + SECOND]


def test_who_is_refused_hears_all_of_who_works(ledger: Ledger) -> None:
    """Who, on what, by which command, since when and until when."""
    lease = ledger.acquire("pass", "host:7", NOW, TTL, "crossdock run")
    ledger.renew(lease, NOW + SECOND, TTL)

    with pytest.raises(LeaseHeldError) as caught:
        take(ledger, "host:8")

    told = caught.value
    assert (told.subject, told.owner, told.doing) == ("pass", "host:7", "crossdock run")
    assert (told.since, told.until, told.gone) == (NOW, NOW + SECOND + TTL, False)
    assert told.summary == (
        "host:7 works on pass until 2026-11-20 12:05:01 UTC "
        "(crossdock run, since 2026-11-20 12:00:00 UTC)"
    )
    assert told.of_nobody().summary == f"{told.summary}; that process is gone"


def test_a_lease_of_before_the_audit_told_of_leases(ledger: SqlLedger) -> None:
    """A process of an earlier version may hold it: the message leaves out what nobody knows."""
    row = {"customer": "acme", "subject": "pass", "owner": "host:7", "fence": 1, "until": NOW + TTL}
    ledger._live.change(lambda conn: conn.execute(sa.insert(tables.lease), row))

    with pytest.raises(LeaseHeldError) as caught:
        take(ledger, "host:8")

    assert caught.value.summary == "host:7 works on pass until 2026-11-20 12:05:00 UTC"
