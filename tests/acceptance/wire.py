"""A machine's writer that keeps every request that it was given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.adapters.http import HttpWriter
from engine.ports.world import Clock, Request, Response


@dataclass(slots=True)
class Wire:
    """Keeps path and body of each write, the token calls apart."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, clock: Clock) -> HttpWriter:
        return Listening(clock, self.sent)


class Listening(HttpWriter):
    """Writes, and keeps what it wrote."""

    def __init__(self, clock: Clock, sent: list[tuple[str, str]]) -> None:
        super().__init__(clock)
        self._sent = sent

    def write(self, request: Request, not_after: datetime) -> Response:
        self._sent.append((request.url, (request.body or b"").decode()))
        return super().write(request, not_after)
