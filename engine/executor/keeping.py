"""The lease outlasts what a pass waits for: before each call, and before each sleep, it is renewed
for as long as that may take.

A read may last longer than a lease, and whoever took over meanwhile would have all that was read
come to nothing, pass after pass. A lease long enough for the slowest read would keep everybody
waiting for as long after a crash; a thread that renews would keep it for a process that hangs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.executor.bench import Tenure
from engine.ports.world import Clock, ReadTransport, Request, Response, WriteTransport

Lasting = Callable[[Request], timedelta]
"""How long a call may take at worst."""

_CONNECTING = timedelta(seconds=10)


def at_worst(request: Request) -> timedelta:
    """A timeout until the answer begins, and one until all of it is there."""
    return _CONNECTING + 2 * timedelta(seconds=request.timeout)


class KeepingReader(ReadTransport):
    """A reader before whose calls the lease is kept; raises FenceError where it is lost."""

    def __init__(self, inner: ReadTransport, tenure: Tenure, lasting: Lasting) -> None:
        self._reader = inner
        self._tenure = tenure
        self._lasting = lasting

    def get(self, request: Request) -> Response:
        self._keep(request)
        return self._reader.get(request)

    def token(self, request: Request) -> Response:
        self._keep(request)
        return self._reader.token(request)

    def _keep(self, request: Request) -> None:
        self._tenure.keep(self._lasting(request))


class KeepingWriter(KeepingReader, WriteTransport):
    """A writer of the same kind. Without the lease nothing is sent, though the window is open."""

    def __init__(self, inner: WriteTransport, tenure: Tenure, lasting: Lasting) -> None:
        super().__init__(inner, tenure, lasting)
        self._writer = inner

    def write(self, request: Request, not_after: datetime) -> Response:
        self._keep(request)
        return self._writer.write(request, not_after)


class KeepingClock(Clock):
    """A clock on which one sleeps without losing the lease."""

    def __init__(self, inner: Clock, tenure: Tenure) -> None:
        self._clock = inner
        self._tenure = tenure

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self._tenure.keep(timedelta(seconds=seconds))
        self._clock.sleep(seconds)
