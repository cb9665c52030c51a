"""A cursor moves only over records that are handled or parked, in each flow that has one."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import SystemUnavailableError
from engine.executor.bench import Bench, Tenure
from engine.executor.plan_file import PlanWriter
from engine.executor.running import run_pass
from engine.executor.standing import open_work
from engine.ledger.opening import open_ledger
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision, Outcome
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, EffectState
from engine.model.plan import Ends, PlanFooter, PlanHeader, Window
from tests.executor.conftest import TTL
from tests.executor.making import create, decision
from tests.fakes.systems import DONE, REFUSED, FakeOperation, PlanInMemory
from tests.fakes.world import NOON, FakeClock, NoJitter

FLOWS = ("orders", "order-changes", "items", "shipments")
SENT = {"done": DONE, "refused": REFUSED, "silent": Answer(kind=AnswerKind.UNKNOWN, detail="?")}
KEPT = {"hold": Outcome.HOLD, "reject": Outcome.REJECT, "report": Outcome.REPORT}
FATES = (*SENT, *KEPT, "waits", "skip")


class Fated(FakeOperation):
    """Answers each order as its fate wants it."""

    def __init__(self, fates: list[str]) -> None:
        super().__init__()
        self._fates = fates

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        order = int((request.body or "").removesuffix("east"))
        return SENT[self._fates[order]]


def decided(flow: str, order: int, fate: str) -> Decision:
    """What the flow has decided of a record with this fate."""
    key = str(order)
    if fate in KEPT:
        return decision(flow=flow, order=key, outcome=KEPT[fate], rule="a.rule")
    if fate == "skip":
        return decision(flow=flow, order=key, outcome=Outcome.SKIP, rule="a.rule")
    after = ("v1:acme:create:never:1",) if fate == "waits" else ()
    return decision(create(key, after=after), flow=flow, order=key)


def planned(flow: str, fates: list[str]) -> tuple[PlanInMemory, Ends]:
    """A plan of one flow that would move its cursor to noon."""
    noon = NOON.isoformat()
    window = Window(flow=flow, feed=flow, since=noon, until=noon, cursor_version=0)
    header = PlanHeader(
        customer="acme", ruleset="h", made_at=noon, windows=(window,), partial=False
    )
    footer = PlanFooter(
        read={},
        quiet={},
        outcomes={},
        rules={},
        changes={},
        newly_held=0,
        calls=0,
        unchecked=0,
        watermarks={flow: noon},
    )
    store = PlanInMemory()
    writer = PlanWriter(store)
    writer.header(header)
    for order, fate in enumerate(fates):
        writer.decision(decided(flow, order, fate))
    return store, (header, writer.footer(footer))


def bench_of(ledger: SqlLedger, fates: list[str]) -> Bench:
    clock = FakeClock()
    lease = ledger.acquire("acme", "me", clock.now(), TTL)
    return Bench(
        customer="acme",
        ledger=ledger,
        operations={"wos": {"create": Fated(fates)}},
        clock=clock,
        random=NoJitter(),
        tenure=Tenure(ledger, clock, lease, TTL),
    )


def accounted(ledger: SqlLedger, flow: str, order: int, fate: str) -> bool:
    """Whether the memory knows what became of a record, or leads back to it."""
    key = create(str(order)).key
    inbox = {(item.flow, item.business_key) for item in ledger.inbox()}
    if fate == "done":
        return ledger.effects([key])[key].state is EffectState.DONE
    if fate in {"silent", "waits", "hold"}:
        return str(order) in open_work(ledger, flow)
    return fate == "skip" or (flow, f"{order}/east") in inbox


@pytest.mark.parametrize("flow", FLOWS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=12))
def test_a_cursor_moves_over_nothing_that_is_forgotten(
    fresh_file: Path, tmp_path: Path, flow: str, fates: list[str]
) -> None:
    """Sent, refused, silent, behind another, held, rejected or reported: on record, each alone."""
    file = shutil.copy(fresh_file, tmp_path / "proof.db")
    with closing(open_ledger(f"sqlite:///{file}", "acme", owner="me")) as ledger:
        bench = bench_of(ledger, fates)
        try:
            run_pass(bench, lambda: planned(flow, fates))
        except SystemUnavailableError:
            assert ledger.cursor(flow) is None
            return
        cursor = ledger.cursor(flow)

        assert cursor is not None
        assert cursor.watermark == NOON
        assert all(accounted(ledger, flow, order, fate) for order, fate in enumerate(fates))


@pytest.mark.parametrize("flow", FLOWS)
def test_a_pass_that_ends_early_moves_no_cursor(
    fresh_file: Path, tmp_path: Path, flow: str
) -> None:
    """A system that is down leaves records that nobody has handled, and they are read again."""
    file = shutil.copy(fresh_file, tmp_path / "early.db")
    with closing(open_ledger(f"sqlite:///{file}", "acme", owner="me")) as ledger:
        fates = ["done", *["silent"] * 5, "done"]
        bench = bench_of(ledger, fates)

        with pytest.raises(SystemUnavailableError):
            run_pass(bench, lambda: planned(flow, fates))

        assert ledger.cursor(flow) is None
        assert create("6").key not in ledger.effects([create("6").key])
