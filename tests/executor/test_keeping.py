"""The lease outlasts each call and each sleep, so that nobody takes over from who only waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from engine.adapters.retry import Patience, PatientReader
from engine.errors import FenceError, LeaseHeldError, NoAnswerError
from engine.executor.bench import Tenure
from engine.executor.keeping import KeepingClock, KeepingReader, KeepingWriter, at_worst
from engine.ledger.sql_ledger import SqlLedger
from engine.ports.world import Request, Response, WriteTransport
from tests.executor.conftest import TTL
from tests.fakes.world import NOON, FakeClock, NoJitter

LIST = Request(method="GET", url="https://x.example.com/list", headers={}, timeout=120.0)
FOUND = Response(status=200, headers={}, body=b"")
Meanwhile = Callable[[], None]


class Slow(WriteTransport):
    """Takes all its timeout, and at first gives no answer; `meanwhile` happens before it ends."""

    def __init__(self, clock: FakeClock, silences: int = 0) -> None:
        self._clock = clock
        self._silences = silences
        self.meanwhile: list[Meanwhile] = []
        self.sent = 0

    def get(self, request: Request) -> Response:
        self._clock.moment += timedelta(seconds=request.timeout)
        for happens in self.meanwhile:
            happens()
        self.sent += 1
        if self.sent <= self._silences:
            raise NoAnswerError("timeout")
        return FOUND

    token = get

    def write(self, request: Request, not_after: datetime) -> Response:
        return self.get(request)


@pytest.fixture
def tenure(ledger: SqlLedger, clock: FakeClock) -> Tenure:
    """A lease of a minute, just taken."""
    return Tenure(ledger, clock, ledger.acquire("acme", "me", clock.now(), TTL), TTL)


def rival(ledger: SqlLedger, clock: FakeClock) -> Meanwhile:
    """A second runner, who must be refused whenever it comes."""

    def comes() -> None:
        with pytest.raises(LeaseHeldError):
            ledger.acquire("acme", "another", clock.now(), TTL)

    return comes


def test_a_read_of_many_tries_is_longer_than_the_lease(
    ledger: SqlLedger, clock: FakeClock, tenure: Tenure
) -> None:
    """Six tries of two minutes and the waits between: at the end of each it is still ours."""
    slow = Slow(clock, silences=5)
    slow.meanwhile.append(rival(ledger, clock))
    reader = KeepingReader(slow, tenure, at_worst)
    patient = PatientReader(reader, KeepingClock(clock, tenure), NoJitter(), Patience())

    assert patient.get(LIST) is FOUND
    assert patient.token(LIST) is FOUND

    assert slow.sent == 7
    assert clock.moment - NOON > 12 * TTL


def test_who_sleeps_keeps_the_lease(ledger: SqlLedger, clock: FakeClock, tenure: Tenure) -> None:
    """Also for longer than it lasts, as a system may ask for; up to the last moment."""
    keeping = KeepingClock(clock, tenure)

    keeping.sleep(600.0)
    clock.moment -= timedelta(seconds=1)
    rival(ledger, clock)()

    assert clock.slept == [600.0]
    assert (keeping.now(), keeping.monotonic()) == (clock.now(), clock.monotonic())


def test_a_short_call_is_covered_by_the_lease_as_it_is(clock: FakeClock, tenure: Tenure) -> None:
    """Each renewal is a write to the disk: it is made where it is needed, not before each call."""
    short = Request(method="GET", url=LIST.url, headers={}, timeout=5.0)
    before = tenure.lease

    KeepingReader(Slow(clock), tenure, at_worst).get(short)

    assert tenure.lease is before


def test_after_a_crash_the_lease_ends_with_the_call(clock: FakeClock, tenure: Tenure) -> None:
    """It is not renewed for longer than what is waited for, and half a lease more."""
    KeepingReader(Slow(clock), tenure, at_worst).get(LIST)

    assert tenure.lease.until == NOON + timedelta(seconds=10 + 2 * 120) + TTL / 2


@pytest.mark.parametrize("step", ["get", "token", "write", "sleep"])
def test_who_has_lost_it_neither_calls_nor_waits(
    ledger: SqlLedger, clock: FakeClock, tenure: Tenure, step: str
) -> None:
    """A process that wakes up too late ends before its next call, also inside its send window."""
    slow = Slow(clock)
    writer = KeepingWriter(slow, tenure, at_worst)
    clock.moment += 2 * TTL
    ledger.acquire("acme", "another", clock.now(), TTL)
    steps: dict[str, Callable[[], object]] = {
        "get": lambda: writer.get(LIST),
        "token": lambda: writer.token(LIST),
        "write": lambda: writer.write(LIST, clock.now() + TTL),
        "sleep": lambda: KeepingClock(clock, tenure).sleep(1.0),
    }

    with pytest.raises(FenceError):
        steps[step]()

    assert (slow.sent, clock.slept) == (0, [])


def test_a_write_is_covered_like_a_read(
    ledger: SqlLedger, clock: FakeClock, tenure: Tenure
) -> None:
    """A batch may take longer than a lease too."""
    slow = Slow(clock)
    slow.meanwhile.append(rival(ledger, clock))

    assert KeepingWriter(slow, tenure, at_worst).write(LIST, clock.now() + TTL) is FOUND
