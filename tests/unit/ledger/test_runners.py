"""Two or three runners over one ledger, in any order of steps: never two calls of a subject."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine.adapters.world import SteadyClock
from engine.errors import FenceError, LeaseHeldError
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import STRAY, Effect, EffectState
from engine.ports.ledger import Lease
from engine.ports.world import Clock
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, TIMING, intent

TTL = timedelta(seconds=60)
NAMES = ("a", "b")
RUNNERS = st.integers(0, 2)


@dataclass
class Wall(Clock):
    """The machine's clock, which people set: monotonic time knows nothing of that."""

    passed: float = 0.0
    off: float = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed + self.off)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


@dataclass
class Runner:
    """One process: its ledger, its clock, its lease, and what it has claimed, and whether it has
    looked at its window since."""

    ledger: SqlLedger
    clock: Clock
    lease: Lease | None = None
    claimed: Effect | None = None
    looked: bool = False


@dataclass(frozen=True)
class Sent:
    """A call that left: of which subject, in which version of its row."""

    name: str
    version: int


class Runners(RuleBasedStateMachine):
    """Each step is one that a runner may take; between any two it may be paused for long."""

    file: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        copy = Path(shutil.copy(self.file, Path(self.folder.name) / "ledger.db"))
        self.wall = Wall()
        self.runners = [
            Runner(open_ledger(url_of(copy), "acme", owner=f"w{n}"), SteadyClock(self.wall))
            for n in range(3)
        ]
        self.fences: list[int] = []
        self.sent: list[Sent] = []

    def teardown(self) -> None:
        """Lets go of the file."""
        for runner in self.runners:
            runner.ledger.close()
        self.folder.cleanup()

    @rule(seconds=st.sampled_from([0.5, 3.0, 6.0, 40.0, 61.0, 700.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by for everybody: for who is paused, too."""
        self.wall.passed += seconds

    @rule(step=st.sampled_from([-3600.0, -30.0, -5.0]))
    def set_back(self, step: float) -> None:
        """Somebody corrects the machine's clock."""
        self.wall.off += step

    @rule(number=RUNNERS, name=st.sampled_from(NAMES))
    def go_on(self, number: int, name: str) -> None:
        """A runner takes its next step; the others may be paused before whichever theirs is."""
        one = self.runners[number]
        if one.lease is None:
            self._acquire(one, f"w{number}")
        elif not one.claimed:
            self._claim(one, name)
        elif not one.looked:
            self._send(one)
        else:
            self._receipt(one)

    def _acquire(self, one: Runner, owner: str) -> None:
        """A runner begins; while another has the lease it is refused."""
        now = one.clock.now()
        try:
            one.lease = one.ledger.acquire("pass", owner, now, TTL)
        except LeaseHeldError as error:
            until = error.until
        else:
            self.fences.append(one.lease.fence)
            return
        assert until > now

    @rule(number=RUNNERS)
    def renew(self, number: int) -> None:
        """A runner keeps its lease; only the one with the newest fence can."""
        one = self.runners[number]
        if one.lease is None:
            return
        if one.lease.fence == self.fences[-1]:
            one.lease = one.ledger.renew(one.lease, one.clock.now(), TTL)
        else:
            with pytest.raises(FenceError):
                one.ledger.renew(one.lease, one.clock.now(), TTL)

    def _claim(self, one: Runner, name: str) -> None:
        """A runner writes its intent down; without the lease it cannot, and ends."""
        assert one.lease is not None
        now = one.clock.now()
        if one.lease.fence != self.fences[-1]:
            with pytest.raises(FenceError):
                one.ledger.claim(intent(name), TIMING, now, one.lease)
            one.lease = None
            return
        one.claimed = one.ledger.claim(intent(name), TIMING, now, one.lease)
        assert one.claimed is None or one.claimed.fence == self.fences[-1]

    def _send(self, one: Runner) -> None:
        """A runner looks at its window, and sends where it is open."""
        effect = one.claimed
        assert effect is not None
        assert effect.window_until is not None
        one.looked = True
        if one.clock.now() < effect.window_until:
            self.sent.append(Sent(effect.intent.marker, effect.version))

    def _receipt(self, one: Runner) -> None:
        """A runner writes down what it knows: DONE, or that nothing left."""
        effect = one.claimed
        assert effect is not None
        one.claimed, one.looked = None, False
        lost = one.lease is None or one.lease.fence != self.fences[-1]
        if self._left(effect):
            assert one.ledger.stray(effect, "", one.clock.now(), "answered") == lost
        self._end(one, effect)

    def _end(self, one: Runner, effect: Effect) -> None:
        key = effect.intent.key
        stands = one.ledger.effects([key])[key].version == effect.version
        try:
            if self._left(effect):
                one.ledger.done(effect, OK, one.clock.now(), "answered")
            else:
                one.ledger.unsent(effect, one.clock.now(), "the window was missed")
        except FenceError:
            assert not stands
        else:
            assert stands

    @rule(number=RUNNERS, name=st.sampled_from(NAMES))
    def settle(self, number: int, name: str) -> None:
        """A runner with the lease settles what another left, once its time is over: the system is
        read back, and what it shows is the truth.
        """
        one = self.runners[number]
        key = intent(name).key
        row = one.ledger.effects([key]).get(key)
        if row is None or row.state is not EffectState.SENDING or row.settle_at is None:
            return
        if one.lease is None or one.clock.now() < row.settle_at:
            return
        if any(sent.name == name for sent in self.sent):
            one.ledger.done(row, OK, one.clock.now(), "found by reading back")
        else:
            one.ledger.unsent(row, one.clock.now(), "two readings found nothing")

    def _left(self, effect: Effect) -> bool:
        return any(
            (sent.name, sent.version) == (effect.intent.marker, effect.version)
            for sent in self.sent
        )

    @invariant()
    def the_fence_only_grows(self) -> None:
        """Each lease that was ever taken has a larger number than all before it."""
        assert self.fences == list(range(1, len(self.fences) + 1))

    @invariant()
    def no_subject_was_sent_twice(self) -> None:
        """Whoever was paused between which steps, however the clock was set back."""
        names = [sent.name for sent in self.sent]
        assert len(names) == len(set(names)), self.sent

    @invariant()
    def what_was_sent_is_on_record(self) -> None:
        """No call without its row, and none whose row says that it never left."""
        rows = self.runners[0].ledger.effects([intent(name).key for name in NAMES])
        for sent in self.sent:
            assert rows[intent(sent.name).key].state is not EffectState.PLANNED
        assert all(row["to"] == "STRAY" for row in self.runners[0].ledger.audit(STRAY))


def test_any_order_of_steps_of_three_runners(fresh_file: Path) -> None:
    """With windows, fences and guards no interleaving sends twice, and every fence is new."""
    ran: list[int] = []

    class OnThisFile(Runners):
        file = fresh_file

        def teardown(self) -> None:
            ran.append(len(self.sent))
            super().teardown()

    run_state_machine_as_test(
        OnThisFile, settings=settings(max_examples=50, stateful_step_count=40)
    )
    assert len(ran) >= 50
    assert sum(ran) > 0
