"""Keeping to a system's limits: calls in flight, and calls a minute, on the Clock port.

One limited transport is one budget. Whoever composes the reader and the writer of one connection
hands both the same one; wrapping a second time changes nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

from engine.adapters.settings import Limits
from engine.ports.world import Clock, ReadTransport, Request, Response, WriteTransport

_BURST_SHARE = 20


class RateLimiter:
    """At most `per_minute` calls start in any minute; a twentieth of them may come at once."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        burst = max(1, per_minute // _BURST_SHARE)
        self._interval = 60.0 / (per_minute - burst + 1)
        self._tolerance = self._interval * (burst - 1)
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock.monotonic()

    def wait(self) -> None:
        """Sleeps until this call may start."""
        delay = self._book()
        if delay > 0:
            self._clock.sleep(delay)

    def pause(self, seconds: float) -> None:
        """Nobody starts a call for so long: the system said that it is too much."""
        with self._lock:
            earliest = self._clock.monotonic() + seconds + self._tolerance
            self._next = max(self._next, earliest)

    def _book(self) -> float:
        """Takes the next free start (the theoretical arrival time of GCRA); seconds until then."""
        with self._lock:
            now = self._clock.monotonic()
            start = max(self._next - self._tolerance, now)
            self._next = max(self._next, now) + self._interval
            return start - now


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


def limited_reader(inner: ReadTransport, limits: Limits, clock: Clock) -> ReadTransport:
    """The reader within these limits; one that is limited already is returned as it is."""
    if isinstance(inner, LimitedReader):
        return inner
    return LimitedReader(inner, Throttle(limits, clock))


def limited_writer(inner: WriteTransport, limits: Limits, clock: Clock) -> WriteTransport:
    """The writer within these limits; one that is limited already is returned as it is."""
    if isinstance(inner, LimitedWriter):
        return inner
    return LimitedWriter(inner, Throttle(limits, clock))


def retry_after(response: Response) -> float | None:
    """The seconds of a Retry-After header; None where there is none in seconds.

    The other form, a date, is of no use against a clock that may be wrong.
    """
    value = response.headers.get("retry-after", "").strip()
    return float(value) if value.isdecimal() else None
