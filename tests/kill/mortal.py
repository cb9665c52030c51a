"""A process that takes its own life, by SIGKILL, at a boundary that simulations name too."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from engine.adapters.http import HttpWriter
from engine.ports.world import Clock, Request, Response
from tests.simulation.life import Life
from tests.simulation.wire import boundary_of


def life_until(name: str, nth: int) -> Life:
    """Ends this very process when it comes to that boundary for the `nth` time."""
    seen: Counter[str] = Counter()

    def fate(passed: str) -> bool:
        seen[passed] += 1
        if passed == name and seen[passed] == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return False

    return Life(fate)


def mortal_http(life: Life, systems: dict[str, str]) -> Callable[[Clock], HttpWriter]:
    """A real transport; `systems` are host and port -> the system's name in a simulation."""
    return lambda clock: MortalWriter(clock, life, systems)


class MortalWriter(HttpWriter):
    """`after:` is when the system has answered and nobody has looked."""

    def __init__(self, clock: Clock, life: Life, systems: dict[str, str]) -> None:
        super().__init__(clock)
        self._life = life
        self._systems = systems

    def get(self, request: Request) -> Response:
        return self._around(request, lambda: super(MortalWriter, self).get(request))

    def token(self, request: Request) -> Response:
        return self._around(request, lambda: super(MortalWriter, self).token(request))

    def write(self, request: Request, not_after: datetime) -> Response:
        return self._around(request, lambda: super(MortalWriter, self).write(request, not_after))

    def _around(self, request: Request, send: Callable[[], Response]) -> Response:
        url = urlsplit(request.url)
        name = boundary_of(request.method, self._systems[url.netloc], url.path)
        self._life.boundary(f"before:{name}")
        try:
            return send()
        finally:
            self._life.boundary(f"after:{name}")
