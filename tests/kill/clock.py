"""A stepped clock that several processes share: its time is a file, and only sleeping moves it."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from engine.ports.world import Clock


class SharedClock(Clock):
    """Whoever reads the file sees the same time: the engine's processes and the sandboxes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text(encoding="utf-8"))

    def monotonic(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self.set(self.now() + timedelta(seconds=max(0.0, seconds)))

    def set(self, moment: datetime) -> None:
        """Moves the clock; nobody ever reads half a time."""
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(moment.isoformat(), encoding="utf-8")
        fresh.replace(self._path)
