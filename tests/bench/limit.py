"""At the channel's limits: how near calls come to what is allowed, on a clock that is only counted.

Each caller does what the throttle does: it asks the budget, sleeps for as long as it is told to,
calls, and gives its turn back. The channel counts a call somewhere between its start and its end,
drawn from a seed, and answers 429 to what is too much in the minute before or at one moment.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from engine.adapters.budgets import memory_budget
from engine.ports.budget import Ask, Budget, Rank, Turn
from engine.ports.systems import Limits
from engine.ports.world import Clock
from tests.bench.frame import Row, Scale, spread

ACCOUNT = Limits(in_flight=5, per_minute=2000)
MACHINE = Limits(per_minute=8300)
LATENCIES = (20, 50, 100, 150, 200, 300)
"""Milliseconds."""
_MINUTE = 60.0


def measure(scale: Scale) -> list[Row]:
    """What goes through of what could, for each latency, alone and with a second process."""
    bursts, seeds = (2, 1) if scale.small else (20, 3)
    streets = [
        (f"{latency} ms, {words}", latency, processes)
        for latency in LATENCIES
        for processes, words in ((1, "one process"), (2, "two processes"))
    ]
    found = [
        (what, latency, _rounds(latency, one, bursts, seeds)) for what, latency, one in streets
    ]
    rows = [_row(what, latency, ran) for what, latency, ran in found]
    eight = [_eight(100, bursts, seed) for seed in range(seeds)]
    shares = spread([ran.rate / (MACHINE.per_minute or 1) * _MINUTE for ran in eight])
    what = "eight accounts behind one address, 100 ms"
    rows.append(Row(what=what, figure=shares, target=0.99, over=True))
    refused = sum(ran.refused for _, _, three in found for ran in three)
    refused += sum(ran.refused for ran in eight)
    rows.append(
        Row(what="answers 429, of all of these", figure=spread([refused]), unit="", target=0)
    )
    return rows


def told(scale: Scale) -> str:
    """How much was done, for the page."""
    minutes, seeds = (2, 1) if scale.small else (20, 3)
    return (
        f"{minutes} full minutes each on a counted clock, seeds: {seeds}, latencies within a fifth"
    )


@dataclass(slots=True, kw_only=True)
class Ran:
    """What came of one run: the calls of a second, and how many were refused."""

    rate: float
    refused: int


def _row(what: str, latency: int, ran: Sequence[Ran]) -> Row:
    possible = min((ACCOUNT.per_minute or 0) / _MINUTE, (ACCOUNT.in_flight or 0) / latency * 1000)
    target = 0.99 if latency <= 150 else 0.97
    return Row(
        what=what, figure=spread([one.rate / possible for one in ran]), target=target, over=True
    )


def _rounds(latency: int, processes: int, bursts: int, seeds: int) -> list[Ran]:
    """The same with each seed."""
    return [_alone(latency, processes, bursts, seed) for seed in range(seeds)]


def _alone(latency: int, processes: int, bursts: int, seed: int) -> Ran:
    """One account, as many callers in each process as may be in flight."""
    world = World(latency=latency / 1000, chance=Random(seed))
    street = Street(steps=((memory_budget(world), ACCOUNT),))
    channel = Channel(per_minute=ACCOUNT.per_minute or 0, in_flight=ACCOUNT.in_flight or 0)
    return world.run([(street, (channel,))] * (ACCOUNT.in_flight or 0) * processes, 2000 * bursts)


def _eight(latency: int, bursts: int, seed: int) -> Ran:
    """Eight accounts, each with its callers, behind one address."""
    world = World(latency=latency / 1000, chance=Random(seed))
    whole = memory_budget(world)
    address = Channel(per_minute=MACHINE.per_minute or 0, in_flight=1000)
    callers = []
    for _ in range(8):
        street = Street(steps=((memory_budget(world), ACCOUNT), (whole, MACHINE)))
        channel = Channel(per_minute=ACCOUNT.per_minute or 0, in_flight=ACCOUNT.in_flight or 0)
        callers += [(street, (channel, address))] * (ACCOUNT.in_flight or 0)
    return world.run(callers, 8300 * bursts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """The budgets that a call needs a turn of, in this order."""

    steps: tuple[tuple[Budget, Limits], ...]


@dataclass(slots=True, kw_only=True)
class Channel:
    """Counts calls as a system does that is strict about its limits."""

    per_minute: int
    in_flight: int
    flying: int = 0
    refused: int = 0
    counted: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        self.flying += 1
        self.refused += self.flying > self.in_flight

    def count(self, now: float) -> None:
        """A call is seen now; it is refused where the minute before has too many."""
        while self.counted and self.counted[0] <= now - _MINUTE:
            self.counted.popleft()
        self.refused += len(self.counted) >= self.per_minute
        self.counted.append(now)

    def end(self) -> None:
        self.flying -= 1


@dataclass(slots=True, kw_only=True)
class Caller:
    """Who calls, again and again: what it has turns of, and how far its call is."""

    street: Street
    channels: tuple[Channel, ...]
    turns: list[Turn] = field(default_factory=list)
    counts_at: float = 0.0
    ends_at: float = 0.0
    waited: bool = False


@dataclass(slots=True, kw_only=True)
class World(Clock):
    """A counted clock, and the callers on it."""

    latency: float
    chance: Random
    time: float = 0.0
    starts: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def run(self, streets: Sequence[tuple[Street, tuple[Channel, ...]]], calls: int) -> Ran:
        """The rate over so many calls, after the first burst."""
        callers = [Caller(street=street, channels=channels) for street, channels in streets]
        waking = [(0.0, number) for number in range(len(callers))]
        first = calls // (20 if calls > 25_000 else 3)
        while len(self.starts) <= first + calls:
            self.time, number = heapq.heappop(waking)
            heapq.heappush(waking, (self._step(callers[number]), number))
        channels = {id(one): one for _, several in streets for one in several}
        return Ran(
            rate=calls / (self.starts[first + calls] - self.starts[first]),
            refused=sum(one.refused for one in channels.values()),
        )

    def _step(self, caller: Caller) -> float:
        """What a caller does now; when it does the next thing."""
        if len(caller.turns) < len(caller.street.steps):
            return self._asks(caller)
        if caller.counts_at:
            for channel in caller.channels:
                channel.count(caller.counts_at)
            caller.counts_at = 0.0
            return caller.ends_at
        for channel in caller.channels:
            channel.end()
        for (budget, _), turn in zip(caller.street.steps, caller.turns, strict=True):
            budget.done(turn)
        caller.turns.clear()
        return self.time

    def _asks(self, caller: Caller) -> float:
        budget, limits = caller.street.steps[len(caller.turns)]
        ask = Ask(limits=limits, rank=Rank.BUYERS, lasting=60.0, waited=caller.waited)
        turn = budget.ask(ask)
        caller.waited = isinstance(turn, float)
        if isinstance(turn, float):
            return self.time + turn
        caller.turns.append(turn)
        return self.time if len(caller.turns) < len(caller.street.steps) else self._starts(caller)

    def _starts(self, caller: Caller) -> float:
        took = self.latency * self.chance.uniform(0.8, 1.2)
        caller.ends_at = self.time + took
        caller.counts_at = self.time + took * self.chance.random()
        self.starts.append(self.time)
        for channel in caller.channels:
            channel.start()
        return caller.counts_at
