"""The composition root: what it hands to adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.bootstrap import LEASE, Machine, open_bench, open_desk
from engine.customers import Customer
from engine.errors import ProtocolError
from engine.ports.systems import Adapter, Limits, Operation, ReadKit, WriteKit
from engine.ports.world import Clock, Request, Response, WriteTransport
from engine.workspace import Workspace
from tests.acceptance.town import SteppedClock, machine_on
from tests.fakes.systems import FakeSink, FakeSource
from tests.fakes.world import NOON
from tests.unit.flows.making import compiled, ruleset

CALL = Request(method="GET", url="http://127.0.0.1/", headers={})


class Answering(WriteTransport):
    """Answers everything at once with an empty success."""

    def get(self, request: Request) -> Response:
        return Response(status=200, headers={}, body=b"")

    token = get

    def write(self, request: Request, not_after: datetime) -> Response:
        return self.get(request)


class Kept(Answering):
    """The same, and knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


class Recorded:
    """Adapters that keep the kits they are given."""

    def __init__(self) -> None:
        self.read: list[ReadKit] = []
        self.write: list[WriteKit] = []

    def source(self, kit: ReadKit) -> FakeSource:
        self.read.append(kit)
        return FakeSource()

    def sink(self, kit: ReadKit) -> FakeSink:
        return FakeSink()

    def operations(self, kit: WriteKit) -> Mapping[str, Operation]:
        self.write.append(kit)
        return {}

    def customer(self) -> Customer:
        """A customer whose source may be asked once a minute."""
        slow = Limits(per_minute=1)
        rules = compiled()
        return Customer(
            ruleset=ruleset(rules.rules),
            compiled=rules,
            adapters={
                "ca": Adapter(
                    name="a", source=self.source, operations=self.operations, limits=slow
                ),
                "wos": Adapter(name="b", sink=self.sink),
            },
            settings={"ca": {}, "wos": {}},
        )


def machine(clock: SteppedClock) -> Machine:
    real = machine_on(clock)
    return Machine(
        clock=clock,
        random=real.random,
        pool=real.pool,
        reader=lambda _: Answering(),
        writer=lambda _: Answering(),
    )


def test_reading_and_writing_share_one_budget(tmp_path: Path) -> None:
    """With one call a minute, a write after a read waits for its minute."""
    adapters, clock = Recorded(), SteppedClock()
    with open_bench(adapters.customer(), machine(clock), Workspace(tmp_path, ())):
        adapters.read[0].transport.get(CALL)
        assert clock.slept == 0
        adapters.write[0].transport.write(CALL, clock.now() + timedelta(hours=1))

    assert clock.slept > 50


def test_kept_connections_end_with_the_work(tmp_path: Path) -> None:
    """Of a plan and of a pass, also of one that fails; not before."""
    made: list[Kept] = []

    def opened(_: Clock) -> Kept:
        made.append(Kept())
        return made[-1]

    mine = replace(machine(SteppedClock()), reader=opened, writer=opened)
    with open_desk(Recorded().customer(), mine, Workspace(tmp_path, ())):
        assert not made[0].closed
    with (
        pytest.raises(ProtocolError),
        open_bench(Recorded().customer(), mine, Workspace(tmp_path, ())),
    ):
        raise ProtocolError("odd")

    assert [one.closed for one in made] == [True, True, True]


def test_what_a_preview_hands_out_cannot_write(tmp_path: Path) -> None:
    """The transport of a plan has no way to send anything but a GET and a token call."""
    adapters = Recorded()
    with open_desk(adapters.customer(), machine(SteppedClock()), Workspace(tmp_path, ())):
        assert not hasattr(adapters.read[0].transport, "write")
    assert adapters.write == []


class SetBack(SteppedClock):
    """A clock that stands still, until somebody sets it back by an hour."""

    back = timedelta()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.slept) - self.back

    def monotonic(self) -> float:
        return self.slept


def test_a_pass_goes_by_one_clock_that_is_never_set_back(tmp_path: Path) -> None:
    """What claims, what sends and what keeps the lease see the same time: no window opens again."""
    wall, writers = SetBack(NOON), list[Clock]()

    def writer(clock: Clock) -> Answering:
        writers.append(clock)
        return Answering()

    mine = replace(machine(wall), writer=writer)
    with open_bench(Recorded().customer(), mine, Workspace(tmp_path, ())) as (bench, desk):
        window = bench.clock.now() + timedelta(seconds=5)
        bench.clock.sleep(10)
        wall.back = timedelta(hours=1)

        assert wall.now() < window
        for clock in (bench.clock, desk.clock, writers[0]):
            assert clock.now() == NOON + timedelta(seconds=10)
        wall.slept += 40
        assert bench.tenure.keep().until == NOON + timedelta(seconds=50) + LEASE


def test_a_pass_that_waits_for_an_answer_keeps_its_lease(tmp_path: Path) -> None:
    """The transports and the clock that adapters get renew it before they wait."""
    adapters, wall = Recorded(), SetBack(NOON)
    slow = replace(CALL, timeout=300.0)
    with open_bench(adapters.customer(), machine(wall), Workspace(tmp_path, ())) as (bench, _):
        adapters.read[0].transport.get(slow)
        read = bench.tenure.lease.until
        adapters.write[0].clock.sleep(1200)
        slept = bench.tenure.lease.until
        adapters.write[0].transport.write(slow, wall.now() + LEASE)
        written = bench.tenure.lease.until

    assert read >= NOON + timedelta(seconds=600)
    assert slept >= NOON + timedelta(seconds=1200)
    assert written >= slept + timedelta(seconds=300)
