"""What ChannelAdvisor told of itself in this pass: its time, and its distribution centers.

Both stand in `Shared`: all sides of a connection know them together, and the next pass asks anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from engine.adapters.channeladvisor import protocol
from engine.errors import ProtocolError
from engine.ports.world import Response

# Seconds. A time that is older than it seems makes a window end sooner, and nothing else.
FRESH = 60.0


class Times:
    """The service's time at its last answer, whatever was asked. Safe to use from several threads.

    Every answer carries it (its Date header), the one that brings the token first.
    """

    def __init__(self) -> None:
        self._last: tuple[float, datetime] | None = None

    def heard(self, response: Response, at: float) -> None:
        """Keeps the time of an answer that came `at` (monotonic); one without a time tells none."""
        with suppress(ProtocolError):
            self._last = (at, protocol.date_of(response))

    def recent(self, now: float) -> datetime | None:
        """The last answer's time (UTC); None where none came within a minute."""
        last = self._last
        return last[1] if last is not None and now - last[0] < FRESH else None


class Centers:
    """The list of distribution centers. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Mapping[str, Any]] | None = None

    def rows(self, read: Callable[[], list[Mapping[str, Any]]]) -> Sequence[Mapping[str, Any]]:
        """The rows of the list; `read` for who asks first."""
        with self._lock:
            if self._rows is None:
                self._rows = read()
            return self._rows
