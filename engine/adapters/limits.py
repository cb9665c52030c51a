"""Keeping to a system's limits: each call takes a turn from its account's budget.

Whoever composes the reader and the writer of one connection limits both with the same throttle; an
adapter takes its transport as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.adapters.book import LONGEST_PAUSE
from engine.adapters.budgets import memory_budget
from engine.adapters.settings import account_of
from engine.adapters.settings import limits as limits_of
from engine.ports.budget import Ask, Budget, Rank
from engine.ports.systems import Adapter, Limits, Secret
from engine.ports.world import Clock, ReadTransport, Request, Response, WriteTransport

_UNTOLD_PAUSE = 2.0
"""Seconds. No delay is documented or was ever seen in an answer of this kind; who asks again waits
longer each time by itself.
"""
_BESIDES = 15.0
"""Seconds that a call may take beside its two timeouts: to connect, and some more."""
Opening = Callable[[], Sequence[tuple[Budget, Limits]]]
"""Opens the budgets that a call needs a turn of, each with what it is asked to keep to."""


class Throttle:
    """One connection's way to its budgets; they are opened by the first call.

    Calls of one process wait for a slot of its own first: so they need not look again and again.
    """

    def __init__(self, limits: Limits, clock: Clock, opening: Opening | None = None) -> None:
        self._clock = clock
        self._slots: AbstractContextManager[object] = (
            threading.BoundedSemaphore(limits.in_flight) if limits.in_flight else nullcontext()
        )
        self._opening = opening or (lambda: [(memory_budget(clock), limits)])
        self._opened: Sequence[tuple[Budget, Limits]] | None = None
        self._lock = threading.Lock()

    @contextmanager
    def call(self, rank: Rank, timeout: float) -> Iterator[None]:
        """Around one call, which may take two timeouts (seconds): waits for its turns."""
        lasting = _BESIDES + 2 * timeout
        with self._slots, ExitStack() as turns:
            for budget, limits in self._budgets():
                ask = Ask(limits=limits, rank=rank, lasting=lasting)
                self._wait(budget, ask, turns)
            yield

    def heard(self, response: Response) -> Response:
        """Passes an answer through; after a 429 all who share the account wait."""
        if response.status == 429:
            for budget, _ in self._budgets():
                budget.pause(retry_after(response) or _UNTOLD_PAUSE)
        return response

    def close(self) -> None:
        """Lets go of its budgets."""
        for budget, _ in self._opened or ():
            budget.close()

    def _wait(self, budget: Budget, ask: Ask, turns: ExitStack) -> None:
        turn = budget.ask(ask)
        while isinstance(turn, float):
            self._clock.sleep(turn)
            turn = budget.ask(replace(ask, waited=True))
        turns.callback(budget.done, turn)

    def _budgets(self) -> Sequence[tuple[Budget, Limits]]:
        with self._lock:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What budgets are opened with; `open` takes the name of one."""

    clock: Clock
    resolve: Callable[[str], Secret]
    open: Callable[[str, Clock], Budget]


def throttle_of(adapter: Adapter, settings: Mapping[str, Any], tools: Tools) -> Throttle:
    """What keeps to the limits of a connection's account, and to those of this machine."""
    kept = limits_of(settings, adapter.limits)

    def opened(identity: tuple[str, ...]) -> Budget:
        account = account_of(settings, identity, tools.resolve)
        return tools.open(f"{adapter.name}-{account}", tools.clock)

    def opening() -> list[tuple[Budget, Limits]]:
        budgets = [(opened(adapter.identity), kept)] if kept.in_flight or kept.per_minute else []
        if kept.per_machine:
            budgets.append((opened(()), Limits(per_minute=kept.per_machine)))
        return budgets

    return Throttle(kept, tools.clock, opening)


class LimitedReader(ReadTransport):
    """A reader that keeps to a throttle."""

    def __init__(self, inner: ReadTransport, throttle: Throttle, rank: Rank = Rank.BUYERS) -> None:
        self._reader = inner
        self._throttle = throttle
        self._rank = rank

    def get(self, request: Request) -> Response:
        with self._throttle.call(self._rank, request.timeout):
            return self._throttle.heard(self._reader.get(request))

    def token(self, request: Request) -> Response:
        with self._throttle.call(self._rank, request.timeout):
            return self._throttle.heard(self._reader.token(request))


class LimitedWriter(LimitedReader, WriteTransport):
    """A writer that keeps to a throttle; a wait that outlasts the send window ends unsent."""

    def __init__(self, inner: WriteTransport, throttle: Throttle, rank: Rank = Rank.BUYERS) -> None:
        super().__init__(inner, throttle, rank)
        self._writer = inner

    def write(self, request: Request, not_after: datetime) -> Response:
        with self._throttle.call(self._rank, request.timeout):
            return self._throttle.heard(self._writer.write(request, not_after))


def retry_after(response: Response) -> float | None:
    """The seconds of a Retry-After header; None where there is none in seconds.

    The other form, a date, is of no use against a clock that may be wrong. Nobody is waited for
    longer than five minutes: a limit counts by the minute, and a wrong figure would stop a pass for
    good.
    """
    value = response.headers.get("retry-after", "").strip()
    return min(float(value), LONGEST_PAUSE) if value.isdecimal() else None
