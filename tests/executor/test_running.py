"""The order of the houses: settle, plan, gates, ground, carry out, cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.executor.running import Approval, Report, Verdict, apply_file, run_pass
from engine.ledger.sql_ledger import SqlLedger
from engine.model.effect import Answer, AnswerKind, EffectState
from engine.model.order import Line, Order
from engine.model.ruleset import Gate
from engine.ports.ledger import Lease
from tests.executor.conftest import TTL, MakeBench
from tests.executor.making import Ends, create, desk, export, planned, sending, state
from tests.fakes.systems import FakeOperation, FakeSource, PlanInMemory
from tests.fakes.world import NOON, FakeClock
from tests.unit.flows.making import box, order

UNKNOWN = Answer(kind=AnswerKind.UNKNOWN, detail="reset")
REFUSED = Answer(kind=AnswerKind.REFUSED, detail="no such area")
ALL = Approval(gates=("orders.create",))


class SlowSource(FakeSource):
    """Reading orders by key takes a third of a lease; `held` keeps whether it was ours after it."""

    lease: Callable[[], tuple[Lease, FakeClock]]

    def __init__(self, orders: Sequence[Order]) -> None:
        super().__init__(orders)
        self.held: list[bool] = []

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order]:
        lease, clock = self.lease()
        clock.moment += TTL / 3
        self.held.append(clock.moment < lease.until)
        return super().by_key(keys)


def mug(key: str = "100", quantity: int = 1) -> Order:
    """An order of mugs in DC 7."""
    line = Line(id=f"{key}1", sku="MUG", quantity=quantity)
    return order(line, boxes=(box(7, (f"{key}1", "MUG", quantity)),), key=key)


def gated(at: Desk, most: int) -> Desk:
    """The same desk with a gate on creates."""
    gate = Gate(name="orders.create", max=most)
    members = {name: getattr(at.ruleset, name) for name in at.ruleset.__slots__}
    ruleset = type(at.ruleset)(**{**members, "gates": {"orders.create": gate}})
    return Desk(**{**{name: getattr(at, name) for name in Desk.__slots__}, "ruleset": ruleset})


def plan_at(at: Desk) -> tuple[PlanInMemory, Ends]:
    """A plan, with its ends."""
    store = PlanInMemory()
    return store, make_plan(at, Ask(), PlanWriter(store))


def test_a_pass_sends_binds_exports_and_moves_the_cursor(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """A new order ends with everything on record, and the same pass again has nothing to do."""
    creates, exports = FakeOperation(), FakeOperation(again=True)
    bench = make_bench(creates, exports)
    at = desk(FakeSource([mug()]), ledger)

    report = run_pass(bench, lambda: plan_at(at))
    bench.clock.sleep(60)
    again = run_pass(bench, lambda: plan_at(at))

    assert [report.verdict, again.verdict] == [Verdict.DONE, Verdict.DONE]
    assert (len(creates.sent), len(exports.sent)) == (1, 1)
    cursor = ledger.cursor("orders")
    assert cursor is not None
    assert cursor.watermark == mug().updated
    assert [note.outcome for note in ledger.passes("orders", 5)] == ["done", "done"]
    assert ledger.passes("orders", 5)[1].counts["changes.applied"] == 2


def test_a_pass_ends_first_what_an_earlier_one_left(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """What is settled is settled before the plan is made, and is in the report."""
    exports = FakeOperation(again=True)
    bench = make_bench(export=exports)
    sending(bench, export())

    report = run_pass(bench, lambda: plan_at(desk(FakeSource(), ledger)))

    assert [row.intent.key for row, _ in report.settled] == [export().key]
    assert state(ledger, export()) is EffectState.DONE


def test_an_open_end_makes_a_pass_undecided(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """What waits for its time is told by the verdict, although this plan is through."""
    bench = make_bench(FakeOperation([UNKNOWN]))
    sending(bench, create("900"))

    report = run_pass(bench, lambda: plan_at(desk(FakeSource(), ledger)))

    assert report.verdict is Verdict.UNDECIDED
    assert ledger.passes("orders")[0].outcome == "undecided"


def test_a_refused_plan_says_by_how_much(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Each limit that it is above, of its own day and of today, but for what was approved."""
    store, ends = plan_at(gated(desk(FakeSource([mug(), mug("200")]), ledger), 1))
    today = {
        "orders": Gate(name="orders", max=2),
        "orders.create": Gate(name="orders.create", max=0),
    }
    approved = Approval(gates=("orders",), today=today)

    report = apply_file(make_bench(), {}, store, ends, approved)

    assert (report.verdict, report.gates) == (Verdict.BLOCKED, ("orders.create",))
    assert [(one.gate, one.count, one.limit) for one in report.exceeded] == [
        ("orders.create", 2, 1),
        ("orders.create", 2, 0),
    ]


