"""Times as ChannelAdvisor writes them: UTC with Z, 0 to 7 fraction digits, many of them equal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.sandbox.world.chance import Random

FIRST = datetime(2026, 11, 2, tzinfo=UTC)
"""The earliest stamp of an order that is not too old, well inside every customer's first day."""

LAST_HOUR = timedelta(hours=1)
OLD = "2026-10-20T09:30:00.84Z"
_FRACTIONS = ("", ".3", ".15", ".29", ".823", ".0233", ".91333", ".626667", ".8233333", ".9133333")


class Stamps:
    """A pool of moments up to an hour before `now`, from which orders draw, so that many agree."""

    def __init__(self, chance: Random, now: datetime, size: int) -> None:
        if now.astimezone(UTC) < FIRST + timedelta(days=1):
            raise ValueError(f"A world needs a now after {FIRST + timedelta(days=1)}.")
        self._chance = chance
        span = int((now.astimezone(UTC) - LAST_HOUR - FIRST).total_seconds())
        seconds = sorted(chance.randrange(span) for _ in range(max(8, size // 6)))
        self._pool = [
            (FIRST + timedelta(seconds=second), chance.choice(_FRACTIONS)) for second in seconds
        ]

    def pair(self) -> tuple[str, str]:
        """When an order was placed and when it was last touched; the second is not the earlier."""
        first = self._chance.randrange(len(self._pool))
        last = min(len(self._pool) - 1, first + self._chance.choice((0, 0, 1, 2, 5)))
        return self._text(first), self._text(last)

    def _text(self, at: int) -> str:
        moment, fraction = self._pool[at]
        if fraction and len(fraction) < 8 and self._chance.random() < 0.2:
            fraction += "0"  # The same moment in another spelling.
        return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
