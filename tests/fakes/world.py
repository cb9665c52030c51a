"""The machine, as tests want it: time that only sleeping moves, and no chance at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.ports.world import Clock, Randomness

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Starts at noon; `slept` keeps every wait."""

    def __init__(self, now: datetime = NOON) -> None:
        self.moment = now
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


class NoJitter(Randomness):
    """Always the middle."""

    def fraction(self) -> float:
        return 0.5