def test_an_unattended_pass_keeps_within_the_gates(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Above a gate nothing is sent and no cursor moves; what was settled is told all the same."""
    creates = FakeOperation()
    bench = make_bench(creates)
    sending(bench, export("900"))
    at = gated(desk(FakeSource([mug()]), ledger), 0)

    report = run_pass(bench, lambda: plan_at(at))

    assert (report.verdict, report.gates) == (Verdict.BLOCKED, ("orders.create",))
    assert len(report.settled) == 1
    assert (creates.sent, ledger.cursor("orders")) == ([], None)
    assert ledger.passes("orders")[0].outcome == "blocked by gate orders.create"


def test_a_gate_is_passed_by_name(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A person's approval sends the plan file; without it the file is refused."""
    creates = FakeOperation()
    bench = make_bench(creates)
    at = gated(desk(FakeSource([mug()]), ledger), 0)
    store, ends = plan_at(at)

    refused = apply_file(bench, at.runners, store, ends, Approval())
    done = apply_file(bench, at.runners, store, ends, ALL)

    assert [refused.verdict, done.verdict] == [Verdict.BLOCKED, Verdict.DONE]
    assert len(creates.sent) == 1


def test_a_plan_must_pass_the_gates_of_today_too(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A gate that was lowered since blocks the file; both it and the older one want a word."""
    creates = FakeOperation()
    bench = make_bench(creates)
    at = gated(desk(FakeSource([mug()]), ledger), 0)
    store, ends = plan_at(at)
    names = ("orders.create", "orders.first-pass")
    today = {name: Gate(name=name, max=0, share=0.5) for name in names}

    def applied(*approved: str) -> Report:
        return apply_file(bench, at.runners, store, ends, Approval(gates=approved, today=today))

    assert applied().gates == names
    assert applied("orders.create").gates == ("orders.first-pass",)
    assert creates.sent == []
    assert applied(*names).verdict is Verdict.DONE


def test_looking_at_much_ground_keeps_the_lease(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Reading thousands of orders again takes longer than a lease; nobody takes over meanwhile."""
    source = SlowSource([mug(str(number)) for number in range(100, 300)])
    bench = make_bench()
    at = desk(source, ledger)
    store, ends = plan_at(at)
    source.lease = lambda: (bench.tenure.lease, clock)

    report = apply_file(bench, at.runners, store, ends, ALL)

    assert report.verdict is Verdict.DONE
    assert source.held == [True] * 5


def test_a_finished_file_sends_nothing(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """It says so instead."""
    bench = make_bench()
    at = desk(FakeSource([mug()]), ledger)
    store, ends = plan_at(at)

    verdicts = [apply_file(bench, at.runners, store, ends, ALL).verdict for _ in range(2)]

    assert verdicts == [Verdict.DONE, Verdict.ALREADY]
    assert ledger.plan_state(ends[1].digest) == "finished"


@pytest.mark.parametrize("partial", [False, True])
def test_one_stale_change_keeps_back_all_unless_the_rest_was_asked_for(
    make_bench: MakeBench, ledger: SqlLedger, partial: bool
) -> None:
    """With --partial the rest is sent, and the cursor stays: the stale one is read again."""
    creates = FakeOperation()
    bench = make_bench(creates)
    source = FakeSource([mug("100"), mug("200")])
    at = desk(source, ledger)
    store, ends = plan_at(at)
    source.pages = [[mug("100", 3), mug("200")]]

    report = apply_file(bench, at.runners, store, ends, Approval(partial=partial))

    assert report.verdict is (Verdict.DONE if partial else Verdict.STALE)
    assert [one.key for one in report.stale] == ["100/east"]
    assert len(creates.sent) == partial
    assert ledger.cursor("orders") is None


def test_a_file_with_an_open_end_is_not_finished(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """It goes on when it is applied again, and a refusal alone is an end."""
    bench = make_bench(FakeOperation([UNKNOWN, REFUSED]))
    at = desk(FakeSource([mug()]), ledger)
    store, ends = plan_at(at)

    first = apply_file(bench, at.runners, store, ends, ALL)
    started = ledger.plan_state(ends[1].digest)
    clock.moment = NOON + timedelta(days=1)
    second = apply_file(bench, at.runners, store, ends, ALL)

    assert [first.verdict, second.verdict] == [Verdict.UNDECIDED, Verdict.UNDECIDED]
    assert started == "started"
    assert state(ledger, create(key="v1:acme:create:100:1")) is EffectState.FAILED


def test_a_partial_plan_never_moves_the_cursor(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """What it left out would be lost."""
    bench = make_bench()
    at = desk(FakeSource([mug("100"), mug("200")]), ledger)
    store, ends = planned(at, only=("100",))

    report = apply_file(bench, at.runners, store, ends, ALL)

    assert report.verdict is Verdict.DONE
    assert ledger.cursor("orders") is None
