"""Time in a simulation: nobody waits; who sleeps, and every request, moves it on."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.ports.world import Clock


class SimClock(Clock):
    """The engine's clock over a time that is everybody's.

    `true` is what the systems live by; the engine's wall clock is ahead of it by `skew`, which may
    change at any moment. Monotonic time knows nothing of that.
    """

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._passed = 0.0
        self.skew = timedelta()

    @property
    def true(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def now(self) -> datetime:
        return self.true + self.skew

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._passed += max(0.0, seconds)
