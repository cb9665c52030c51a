"""Killed twice, killed behind the cursor, applied again, looked at while open."""

from __future__ import annotations

from datetime import timedelta
from signal import SIGKILL

import pytest

from tests.kill.place import NORTHPEAK, TIDEWATER, Place
from tests.kill.undisturbed import SETTLED, Undisturbed, assert_same

DAY = timedelta(days=1)


@pytest.mark.parametrize("point", ["before:send:create", "after:send:create"])
@pytest.mark.parametrize(
    "second",
    ["before:done:create", "after:done:create", "before:claim:export", "after:send:export"],
)
def test_killed_again_while_it_recovers(
    tidewater: Place, undisturbed: Undisturbed, point: str, second: str
) -> None:
    """A second kill, in the pass that settles the first, changes nothing of the end."""
    first = tidewater.run(point, nth=2)
    tidewater.wait(SETTLED)
    again = tidewater.run(second)
    tidewater.wait(SETTLED)
    after = tidewater.run()

    assert [first.killed, again.killed, after.code] == [SIGKILL, SIGKILL, 0], after.said
    assert_same(tidewater, undisturbed(TIDEWATER))


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("step", ["absent_once:create", "unsent:create"])
def test_killed_between_two_absent_readings(
    tidewater: Place, undisturbed: Undisturbed, side: str, step: str
) -> None:
    """The readings start again, and the order is sent once."""
    tidewater.run("before:send:create", nth=2)
    tidewater.wait(SETTLED)
    again = tidewater.run(f"{side}:{step}")
    after = tidewater.run()

    assert [again.killed, after.code] == [SIGKILL, 0], after.said
    assert_same(tidewater, undisturbed(TIDEWATER))


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("step", ["reclaim:create", "send:create", "done:create"])
def test_killed_again_while_it_repeats(
    northpeak: Place, undisturbed: Undisturbed, side: str, step: str
) -> None:
    """Where numbers are unique, the repeat of an unanswered create may be killed as well."""
    northpeak.run("before:send:create", nth=2)
    again = northpeak.run(f"{side}:{step}")
    after = northpeak.run()

    assert [again.killed, after.code] == [SIGKILL, 0], after.said
    assert_same(northpeak, undisturbed(NORTHPEAK))


@pytest.mark.parametrize(
    "point", ["after:claim:create", "after:send:create", "after:claim:export", "after:send:export"]
)
def test_found_the_next_day(northpeak: Place, undisturbed: Undisturbed, point: str) -> None:
    """Past its time an effect is read back and, where nothing is found, planned anew."""
    killed = northpeak.run(point, nth=2)
    northpeak.wait(DAY)
    after = northpeak.run()

    assert [killed.killed, after.code] == [SIGKILL, 0], after.said
    assert_same(northpeak, undisturbed(NORTHPEAK))


@pytest.mark.parametrize("point", ["after:done:create", "before:claim:export"])
def test_killed_with_an_order_that_the_cursor_has_passed(northpeak: Place, point: str) -> None:
    """An order that was held for days and is killed between create and export is still exported."""
    northpeak.run()
    order = northpeak.world.specials["unmapped-class"]
    rules = northpeak.root / "rulesets" / "northpeak" / "ruleset.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("NextDay: 1DAY", "NextDay: 1DAY\n      Freight: LTL"), "utf-8")

    killed = northpeak.run(point)
    after = northpeak.run()

    assert [killed.killed, after.code] == [SIGKILL, 0], after.said
    assert order in northpeak.flagged()
    assert not [hold for hold in northpeak.end()["holds"] if str(order) in hold[0]]


@pytest.mark.parametrize("point", ["after:send:create", "before:done:export", "after:advance"])
def test_a_killed_apply_goes_on_with_the_same_file(
    northpeak: Place, undisturbed: Undisturbed, point: str
) -> None:
    """A half-applied file goes on, and a finished one says so and sends nothing."""
    plan = northpeak.plan()
    killed = northpeak.apply(plan, point)
    again = northpeak.apply(plan)
    before = northpeak.writes()
    finished = northpeak.apply(plan)

    assert [killed.killed, again.code, finished.code] == [SIGKILL, 0, 0], again.said
    assert "applied before" in finished.said
    assert northpeak.writes() == before
    assert_same(northpeak, undisturbed(NORTHPEAK))


def test_a_killed_plan_of_one_order_is_ended_by_the_next_run(
    northpeak: Place, undisturbed: Undisturbed
) -> None:
    """A plan with --only moves no cursor, and what it began is not forgotten."""
    order = str(northpeak.world.specials["kept-bundle"])
    plan = northpeak.plan("--only", order)

    killed = northpeak.apply(plan, "after:done:create")
    with northpeak.ledger() as ledger:
        held = [hold.part for hold in ledger.holds()]
    after = northpeak.run()

    assert killed.killed == SIGKILL
    assert held == [order]
    assert after.code == 0
    assert_same(northpeak, undisturbed(NORTHPEAK))


def test_a_preview_after_a_kill_shows_what_is_left(northpeak: Place) -> None:
    """The ledger of a process that was killed can be looked at before anybody mends it."""
    northpeak.run("after:send:create", nth=2)
    before = northpeak.writes()

    seen = northpeak.call(["plan", "northpeak"])

    assert seen.code == 2, seen.said
    assert "an earlier send has no answer yet" in " ".join(seen.said.split())
    assert northpeak.writes() == before
