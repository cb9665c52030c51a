"""A process that shares an account's budget with others, for the tests of it.

`python -m tests.adapters.sharing FILE URL TOKEN SECONDS` asks as fast as it may, with eight threads
for 40 calls a minute and three at once, and prints the status of each answer. Without a URL it
takes every seat and waits to be killed.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.adapters.budgets import SharedBudget
from engine.adapters.http import HttpReader
from engine.adapters.limits import LimitedReader, Throttle
from engine.adapters.world import SystemClock, ThreadPool, runs_no_more
from engine.ports.budget import Ask, Rank
from engine.ports.systems import Limits
from engine.ports.world import Request

LIMITS = Limits(in_flight=3, per_minute=40)


class OverError(Exception):
    """The time is up."""


class Ending(SystemClock):
    """A clock on which nobody sleeps longer than until the end."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.ends = self.monotonic() + seconds

    def sleep(self, seconds: float) -> None:
        if self.monotonic() + seconds > self.ends:
            raise OverError
        super().sleep(seconds)


def main(words: list[str]) -> None:
    """Asks, or holds what there is."""
    path = Path(words[0])
    if len(words) == 1:
        hold(path)
    for status in answers(path, words[1], words[2], float(words[3])):
        sys.stdout.write(f"{status}\n")


def hold(path: Path) -> None:
    """Takes every seat, says so, and waits."""
    budget = SharedBudget(path, SystemClock(), runs_no_more)
    for _ in range(LIMITS.in_flight or 0):
        budget.ask(Ask(limits=LIMITS, rank=Rank.BUYERS, lasting=600.0))
    sys.stdout.write("taken\n")
    sys.stdout.flush()
    signal.pause()


def answers(path: Path, url: str, token: str, seconds: float) -> Iterator[int]:
    """The status of each answer that came in this time."""
    clock = Ending(seconds)
    http = HttpReader(clock)
    budget = SharedBudget(path, clock, runs_no_more)
    reader = LimitedReader(http, Throttle(LIMITS, clock, lambda: [(budget, LIMITS)]))
    request = Request(method="GET", url=url, headers={"Authorization": token}, timeout=5.0)

    def ask(_: int) -> int | None:
        try:
            return reader.get(request).status
        except OverError:
            return None

    pool = ThreadPool(8)
    yield from (status for status in pool.map(ask, range(100)) if status is not None)
    pool.close()
    http.close()
    budget.close()


if __name__ == "__main__":
    main(sys.argv[1:])
