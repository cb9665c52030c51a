"""Keeping to a system's limits: calls in flight, and calls a minute, on the Clock port.

One throttle is one budget. Whoever composes the reader and the writer of one connection limits both
with the same one; an adapter takes its transport as it is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from engine.ports.systems import Limits
from engine.ports.world import Clock, ReadTransport, Request, Response, WriteTransport

# A second more than a minute: calls take their time on the way, and not all the same.
_WINDOW = 61.0
_LONGEST_PAUSE = 300.0


class RateLimiter:
    """At most `per_minute` calls start in any minute; after an idle one they may all come at once.

    It remembers the starts of the last minute: exact, where a token bucket would give away either
    the burst or the rate.
    """

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._starts: deque[float] = deque(maxlen=per_minute)
        self._earliest = clock.monotonic()

    def wait(self) -> None:
        """Sleeps until this call may start."""
        delay = self._book()
        if delay > 0:
            self._clock.sleep(delay)

    def pause(self, seconds: float) -> None:
        """Nobody starts a call for so long: the system said that it is too much."""
        with self._lock:
            self._earliest = max(self._earliest, self._clock.monotonic() + seconds)

    def _book(self) -> float:
        """Takes the next free start; seconds until then."""
        with self._lock:
            now = self._clock.monotonic()
            full = len(self._starts) == self._starts.maxlen
            free = self._starts[0] + _WINDOW if full else now
            self._earliest = max(self._earliest, free, now)
            self._starts.append(self._earliest)
            return self._earliest - now


class Throttle:
    """Both limits together."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._slots: AbstractContextManager[object] = (
            threading.BoundedSemaphore(limits.in_flight) if limits.in_flight else nullcontext()
        )
        self._rate = RateLimiter(limits.per_minute, clock) if limits.per_minute else None

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call: waits for a slot and for the rate."""
        with self._slots:
            if self._rate:
                self._rate.wait()
            yield

    def heard(self, response: Response) -> Response:
        """Passes an answer through; a 429 that names a delay stops everybody for so long."""
        delay = retry_after(response)
        if response.status == 429 and delay and self._rate:
            self._rate.pause(delay)
        return response


class LimitedReader(ReadTransport):
    """A reader that keeps to a throttle."""

    def __init__(self, inner: ReadTransport, throttle: Throttle) -> None:
        self._reader = inner
        self._throttle = throttle

    def get(self, request: Request) -> Response:
        with self._throttle.call():
            return self._throttle.heard(self._reader.get(request))

    def token(self, request: Request) -> Response:
        with self._throttle.call():
            return self._throttle.heard(self._reader.token(request))


class LimitedWriter(LimitedReader, WriteTransport):
    """A writer that keeps to a throttle; a wait that outlasts the send window ends unsent."""

    def __init__(self, inner: WriteTransport, throttle: Throttle) -> None:
        super().__init__(inner, throttle)
        self._writer = inner

    def write(self, request: Request, not_after: datetime) -> Response:
        with self._throttle.call():
            return self._throttle.heard(self._writer.write(request, not_after))


def retry_after(response: Response) -> float | None:
    """The seconds of a Retry-After header; None where there is none in seconds.

    The other form, a date, is of no use against a clock that may be wrong. Nobody is waited for
    longer than five minutes: a limit counts by the minute, and a wrong figure would stop a pass for
    good.
    """
    value = response.headers.get("retry-after", "").strip()
    return min(float(value), _LONGEST_PAUSE) if value.isdecimal() else None
