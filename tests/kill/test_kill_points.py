"""SIGKILL in the middle of `run` and `apply`: the next `run` ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from signal import SIGKILL
from typing import Any

import pytest

from tests.kill.place import NORTHPEAK, TIDEWATER, Driver, Place, Site, open_place
from tests.kill.traps import points

SETTLED = timedelta(minutes=10, seconds=36)
"""Past window, timeout and the latest application of an unanswered call, by their defaults."""

POINTS = [
    *points(["create", "export"], ["claim", "send", "done"]),
    "before:advance",
    "after:advance",
]
MIDDLE = 3
Undisturbed = Callable[[Site], dict[str, Any]]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, driver: Driver) -> Undisturbed:
    """The end of a run that nobody interrupted, and of one more after it."""
    ends: dict[str, dict[str, Any]] = {}

    def end(site: Site) -> dict[str, Any]:
        if site.customer not in ends:
            with open_place(site, tmp_path_factory.mktemp(site.customer), driver) as place:
                assert place.run().code == 0
                assert place.run().code == 0
                ends[site.customer] = place.end()
                assert_wanted(place)
        return ends[site.customer]

    return end


def assert_wanted(place: Place) -> None:
    """Exactly the generator's list is in the warehouse, each order once."""
    wanted = sorted(one.number for one in place.world.expected[place.site.customer])
    assert [order[0] for order in place.stored()] == wanted


def assert_same(place: Place, wanted: dict[str, Any]) -> None:
    """The same state, each order once, and nothing left to do."""
    assert_wanted(place)
    assert place.end() == wanted
    before = place.writes()
    assert place.run().code == 0
    assert place.writes() == before


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
