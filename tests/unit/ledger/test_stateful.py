"""Any order of steps, by owners who know the latest and owners who do not."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from engine.errors import FenceError
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import Effect
from engine.ports.ledger import Lease
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, OK, TIMING, TTL, intent, replayed, take

SUBJECTS = {"a": "left", "b": "left", "c": "right"}
ENDS = {"done": "DONE", "failed": "FAILED", "doubt": "DOUBT", "unsent": "PLANNED"}


@dataclass
class Expected:
    """What the model knows of one effect."""

    state: str
    version: int


class Steps(RuleBasedStateMachine):
    """Keeps a model beside the ledger: each step must do what the picture of states allows."""

    file: Path

    views = Bundle("views")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        copy = shutil.copy(self.file, Path(self.folder.name) / "ledger.db")
        self.ledger: SqlLedger = open_ledger(url_of(Path(copy)), "acme", owner="w")
        self.model: dict[str, Expected] = {}
        self.fences = 0

    def teardown(self) -> None:
        """Lets go of the file."""
        self.ledger.close()
        self.folder.cleanup()

    @initialize()
    def first_lease(self) -> None:
        """Somebody has the lease from the beginning."""
        self.lease = self.old_lease = take(self.ledger)

    @rule()
    def take_over(self) -> None:
        """Another process takes the lease; the one before is a zombie from now on."""
        self.old_lease, self.lease = (
            self.lease,
            self.ledger.acquire("pass", "w", self.lease.until, TTL),
        )

    @rule(target=views, name=st.sampled_from("abc"), body=st.sampled_from(["h1", "h2"]))
    def claim(self, name: str, body: str) -> Any:
        """Claims where nothing of the subject is in flight and the effect is new or PLANNED."""
        key = intent(name).key
        free = all(
            self.model[other].state not in ("SENDING", "DOUBT")
            for other in self.model
            if SUBJECTS[other] == SUBJECTS[name]
        )
        was = self.model.get(name, Expected("PLANNED", 0))
        wanted = intent(name, subject=SUBJECTS[name], body_hash=body)
        effect = self.ledger.claim(wanted, TIMING, NOW, self.lease)
        assert (effect is not None) == (free and was.state == "PLANNED"), key
        if effect is not None:
            self.model[name] = Expected("SENDING", was.version + 1)
        return effect or self.ledger.effects([key]).get(key)

    @rule(view=views, step=st.sampled_from(sorted(ENDS)))
    def end(self, view: Effect | None, step: str) -> None:
        """Ends what one's own view shows; fenced where the view is old."""
        if view is None:
            return
        arguments = (view, OK, NOW, "why") if step == "done" else (view, NOW, "why")
        if self._allowed(view):
            getattr(self.ledger, step)(*arguments)
            self._moved(view.intent.marker, ENDS[step])
        else:
            with pytest.raises(FenceError):
                getattr(self.ledger, step)(*arguments)

    @rule(target=views, view=views, zombie=st.booleans(), step=st.sampled_from(["absent", "again"]))
    def stay(self, view: Effect | None, *, zombie: bool, step: str) -> Any:
        """Notes an absent reading, or claims the row once more, with a good or a lost lease."""
        if view is None:
            return None
        lease = self.old_lease if zombie else self.lease
        held = step == "absent" or lease == self.lease
        if self._allowed(view) and held:
            self._moved(view.intent.marker, "SENDING")
            return self._stay(view, lease, step)
        with pytest.raises(FenceError):
            self._stay(view, lease, step)
        return view

    @rule(name=st.sampled_from("abc"), step=st.sampled_from(["retry", "settle"]))
    def decide(self, name: str, step: str) -> None:
        """A person decides about what waits for one, and about nothing else."""
        known = self.model.get(name)
        decision = getattr(self.ledger, step)
        if known is not None and known.state in ("FAILED", "DOUBT"):
            decision(intent(name).key, NOW, "looked")
            self._moved(name, "PLANNED" if step == "retry" else "DONE")
        else:
            with pytest.raises(FenceError):
                decision(intent(name).key, NOW, "looked")

    def _stay(self, view: Effect, lease: Lease, step: str) -> Effect:
        if step == "absent":
            return self.ledger.absent_once(view, NOW)
        return self.ledger.reclaim(view, TIMING, NOW, lease)

    def _allowed(self, view: Effect) -> bool:
        known = self.model[view.intent.marker]
        return (known.state, known.version) == (view.state.value, view.version) and (
            view.state.value == "SENDING"
        )

    def _moved(self, name: str, state: str) -> None:
        self.model[name] = Expected(state, self.model[name].version + 1)

    @invariant()
    def rows_are_as_expected(self) -> None:
        """Row, model and audit agree; no subject has two in flight."""
        rows = self.ledger.effects([intent(name).key for name in "abc"])
        seen = {row.intent.marker: Expected(row.state.value, row.version) for row in rows.values()}
        assert seen == self.model
        assert all(replayed(self.ledger, key) == row.state for key, row in rows.items())
        flying = Counter(SUBJECTS[n] for n, e in seen.items() if e.state in ("SENDING", "DOUBT"))
        assert all(number == 1 for number in flying.values())


def test_any_order_of_steps(fresh_file: Path) -> None:
    """Whatever is tried in whatever order, only the picture's transitions happen, each audited."""

    ran: list[Path] = []

    class OnThisFile(Steps):
        file = fresh_file

        def teardown(self) -> None:
            ran.append(Path(self.folder.name))
            super().teardown()

    run_state_machine_as_test(
        OnThisFile, settings=settings(max_examples=40, stateful_step_count=25)
    )
    assert len(ran) >= 40
