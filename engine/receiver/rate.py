"""How often somebody may post: so many at once, then so many a second."""

from __future__ import annotations

import threading

from engine.errors import CrossdockError
from engine.ports.world import Clock


class TooManyError(CrossdockError):
    """A site posts more than is taken: what it posted is not stored."""


class Bucket:
    """Tokens that come back with time; safe to use from several threads."""

    def __init__(self, clock: Clock, *, rate: float, burst: int) -> None:
        """`rate` is tokens a second, `burst` how many there are at most."""
        self._clock = clock
        self._gap = 1.0 / rate
        self._depth = burst * self._gap
        self._full_at = clock.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Takes one token; False where there is none."""
        with self._lock:
            now = self._clock.monotonic()
            full_at = max(now, self._full_at) + self._gap
            if full_at - now > self._depth:
                return False
            self._full_at = full_at
            return True
