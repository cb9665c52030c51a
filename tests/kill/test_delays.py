"""Answers that are missing: nothing is repeated too early, and nothing is forgotten after."""

from __future__ import annotations

from datetime import timedelta
from signal import SIGKILL
from typing import Any

import pytest

from engine.model.effect import EffectState
from engine.sandbox.faults import FaultRule
from tests.kill.place import NORTHPEAK, TIDEWATER, Place
from tests.kill.undisturbed import SETTLED, Undisturbed, assert_same, assert_wanted

CREATE = "/host/v2/orders$"
MINUTE = timedelta(minutes=1)


def lost(kind: str, **more: Any) -> FaultRule:
    """A fault on creates at the site without unique numbers; its address is PUT."""
    return FaultRule(kind=kind, method="PUT", path="/host/v2/orders", **more)


def test_nothing_is_sent_again_before_its_time(tidewater: Place) -> None:
    """Until `settle_at` a create without an answer is left alone, and the pass says so with 5."""
    tidewater.run("after:send:create")
    first = tidewater.stored()
    with tidewater.ledger() as ledger:
        (row,) = ledger.unfinished()
    assert row.settle_at is not None
    tidewater.clock.set(row.settle_at - timedelta(seconds=1))

    early = tidewater.run()

    assert early.code == 5, early.said
    assert len(first) == 1
    assert [order[0] for order in tidewater.stored()].count(first[0][0]) == 1
    assert tidewater.states()[EffectState.SENDING] == 1
    assert_wanted(tidewater)


@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "500", "500-after", "html-502"])
def test_a_create_without_a_usable_answer_is_settled_by_reading_back(
    tidewater: Place, undisturbed: Undisturbed, kind: str
) -> None:
    """Processed or not, after the real delays the order is there once, and flagged as exported."""
    tidewater.spoil([], [lost(kind, nth=2)])

    doubtful = tidewater.run()
    tidewater.wait(SETTLED)
    after = tidewater.run()

    assert doubtful.code == 5, doubtful.said
    assert after.code == 0, after.said
    assert_same(tidewater, undisturbed(TIDEWATER))


def test_a_create_that_is_applied_late_is_not_sent_again(
    tidewater: Place, undisturbed: Undisturbed
) -> None:
    """A write that the site applies minutes after its sender gave up leads to one order."""
    tidewater.spoil([], [lost("late", nth=2, seconds=590)])

    codes = [tidewater.run().code]
    tidewater.wait(9 * MINUTE)
    codes.append(tidewater.run().code)
    tidewater.wait(SETTLED - 9 * MINUTE)
    codes.append(tidewater.run().code)

    assert codes == [5, 5, 0]
    assert_same(tidewater, undisturbed(TIDEWATER))


def test_a_create_that_is_applied_late_on_a_site_with_unique_numbers(
    northpeak: Place, undisturbed: Undisturbed
) -> None:
    """There it is sent again at once, and the site itself refuses the late one."""
    northpeak.spoil([], [FaultRule(kind="late", path="AddOrder", nth=2, seconds=1)])

    code = northpeak.run().code

    assert code == 0
    assert_same(northpeak, undisturbed(NORTHPEAK))


@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "500", "500-after", "429"])
def test_an_export_without_a_usable_answer_is_sent_again_at_once(
    northpeak: Place, undisturbed: Undisturbed, kind: str
) -> None:
    """The flag is set by the same pass: a repeat of it changes nothing."""
    northpeak.spoil([FaultRule(kind=kind, path="/Export", nth=2)], [])

    assert northpeak.run().code == 0
    assert_same(northpeak, undisturbed(NORTHPEAK))


def test_a_throttle_after_a_crash_proves_nothing(
    northpeak: Place, undisturbed: Undisturbed
) -> None:
    """That a repeat was turned away says nothing of the send before it: it stays open."""
    northpeak.run("after:send:create", nth=2)
    northpeak.spoil([], [FaultRule(kind="429", path="AddOrder", count=3)])

    throttled = northpeak.run()
    after = northpeak.run()

    assert throttled.code == 5, throttled.said
    assert after.code == 0, after.said
    assert_same(northpeak, undisturbed(NORTHPEAK))


def test_a_file_goes_on_where_the_system_was_down(
    tidewater: Place, undisturbed: Undisturbed
) -> None:
    """Changes that wait for their time do not keep back the rest of the file."""
    tidewater.spoil([], [lost("cut-before", count=5)])
    plan = tidewater.plan()
    down = tidewater.apply(plan)
    again = tidewater.apply(plan)
    waiting = tidewater.states()[EffectState.SENDING]
    done = len(tidewater.stored())
    tidewater.wait(SETTLED)

    assert down.code == 1, down.said
    assert again.code == 5, again.said
    assert waiting == 5
    assert done == len(tidewater.world.expected["tidewater"]) - 5
    assert tidewater.apply(plan).code == 0
    assert_same(tidewater, undisturbed(TIDEWATER))


def test_an_order_that_was_cancelled_meanwhile_is_not_sent_the_next_day(northpeak: Place) -> None:
    """Past its time an unanswered create is read back and decided again, not repeated."""
    killed = northpeak.run("before:send:create", nth=2)
    with northpeak.ledger() as ledger:
        row = next(row for row in ledger.unfinished() if row.intent.kind == "create")
    assert row.intent.binding is not None
    order = northpeak.channel.store.order(int(row.intent.binding["order"]))
    assert order is not None
    northpeak.channel.store.put({**order, "ShippingStatus": "Canceled"})
    northpeak.wait(timedelta(days=1))

    assert killed.killed == SIGKILL
    assert northpeak.run().code == 0
    assert row.intent.marker not in [stored[0] for stored in northpeak.stored()]
