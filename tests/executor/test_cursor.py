"""The cursor over a channel that changes while it is read: nothing lost, nothing read for ever.

The real source, the real runner and the real ledger; the channel is in this process. Each mistake
that a cursor is known for is made once, and must be caught.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.adapters.channeladvisor import paging
from engine.adapters.channeladvisor.protocol import Row, identity, stamp_literal
from engine.executor.applying import Course, advance
from engine.executor.bench import Bench, Tenure
from engine.executor.order_runner import OrderDesk, OrderRunner
from engine.executor.planning import Desk
from engine.executor.runner import Ask, Reading
from engine.executor.windows import iso
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision
from engine.model.plan import Window
from engine.ports.ledger import LedgerReader
from engine.ports.world import Clock
from tests.executor.cursor_world import (
    Channel,
    Noting,
    Seen,
    SkewedClock,
    Update,
    World,
    kit_of,
)
from tests.executor.making import planned
from tests.fakes.systems import FakeSink
from tests.fakes.world import NOON, NoJitter
from tests.unit.flows.making import compiled, ruleset

EVERY, OVERLAP, TTL = timedelta(seconds=60), timedelta(seconds=120), timedelta(hours=9)
LATEST, QUIET = 600, 4
"""Seconds in which orders change, and passes after that."""


@st.composite
def worlds(draw: Any) -> World:
    """Orders changed again and again, many at a time, and seen late, but within the overlap."""
    row = st.builds(
        Update, at=st.integers(0, LATEST), order=st.integers(1, 12), lag=st.integers(0, 100)
    )
    rows = draw(st.lists(row, min_size=1, max_size=40))
    return World(
        updates=tuple(sorted(rows, key=lambda one: (one.at, one.order))),
        crashes=tuple(draw(st.lists(st.booleans(), min_size=12, max_size=12))),
        tie=draw(st.sampled_from([1, 10, 60])),
        slow=draw(st.sampled_from([0.2, 1.0, 4.0])),
        page=draw(st.integers(1, 4)),
        skew=draw(st.sampled_from([-20, 0, 20])),
    )


class Trial:
    """Passes over one world, as `run` makes them, less the sending."""

    def __init__(self, file: Path, world: World, *, way: str = "keyset") -> None:
        self.world = world
        self.channel = Channel(world)
        self.clock: Clock = SkewedClock(self.channel, world.skew)
        self.way = way
        self.read: Callable[..., Iterator[Sequence[Row]]] | None = None
        self.overlap = OVERLAP
        self.runner: Callable[[OrderDesk], OrderRunner] = OrderRunner
        self._file = file

    def missed(self) -> Seen:
        """The orders whose last version no pass saw whose cursor moved."""
        url = f"sqlite:///{self._file}"
        with closing(open_ledger(url, "acme", owner="me")) as ledger:
            bench, seen = self._bench(ledger), set[tuple[int, int]]()
            for number in range(LATEST // 60 + QUIET + 1):
                crashes = number < len(self.world.crashes) and self.world.crashes[number]
                seen |= self._pass(bench, crashes=crashes)
        return self.world.last - seen

    def _pass(self, bench: Bench, *, crashes: bool) -> Seen:
        started = self.channel.now
        self.source = self._fresh_source()
        _, (header, footer) = planned(self._desk(bench.ledger))
        if not crashes:
            advance(bench, header, footer, Course())
        self.channel.now = max(self.channel.now, started + EVERY)
        return set() if crashes else self.source.handed

    def _fresh_source(self) -> Noting:
        """The source of one pass: what the service told of itself is asked anew by the next."""
        source = Noting(kit_of(self.channel, self.clock, self.way))
        if self.read is not None:
            source._read = self.read
        return source

    def _desk(self, ledger: LedgerReader) -> Desk:
        rules = compiled(acknowledge=False, overlap=self.overlap, since=NOON - timedelta(hours=1))
        orders = OrderDesk(compiled=rules, source=self.source, sink=FakeSink(), ledger=ledger)
        return Desk(
            ruleset=ruleset(rules.rules),
            runners={"orders": self.runner(orders)},
            ledger=ledger,
            clock=self.clock,
        )

    def _bench(self, ledger: SqlLedger) -> Bench:
        now = self.clock.now()
        lease = ledger.acquire("acme", "me", now, TTL)
        return Bench(
            customer="acme",
            ledger=ledger,
            operations={},
            clock=self.clock,
            random=NoJitter(),
            tenure=Tenure(ledger, self.clock, lease, TTL),
        )


@pytest.fixture
def copy(tmp_path: Path, fresh_file: Path) -> Callable[[], Path]:
    """Makes an empty ledger file."""

    def made() -> Path:
        return Path(shutil.copy(fresh_file, tmp_path / "cursor.db"))

    return made


FAST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("way", ["keyset", "windows"])
@FAST
@given(world=worlds())
def test_no_order_is_lost(copy: Callable[[], Path], way: str, world: World) -> None:
    """Equal stamps, late arrivals, drifting pages, a wrong clock and crashes: all are seen."""
    trial = Trial(copy(), world, way=way)

    assert trial.missed() == set()
    assert trial.channel.calls < 3000


class NowAsMark(OrderRunner):
    """Takes our own clock for how far it has read."""

    clock: Clock

    def window(self, ask: Ask) -> Window:
        return replace(super().window(ask), until=iso(self.clock.now()))

    def decisions(self, ask: Ask, window: Window, reading: Reading) -> Iterator[Decision]:
        yield from super().decisions(ask, window, reading)
        reading.saw([self.clock.now()])


class Beyond(OrderRunner):
    """Asks for what is newer than the cursor, and not for what is as old."""

    def window(self, ask: Ask) -> Window:
        window = super().window(ask)
        later = datetime.fromisoformat(window.since) + timedelta(microseconds=1)
        return replace(window, since=iso(later))


def by_offset(pager: paging.Pager, since: datetime, until: datetime) -> Iterator[Sequence[Row]]:
    """Follows the offsets that the service counts."""
    bounds = (
        f"{pager.stamp} ge {stamp_literal(since)}",
        f"{pager.stamp} lt {stamp_literal(until)}",
    )
    return paging.walk(pager.first(bounds), pager.follow)


def past_the_page(pager: paging.Pager, since: datetime, until: datetime) -> Iterator[Sequence[Row]]:
    """Goes on behind the last stamp of a page, and not at it."""
    upper, operator, lower = f"{pager.stamp} lt {stamp_literal(until)}", "ge", stamp_literal(since)
    seen: set[object] = set()
    while True:
        page = pager.first((f"{pager.stamp} {operator} {lower}", upper))
        yield [row for row in page.rows if identity(row) not in seen]
        seen |= {identity(row) for row in page.rows}
        if page.next is None:
            return
        operator, lower = "gt", page.rows[-1][pager.stamp]


def late(trial: Trial) -> None:
    """No overlap: what becomes visible behind the mark is never asked for."""
    trial.overlap = timedelta()


def by_our_clock(trial: Trial) -> None:
    class Mistaken(NowAsMark):
        clock = trial.clock

    trial.overlap = timedelta()
    trial.runner = Mistaken


def newer_alone(trial: Trial) -> None:
    trial.overlap, trial.runner = timedelta(), Beyond


def by_offsets(trial: Trial) -> None:
    trial.overlap, trial.read = timedelta(), by_offset


def behind_pages(trial: Trial) -> None:
    trial.read = past_the_page


def world(*updates: tuple[int, int, int], **more: Any) -> World:
    """Updates as (second, order, lag), without a crash."""
    rows = [Update(at=at, order=order, lag=lag) for at, order, lag in updates]
    return World(updates=tuple(rows), crashes=(), **more)


DRIFT = world(*((40, n, 0) for n in range(1, 6)), (50, 9, 0), (62, 1, 0), page=2, slow=4)
MISTAKES: dict[str, tuple[Callable[[Trial], None], World]] = {
    "no overlap": (late, world((39, 1, 60), (40, 2, 0))),
    "our own clock as the mark": (by_our_clock, world((40, 1, 0), (70, 2, 0), skew=20)),
    "newer than the mark alone": (newer_alone, world((40, 1, 0), (40, 2, 60))),
    "pages by offset": (by_offsets, DRIFT),
    "behind the last stamp of a page": (behind_pages, world((40, 1, 0), (40, 2, 0), page=1)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_caught(copy: Callable[[], Path], mistake: str) -> None:
    """A cursor with the mistake loses an order in a world in which the real one loses none."""
    make, where = MISTAKES[mistake]
    mistaken = Trial(copy(), where)
    make(mistaken)

    assert mistaken.missed() != set()
    assert Trial(copy(), where).missed() == set()
