"""The contract of the rest of the memory: leases, holds, inbox, cursors, plans, passes, bodies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import FenceError, LeaseHeldError, LibraryFaultError
from engine.model.effect import EffectState
from engine.ports.ledger import Cursor, Lease, Ledger, PassNote
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
    promise,
    sending,
    stored,
    take,
)


def test_a_held_lease_is_refused(ledger: Ledger) -> None:
    """Nobody, the owner included, takes a lease twice; another subject is another lease."""
    take(ledger, "worker-1")
    for owner in ("worker-1", "worker-2"):
        with pytest.raises(LeaseHeldError, match="worker-1 works on pass until 2026-11-20 12:05"):
            ledger.acquire("pass", owner, NOW + SECOND, TTL)
    assert take(ledger, "worker-2", subject="other").owner == "worker-2"


def test_fences_only_grow(ledger: Ledger) -> None:
    """After expiry and after release the next lease has a larger fence."""
    first = take(ledger)
    second = ledger.acquire("pass", "worker-2", first.until, TTL)
    ledger.release(second)
    third = take(ledger, "worker-3")
    assert first.fence < second.fence < third.fence


def test_renewing_keeps_the_fence(ledger: Ledger) -> None:
    """A renewed lease runs longer and is the same lease."""
    lease = take(ledger)
    renewed = ledger.renew(lease, NOW + SECOND, TTL)
    assert renewed == replace(lease, until=NOW + SECOND + TTL)
    with pytest.raises(LeaseHeldError):
        ledger.acquire("pass", "worker-2", lease.until, TTL)
    assert ledger.claim(intent(), TIMING, NOW, lease) is not None


def test_a_lost_lease_is_not_renewed(ledger: Ledger) -> None:
    """Who was taken over is fenced, and cannot release the successor's lease."""
    lost = take(ledger)
    ledger.acquire("pass", "worker-2", lost.until, TTL)
    with pytest.raises(FenceError):
        ledger.renew(lost, lost.until, TTL)
    ledger.release(lost)
    with pytest.raises(LeaseHeldError):
        ledger.acquire("pass", "worker-3", lost.until, TTL)


def test_a_released_lease_is_gone(ledger: Ledger) -> None:
    """After its release a lease is good for nothing."""
    lease = take(ledger)
    ledger.release(lease)
    with pytest.raises(FenceError):
        ledger.renew(lease, NOW, TTL)
    with pytest.raises(FenceError):
        ledger.claim(intent(), TIMING, NOW, lease)


def test_many_keys_are_asked_at_once(ledger: Ledger, lease: Lease) -> None:
    """More keys than a statement takes parameters are no limit."""
    effect = sending(ledger, lease, binding=promise(binding()))
    ledger.done(effect, OK, NOW, "created")
    names = [str(number) for number in range(40_000)]
    assert list(ledger.bindings(names)) == ["1001"]
    assert list(ledger.bindings_of([*names, "US-1001"])) == ["US-1001"]
    assert list(ledger.by_subject([*names, "wos:1001"])) == ["wos:1001"]
    assert (ledger.products(names), ledger.products_of_items(names)) == ({}, {})
    assert ledger.legs(names) == {}
    assert list(ledger.effects([*names, effect.intent.key])) == [effect.intent.key]


def test_a_hold_keeps_its_beginning(ledger: Ledger) -> None:
    """Held again, a part shows the newest reason and the first time."""
    ledger.hold(hold(since=NOW))
    ledger.hold(hold("1002/east", since=NOW + SECOND))
    ledger.hold(hold(since=NOW + 9 * SECOND, seen=NOW + 9 * SECOND, reason="new reason"))
    first, second = ledger.holds()
    assert (first.since, first.seen, first.reason) == (NOW, NOW + 9 * SECOND, "new reason")
    assert second.part == "1002/east"
    ledger.release_hold("1001/east")
    assert ledger.holds() == [second]


def test_flows_hold_and_ask_for_themselves(ledger: Ledger) -> None:
    """One part waits in two flows at once, and what one flow ends or closes leaves the other's."""
    for flow in ("orders", "shipments"):
        ledger.hold(hold(flow=flow, rule=f"{flow}.wait"))
        ledger.park(item(flow=flow), NOW)
        ledger.park(item(flow=flow), NOW)
    assert [(one.flow, one.rule) for one in ledger.holds()] == [
        ("orders", "orders.wait"),
        ("shipments", "shipments.wait"),
    ]
    assert [(one.flow, one.seen) for one in ledger.inbox()] == [("orders", 2), ("shipments", 2)]
    ledger.release_hold("1001/east", flow="shipments")
    assert [one.flow for one in ledger.holds()] == ["orders"]
    assert ledger.resolve("1001", NOW, "seen", flow="orders") == 1
    assert [one.flow for one in ledger.inbox()] == ["shipments"]


def test_an_item_is_counted_up_while_open(ledger: Ledger) -> None:
    """One open item per business key and kind, with first and last time and the newest text."""
    ledger.park(item(), NOW)
    ledger.park(replace(item(), text="newer"), NOW + SECOND)
    ledger.park(item(kind="doubt"), NOW + 2 * SECOND)
    first, second = ledger.inbox()
    assert (first.seen, first.first_seen, first.last_seen) == (2, NOW, NOW + SECOND)
    assert (first.text, second.kind, second.seen) == ("newer", "doubt", 1)


