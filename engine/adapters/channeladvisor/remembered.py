"""What ChannelAdvisor told of itself in this pass: its distribution centers.

They stand in `Shared`: all sides of a connection know them together, and the next pass asks anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any


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
