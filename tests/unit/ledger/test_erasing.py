"""A buyer's data leave the ledger, and every old copy of them its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import CrossdockError, FenceError
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import EffectState
from engine.model.stock import Message, MessageKind
from engine.ports.custody import Erased
from engine.ports.ledger import Cursor, Lease
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, SECOND, binding, hold, item, promise, sending, take

CANARY = "Canarina Serinus"
REQUEST = {"method": "POST", "path": "/orders", "body": f'{{"shipTo": "{CANARY}"}}'}


@pytest.fixture
def held(file: Path) -> Iterator[SqlLedger]:
    """A ledger with one lease that was taken."""
    with closing(open_ledger(url_of(file), "acme", owner="w")) as opened:
        yield opened


@pytest.fixture
def mine(held: SqlLedger) -> Lease:
    """The lease on it."""
    return take(held)


def done(ledger: SqlLedger, lease: Lease, name: str = "1001", **changes: str) -> None:
    """An order that was created, of the canary."""
    bound = promise(binding(name))
    effect = sending(ledger, lease, name, order=name, binding=bound, request=REQUEST, **changes)
    ledger.done(effect, OK, NOW, "created")


def traces(file: Path) -> list[str]:
    """The files of a ledger in which the canary's name can be read."""
    found = sorted(file.parent.glob(f"{file.name}*"))
    return [path.name for path in found if CANARY.encode() in path.read_bytes()]


def test_old_copies_are_gone_too(file: Path) -> None:
    """From pages that were freed before anybody thought of it, and from the log that is open."""
    with closing(sqlite3.connect(file)) as older:
        older.execute("PRAGMA secure_delete=OFF")
        older.execute("CREATE TABLE before (body TEXT)")
        older.executemany("INSERT INTO before VALUES (?)", [(CANARY * 300,)] * 20)
        older.execute("DROP TABLE before")
        older.commit()
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        done(ledger, take(ledger))
        assert traces(file) == ["ledger.db", "ledger.db-wal"]
        assert ledger.erase("1001", NOW, "asked") == Erased(bodies=1, raws=0)
        assert traces(file) == []


def test_what_is_forgotten_by_age_is_gone_too(held: SqlLedger, mine: Lease, file: Path) -> None:
    """Retention leaves no copy behind either, once the ledger is closed."""
    long = sending(held, mine, request={**REQUEST, "body": CANARY * 1000})
    held.done(long, OK, NOW, "created")
    held.forget_bodies(NOW + SECOND)
    held.close()

    assert traces(file) == []


def test_the_messages_of_the_order_lose_their_raw_record(
    held: SqlLedger, mine: Lease, file: Path
) -> None:
    """Those that are about its number, and those in whose own words it stands; no others."""
    done(held, mine)
    raw = {"to": CANARY}
    held.store_messages(
        [
            Message(key="m1", kind=MessageKind.PACK, order="US-1001", raw=raw),
            Message(key="m2", kind=MessageKind.UNKNOWN, raw={"body": f"US-1001 to {CANARY}"}),
            Message(key="m3", kind=MessageKind.PACK, order="US-9", raw={"to": "Somebody Else"}),
        ],
        NOW,
    )
    assert held.erase("1001", NOW, "asked") == Erased(bodies=1, raws=2)

    kept = held.messages(["pack", "unknown"])
    assert [dict(row.message.raw) for row in kept] == [{}, {}, {"to": "Somebody Else"}]
    assert [one.raw for one in held.record_of("1001").messages] == [False]
    assert traces(file) == []


def test_a_product_of_the_same_key_is_something_else(held: SqlLedger, mine: Lease) -> None:
    """Only the flows of orders are about orders: an item's request has no buyer."""
    done(held, mine)
    item_effect = sending(
        held, mine, "item", order="1001", flow="items", marker="MUG", request=REQUEST
    )
    held.done(item_effect, OK, NOW, "accepted")
    held.erase("1001", NOW, "asked")

    assert held.effects([item_effect.intent.key])[item_effect.intent.key].intent.request


@pytest.mark.parametrize("ending", ["unsent", "doubt", None])
def test_an_effect_that_has_not_ended_keeps_everything(
    held: SqlLedger, mine: Lease, ending: str | None
) -> None:
    """Nothing is erased in part: the bodies that could go stay until all can."""
    done(held, mine)
    effect = sending(held, mine, "1001b", order="1001", request=REQUEST)
    if ending is not None:
        getattr(held, ending)(effect, NOW, "why")
    state = held.effects([effect.intent.key])[effect.intent.key].state
    with pytest.raises(CrossdockError, match=f"is {state}: what it says") as caught:
        held.erase("1001", NOW, "asked")

    assert "crossdock" in caught.value.advice
    assert all(one.body for one in held.record_of("1001").effects)
    assert [one.state for one in held.record_of("1001").unfinished] == [state]


def test_what_a_person_decides_afterwards_needs_no_body(held: SqlLedger, mine: Lease) -> None:
    """A refused effect is erased and can be retried: it is claimed with a new request."""
    effect = sending(held, mine, order="1001", request=REQUEST)
    held.failed(effect, NOW, "no")
    held.erase("1001", NOW, "asked")
    held.retry(effect.intent.key, NOW, "again")
    again = sending(held, mine, order="1001")

    assert (again.state, again.attempts) == (EffectState.SENDING, 2)


def test_a_record_has_all_that_is_about_an_order(held: SqlLedger, mine: Lease) -> None:
    """Bindings, effects, holds and inbox items of it and its parts, and of no other order."""
    done(held, mine, business_key="1001/east")
    done(held, mine, "1002")
    held.hold(hold("1001/west"))
    held.hold(hold("1003/east"))
    held.park(item("1001/east"), NOW)
    held.park(item("1003/east"), NOW)
    record = held.record_of("1001")

    assert [one.number for one in record.bindings] == ["US-1001"]
    assert [one.marker for one in record.effects] == ["1001"]
    assert [one.part for one in record.holds] == ["1001/west"]
    assert [one.business_key for one in record.inbox] == ["1001/east"]
    assert record.is_known
    assert not held.record_of("1009").is_known
    assert held.order_of_number("US-1001") == held.order_of_number("1001") == "1001"
    assert held.order_of_number("US-1009") is None


def test_a_cursor_is_moved_from_where_it_stood(held: SqlLedger) -> None:
    """Back and forth, each time on record; who saw an older version moves nothing."""
    held.advance(Cursor(feed="orders", watermark=NOW, version=0), NOW)
    held.move_cursor("orders", 1, NOW - SECOND, NOW, "outage")
    with pytest.raises(FenceError, match="moved by another process"):
        held.move_cursor("orders", 1, NOW, NOW, "late")

    assert held.cursor("orders") == Cursor(feed="orders", watermark=NOW - SECOND, version=2)
    (step,) = held.audit("cursor:orders")
    assert (step["from"], step["to"]) == (NOW.isoformat(), (NOW - SECOND).isoformat())