def test_resolving_closes_what_is_open(ledger: Ledger) -> None:
    """Closed items stay as history, and what comes after is a new item."""
    ledger.park(item(), NOW)
    ledger.park(item(kind="doubt"), NOW)
    assert ledger.resolve("1001", NOW + SECOND, "called them") == 2
    assert ledger.resolve("1001", NOW + SECOND, "called them") == 0
    assert ledger.inbox() == []
    ledger.park(item(), NOW + 2 * SECOND)
    assert [(one.seen, one.first_seen) for one in ledger.inbox()] == [(1, NOW + 2 * SECOND)]
    history = ledger.inbox(include_closed=True)
    assert [one.resolution for one in history] == ["called them", "called them", ""]


def test_a_cursor_moves_from_the_version_seen(ledger: Ledger) -> None:
    """Created with version 0, moved with the version read, and never back."""
    assert ledger.cursor("orders") is None
    ledger.advance(Cursor(feed="orders", watermark=NOW, version=0), NOW)
    seen = ledger.cursor("orders")
    assert seen == Cursor(feed="orders", watermark=NOW, version=1)
    ledger.advance(seen, NOW + SECOND)
    seen = ledger.cursor("orders")
    assert seen == Cursor(feed="orders", watermark=NOW + SECOND, version=2)
    ledger.advance(seen, NOW)
    assert ledger.cursor("orders") == Cursor(feed="orders", watermark=NOW + SECOND, version=3)


@pytest.mark.parametrize("version", [0, 1, 7])
def test_a_moved_cursor_is_fenced(ledger: Ledger, version: int) -> None:
    """Who has seen another version than the stored one does not move the cursor."""
    ledger.advance(Cursor(feed="orders", watermark=NOW, version=0), NOW)
    ledger.advance(Cursor(feed="orders", watermark=NOW, version=1), NOW)
    with pytest.raises(FenceError):
        ledger.advance(Cursor(feed="orders", watermark=NOW, version=version), NOW + SECOND)
    assert ledger.cursor("orders") == Cursor(feed="orders", watermark=NOW, version=2)


def test_a_plan_is_started_then_finished(ledger: Ledger) -> None:
    """Starting twice is going on; a finished plan stays finished."""
    assert ledger.plan_state("d1") is None
    ledger.plan_started("d1", NOW)
    ledger.plan_started("d1", NOW + SECOND)
    assert ledger.plan_state("d1") == "started"
    ledger.plan_finished("d1", NOW)
    ledger.plan_started("d1", NOW)
    assert ledger.plan_state("d1") == "finished"
    with pytest.raises(LibraryFaultError):
        ledger.plan_finished("d2", NOW)


def test_passes_come_newest_first(ledger: Ledger) -> None:
    """The latest passes of one flow, as many as asked for."""
    notes = [
        PassNote(flow="orders", at=NOW + n * SECOND, outcome="ok", counts={"send": n})
        for n in range(3)
    ]
    for note in notes:
        ledger.note_pass(note)
    ledger.note_pass(PassNote(flow="stock", at=NOW, outcome="ok"))
    assert ledger.passes("orders") == [notes[2]]
    assert ledger.passes("orders", 5) == notes[::-1]


def test_unfinished_and_counts(ledger: Ledger, lease: Lease) -> None:
    """What is not ended comes oldest first, and every state has its number."""
    first = ledger.claim(intent("1"), TIMING, NOW + SECOND, lease)
    second = ledger.claim(intent("2"), TIMING, NOW, lease)
    third = ledger.claim(intent("3"), TIMING, NOW + 2 * SECOND, lease)
    assert first is not None
    assert second is not None
    assert third is not None
    ledger.doubt(second, NOW, "no telling")
    ledger.unsent(third, NOW, "absent")
    ledger.done(sending(ledger, lease, "4"), OK, NOW, "created")
    ledger.failed(sending(ledger, lease, "5"), NOW, "no")
    assert [effect.intent.marker for effect in ledger.unfinished()] == ["2", "1", "3"]
    found = {"PLANNED": 1, "SENDING": 1, "DONE": 1, "FAILED": 1, "DOUBT": 1, "SUPERSEDED": 0}
    assert ledger.counts() == found


def test_bodies_are_forgotten(ledger: Ledger, lease: Lease) -> None:
    """Requests of effects that ended before then are erased, once; the others are kept."""
    old, failed, newer, doubt = (sending(ledger, lease, name, memo={"n": name}) for name in "1234")
    ledger.done(old, OK, NOW, "created")
    ledger.failed(failed, NOW, "no")
    ledger.done(newer, OK, NOW + SECOND, "created")
    ledger.doubt(doubt, NOW, "no telling")
    assert ledger.forget_bodies(NOW + SECOND) == 2
    assert ledger.forget_bodies(NOW + SECOND) == 0
    requests = [stored(ledger, effect).intent.request for effect in (old, failed, newer, doubt)]
    assert [bool(request) for request in requests] == [False, False, True, True]
    ledger.retry(failed.intent.key, NOW, "again")
    again = ledger.claim(intent("2"), TIMING, NOW, lease)
    assert again is not None
    assert stored(ledger, again).intent.request == intent("2").request
    assert stored(ledger, old).state is EffectState.DONE
    assert stored(ledger, old).intent.memo == {"n": "1"}


def test_times_without_a_zone_are_refused(ledger: Ledger) -> None:
    """A naive time is a fault of the caller and is not guessed at."""
    with pytest.raises(LibraryFaultError):
        ledger.park(item(), NOW.replace(tzinfo=None))
