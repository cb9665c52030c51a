"""One time for a pass: whatever the machine's clock is set to, windows and leases end."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.world import SteadyClock, SystemClock, has_ended, this_process
from engine.ports.world import Clock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class SetClock(Clock):
    """A machine whose wall clock people set; `passed` is what really went by."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.off = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed + self.off)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


MOVES = st.lists(st.tuples(st.floats(0, 100), st.floats(-5000, 5000)), max_size=20)


@given(MOVES)
def test_it_is_never_set_back_and_never_slow(moves: list[tuple[float, float]]) -> None:
    """At least what went by goes by, and it is never behind the wall clock."""
    wall = SetClock()
    clock = SteadyClock(wall)
    before, began = clock.now(), wall.passed
    for seconds, step in moves:
        clock.sleep(seconds)
        wall.off += step
        now = clock.now()
        assert now >= wall.now()
        assert (now - before).total_seconds() >= wall.passed - began - 1e-3
        before, began = now, wall.passed


@given(MOVES, st.floats(1, 60))
def test_a_window_is_open_only_while_both_clocks_say_so(
    moves: list[tuple[float, float]], length: float
) -> None:
    """Neither the seconds that went by nor the wall clock may have passed its end."""
    wall = SetClock()
    clock = SteadyClock(wall)
    until = clock.now() + timedelta(seconds=length)
    for seconds, step in moves:
        clock.sleep(seconds)
        wall.off += step
        if clock.now() < until:
            assert wall.now() < until
            assert wall.passed < length + 1e-3


def test_while_nobody_sets_the_clock_it_is_the_clock() -> None:
    """Rows show the wall clock; a correction forward is taken over at once."""
    wall = SetClock()
    clock = SteadyClock(wall)
    for step in (0.0, 0.3, 60.0):
        wall.sleep(7.1)
        wall.off += step
        assert clock.now() == wall.now()
    assert clock.monotonic() == wall.monotonic()


def test_of_this_machine() -> None:
    """Over the real clock it is the real time."""
    real = SystemClock()
    before = real.now()

    assert before <= SteadyClock(real).now() <= real.now() + timedelta(seconds=1)


def test_a_process_that_has_ended_is_known() -> None:
    """One of this host that runs no more; its number is not given away while nobody has waited."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert has_ended(f"{platform.node()}:{ended.pid}")
    assert not has_ended(this_process())


@pytest.mark.parametrize(
    "process",
    [
        f"elsewhere.example.com:{2**22 + 1}",
        f"{platform.node()}:worker",
        f"{platform.node()}:{2**80}",
        f"{platform.node()}:1",
        "",
    ],
)
def test_of_others_nobody_knows(process: str) -> None:
    """Another host, a name of another form, a process of somebody else: none counts as gone."""
    assert not has_ended(process)
