"""One process at a time: leases, interrupts, and processes that wake up too late."""

from __future__ import annotations

from datetime import timedelta
from signal import SIGINT, SIGKILL, SIGSTOP

import pytest

from engine.model.effect import STRAY
from tests.kill.place import LEASE, NOON, NORTHPEAK, TIDEWATER, Place
from tests.kill.traps import points
from tests.kill.undisturbed import SETTLED, Undisturbed, assert_same

HELD, INTERRUPTED = 75, 130
STEPS = [*points(["create"], ["claim", "send", "done"]), "after:claim:export", "after:send:export"]


@pytest.mark.parametrize("point", [*STEPS[1::2], "after:claim:export", "after:advance"])
def test_ctrl_c_leaves_a_state_from_which_the_next_run_goes_on(
    northpeak: Place, undisturbed: Undisturbed, point: str
) -> None:
    """Interrupted anywhere it ends with 130, frees its lease, and the next run ends undisturbed."""
    stopped = northpeak.run(point, number=SIGINT, lease=LEASE)
    after = northpeak.run(lease=LEASE)

    assert [stopped.code, after.code] == [INTERRUPTED, 0], after.said
    assert_same(northpeak, undisturbed(NORTHPEAK))


def test_a_second_run_is_told_who_works_and_until_when(northpeak: Place) -> None:
    """While the lease is held a second run sends nothing and ends with 75."""
    killed = northpeak.run("before:claim:create", lease=LEASE)
    before = northpeak.writes()

    second = northpeak.run(lease=LEASE)
    until = (NOON + timedelta(seconds=LEASE)).strftime("%H:%M:%S UTC")

    assert killed.killed == SIGKILL
    assert second.code == HELD
    assert f":{killed.pid} works on northpeak" in second.said
    assert until in second.said
    assert "that process is gone" in second.said
    assert northpeak.writes() == before
    northpeak.wait(timedelta(seconds=LEASE))
    assert northpeak.run(lease=LEASE).code == 0


def test_an_apply_is_told_so_too(northpeak: Place) -> None:
    """A run and an apply share the lease."""
    plan = northpeak.plan()
    northpeak.run("before:claim:create", lease=LEASE)

    assert northpeak.apply(plan, lease=LEASE).code == HELD
    assert northpeak.stored() == []


@pytest.mark.parametrize("point", STEPS)
def test_a_process_that_wakes_after_its_time_sends_nothing(
    tidewater: Place, undisturbed: Undisturbed, point: str
) -> None:
    """Stopped until another has done its work, it finds lease or window gone and ends with 75."""
    zombie = tidewater.run(point, nth=2, number=SIGSTOP, lease=LEASE)
    tidewater.wait(SETTLED)
    successor = tidewater.run(lease=LEASE)
    before = tidewater.writes()

    woken = tidewater.driver.go_on(zombie.pid)

    assert zombie.stopped == SIGSTOP
    assert successor.code == 0, successor.said
    assert woken.code == HELD
    assert tidewater.writes() == before
    assert_same(tidewater, undisturbed(TIDEWATER))


def test_a_process_that_wakes_in_its_window_finds_its_lease_gone(
    northpeak: Place, undisturbed: Undisturbed
) -> None:
    """With the lease at zero a successor comes at once; what the late one sends is refused."""
    zombie = northpeak.run("after:claim:create", nth=2, number=SIGSTOP)
    successor = northpeak.run()

    woken = northpeak.driver.go_on(zombie.pid)

    assert successor.code == 0, successor.said
    assert woken.code == HELD
    assert_same(northpeak, undisturbed(NORTHPEAK))


def test_a_process_that_wakes_while_its_successor_waits(
    tidewater: Place, undisturbed: Undisturbed
) -> None:
    """It sends inside its window, and the successor, who waited for its time, sends no second."""
    zombie = tidewater.run("after:claim:create", nth=2, number=SIGSTOP)
    early = tidewater.run()
    woken = tidewater.driver.go_on(zombie.pid)
    tidewater.wait(SETTLED)
    after = tidewater.run()

    assert [early.code, woken.code, after.code] == [5, HELD, 0], after.said
    assert_same(tidewater, undisturbed(TIDEWATER))


@pytest.mark.parametrize("place", ["northpeak", "tidewater"])
def test_the_hole_that_is_left_is_counted(place: str, request: pytest.FixtureRequest) -> None:
    """Stopped between its look at the window and the first byte, a process sends when it wakes up:
    a site that promises unique numbers refuses it, another one has the order twice; both are told.
    """
    at: Place = request.getfixturevalue(place)
    zombie = at.run("after:look", nth=2, number=SIGSTOP, lease=LEASE)
    at.wait(SETTLED)
    successor = at.run(lease=LEASE)
    before = [order[0] for order in at.stored()]

    woken = at.driver.go_on(zombie.pid)
    after = [order[0] for order in at.stored()]

    assert [zombie.stopped, successor.code, woken.code] == [SIGSTOP, 0, HELD], successor.said
    assert len(before) == len(set(before))
    assert len(after) - len(before) == (0 if at.site.unique else 1)
    with at.ledger() as ledger:
        (told,) = ledger.audit(STRAY)
    assert told["actor"].endswith(f":{zombie.pid}#1")
    assert "s after its time and its lease was somebody else's by then; answered" in told["detail"]
    assert at.run(lease=LEASE).code == 0
