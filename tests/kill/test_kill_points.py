"""SIGKILL in the middle of `run` and `apply`: the next `run` ends as if nothing had happened."""

from __future__ import annotations

from signal import SIGKILL

import pytest

from tests.kill.place import NORTHPEAK, TIDEWATER, Place
from tests.kill.traps import points
from tests.kill.undisturbed import SETTLED, Undisturbed, assert_same

POINTS = [
    *points(["create", "export"], ["claim", "send", "done"]),
    "before:advance",
    "after:advance",
]
MIDDLE = 3


@pytest.mark.parametrize("command", ["run", "apply"])
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_pass_on_a_site_with_unique_numbers(
    northpeak: Place, undisturbed: Undisturbed, command: str, point: str
) -> None:
    """With the lease at zero the very next run, at the same moment, ends undisturbed."""
    nth = 1 if "advance" in point else MIDDLE

    killed = _disturbed(northpeak, command, point, nth)
    after = northpeak.run()

    assert killed == SIGKILL
    assert after.code == 0, after.said
    assert_same(northpeak, undisturbed(NORTHPEAK))


@pytest.mark.parametrize("command", ["run", "apply"])
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_pass_on_a_site_without_unique_numbers(
    tidewater: Place, undisturbed: Undisturbed, command: str, point: str
) -> None:
    """After the real delays, on a stepped clock, the next run ends in the undisturbed state."""
    nth = 1 if "advance" in point else MIDDLE

    killed = _disturbed(tidewater, command, point, nth)
    tidewater.wait(SETTLED)
    after = tidewater.run()

    assert killed == SIGKILL
    assert after.code == 0, after.said
    assert_same(tidewater, undisturbed(TIDEWATER))


def _disturbed(place: Place, command: str, point: str, nth: int) -> int | None:
    if command == "run":
        return place.run(point, nth=nth).killed
    return place.apply(place.plan(), point, nth=nth).killed
