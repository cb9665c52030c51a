"""Ports that end, stop or interrupt their own process at a named point. The engine knows nothing.

A point is `before:WHAT` or `after:WHAT`, where WHAT is `send:create`, `claim:export`,
`done:create`, `advance` and the like: a write of a kind of effect, or a method of the ledger.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.adapters.http import _FIRST_BYTE, HttpWriter, Trace, _no_trace
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import Answer, Binding, Effect, Intent, Timing
from engine.ports.ledger import Cursor, Lease
from engine.ports.world import Clock, Request, Response


@dataclass(slots=True, kw_only=True)
class Trap:
    """Sends this process a signal when it comes to a point for the `nth` time."""

    point: str = ""
    nth: int = 1
    signal: int = signal.SIGKILL
    seen: int = field(default=0)

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        self._pass(f"before:{what}")
        yield
        self._pass(f"after:{what}")

    def _pass(self, point: str) -> None:
        if point != self.point:
            return
        self.seen += 1
        if self.seen == self.nth:
            os.kill(os.getpid(), self.signal)


class TrappedWriter(HttpWriter):
    """A real transport. `after:send:...` is when the system has answered and nobody has looked;
    `after:look` is between the look at the window and the first byte.
    """

    def __init__(self, clock: Clock, trap: Trap) -> None:
        super().__init__(clock)
        self._trap = trap

    def write(self, request: Request, not_after: datetime) -> Response:
        kind = "export" if request.url.endswith("/Export") else "create"
        with self._trap.around(f"send:{kind}"):
            return super().write(request, not_after)

    def _send(self, method: str, request: Request, trace: Trace) -> Response:
        def looked(event: str, info: Mapping[str, Any]) -> None:
            trace(event, info)
            if event == _FIRST_BYTE and trace is not _no_trace:
                with self._trap.around("look"):
                    pass

        return super()._send(method, request, looked)


class TrappedLedger(SqlLedger):
    """A real ledger. `after:...` is when its transaction is committed."""

    def __init__(self, inner: SqlLedger, trap: Trap) -> None:
        super().__init__(inner._live, inner._customer, inner._owner)
        # What a killed process has written stays with the kernel. Only a power cut needs the disk,
        # and waiting for it would take most of these tests' time.
        _, connection = inner._live._writing
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous=OFF")
        self._trap = trap

    def claim(self, intent: Intent, timing: Timing, now: datetime, lease: Lease) -> Effect | None:
        with self._trap.around(f"claim:{intent.kind}"):
            return super().claim(intent, timing, now, lease)

    def reclaim(self, effect: Effect, timing: Timing, now: datetime, lease: Lease) -> Effect:
        with self._trap.around(f"reclaim:{effect.intent.kind}"):
            return super().reclaim(effect, timing, now, lease)

    def done(self, effect: Effect, answer: Answer, now: datetime, detail: str) -> None:
        with self._trap.around(f"done:{effect.intent.kind}"):
            super().done(effect, answer, now, detail)

    def unsent(self, effect: Effect, now: datetime, detail: str) -> None:
        with self._trap.around(f"unsent:{effect.intent.kind}"):
            super().unsent(effect, now, detail)

    def absent_once(self, effect: Effect, now: datetime) -> Effect:
        with self._trap.around(f"absent_once:{effect.intent.kind}"):
            return super().absent_once(effect, now)

    def bind(self, binding: Binding, now: datetime, detail: str) -> None:
        with self._trap.around("bind"):
            super().bind(binding, now, detail)

    def advance(self, cursor: Cursor, watermark: datetime) -> None:
        with self._trap.around("advance"):
            super().advance(cursor, watermark)

    def plan_finished(self, digest: str, now: datetime) -> None:
        with self._trap.around("plan_finished"):
            super().plan_finished(digest, now)


def trapped_ledger(trap: Trap) -> Any:
    """What opens a trapped ledger, for the composition root."""

    def opened(url: str, customer: str, *, owner: str) -> SqlLedger:
        return TrappedLedger(open_ledger(url, customer, owner=owner), trap)

    return opened


def points(kinds: Sequence[str], steps: Sequence[str]) -> list[str]:
    """Before and after each step of each kind."""
    return [
        f"{side}:{step}:{kind}" for kind in kinds for step in steps for side in ("before", "after")
    ]
