"""Decisions carried out order by order, and the cursor after them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import FenceError, SystemUnavailableError
from engine.executor.applying import Applied, Course, advance, carry_out, refused_gates
from engine.executor.bench import UNFINISHED, Result
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import ChangeStatus, Decision, Outcome
from engine.model.effect import Answer, AnswerKind, Binding, EffectState
from engine.model.plan import BlockedGate, PlanFooter, PlanHeader, Window
from engine.model.stock import Message, MessageKind
from engine.ports.ledger import Cursor, Hold
from tests.executor.conftest import TTL, MakeBench
from tests.executor.making import bound, create, decision, export, held, state
from tests.fakes.systems import DONE, FakeOperation
from tests.fakes.world import NOON, FakeClock

REFUSED = Answer(kind=AnswerKind.REFUSED, detail="no such area")
UNKNOWN = Answer(kind=AnswerKind.UNKNOWN, detail="reset")
HELD = decision(outcome=Outcome.HOLD, rule="orders.lookup.ways", reason="no row")


def test_every_outcome_leaves_what_it_must(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Holds are kept, rejects and reports parked, parts found there bound, changes performed."""
    operation = FakeOperation()
    applied = Applied()
    decisions = [
        decision(create(), export()),
        decision(order="200", outcome=Outcome.HOLD, rule="orders.lookup.ways"),
        decision(order="300", outcome=Outcome.REJECT, rule="orders.number-taken"),
        decision(order="400", outcome=Outcome.REPORT, rule="orders.gone"),
        decision(order="500", outcome=Outcome.NOOP, binding=bound("500")),
        decision(order="600", outcome=Outcome.SKIP),
    ]

    carry_out(make_bench(operation), decisions, Course(), applied)

    assert applied.counts == {"applied": 2}
    assert (applied.parked, applied.undecided, len(operation.sent)) == (1, True, 1)
    assert held(ledger) == [("200/east", "orders.lookup.ways")]
    assert [item.kind for item in ledger.inbox()] == ["reject", "report"]
    assert sorted(ledger.bindings(["100", "500"])) == ["100", "500"]


def test_who_lost_the_lease_touches_no_hold(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """A process that slept through its lease must not end a hold of the one that took over."""
    bench = make_bench()
    clock.moment += TTL + timedelta(seconds=1)
    ledger.acquire("acme", "another", clock.now(), TTL)
    ledger.hold(Hold(part="100/east", order="100", rule="x", reason="y", since=NOON, seen=NOON))

    with pytest.raises(FenceError):
        carry_out(bench, [decision(outcome=Outcome.SKIP)], Course(), Applied())

    assert held(ledger) == [("100/east", "x")]


def test_an_export_waits_for_every_part(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """With one part refused the flag is not set, and the order is looked at again."""
    exports = FakeOperation(again=True)
    bench = make_bench(FakeOperation([DONE, REFUSED]), exports)
    told: list[Result] = []
    bench.on_change = told.append
    applied = Applied()

    west = decision(create(link="west"), export("100", "east", "west"), link="west")
    carry_out(bench, [decision(create()), west], Course(), applied)

    assert exports.sent == []
    assert [result.status.value for result in told] == ["applied", "failed", "skipped"]
    assert [result.detail for _, result in applied.trouble] == [
        "no such area",
        "waits for 100/west",
    ]
    assert held(ledger) == [("100", UNFINISHED)]


@pytest.mark.parametrize(
    ("outcome", "left"), [(Outcome.HOLD, True), (Outcome.SKIP, False), (Outcome.NOOP, False)]
)
def test_an_order_stays_open_while_a_part_of_it_is_held(
    make_bench: MakeBench, ledger: SqlLedger, outcome: Outcome, left: bool
) -> None:
    """A person may end that part's effect between two passes; what nobody holds is let go."""
    bench = make_bench()
    bench.keep_open(("orders", "100"), "waits for 100/east")

    carry_out(bench, [decision(outcome=outcome, rule="orders.refused")], Course(), Applied())

    assert (("100", UNFINISHED) in held(ledger)) is left


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.SKIP, Outcome.NOOP])
@pytest.mark.parametrize("there", [True, False])
def test_what_the_orders_flow_lets_go_of_is_looked_at_for_its_changes(
    make_bench: MakeBench, ledger: SqlLedger, outcome: Outcome, there: bool
) -> None:
    """A create found after an hour may be of an order that was cancelled meanwhile, long read."""
    bench = make_bench()
    bench.heirs = ("order-changes",)
    if there:
        ledger.bind(Binding(**bound()), NOON, "found by reading back")
    bench.keep_open(("orders", "100"), "a change of it had no answer")

    carry_out(bench, [decision(outcome=outcome)], Course(), Applied())

    over = there and outcome is not Outcome.HOLD
    assert [hold.order for hold in ledger.holds() if hold.flow == "order-changes"] == ["100"] * over


def test_a_part_that_is_not_held_any_more_is_let_go(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Holds end with the pass that decides otherwise; a hold that stands keeps its first time."""
    bench = make_bench()
    for part in ("100/east", "100/west"):
        ledger.hold(Hold(part=part, order="100", rule="x", reason="y", since=NOON, seen=NOON))
    bench.clock.sleep(60)

    carry_out(bench, [HELD, decision(link="west", outcome=Outcome.SKIP)], Course(), Applied())

    (hold,) = ledger.holds()
    assert (hold.part, hold.rule) == ("100/east", "orders.lookup.ways")
    assert (hold.since, hold.seen) == (NOON, NOON + timedelta(seconds=60))


def test_stale_decisions_are_left_alone(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Nothing of them is sent, held or let go."""
    operation = FakeOperation()
    bench = make_bench(operation)
    ledger.hold(Hold(part="100/east", order="100", rule="x", reason="y", since=NOON, seen=NOON))

    course = Course(skipping=frozenset([("orders", "100/east")]))
    carry_out(bench, [decision(create(), export())], course, Applied())

    assert operation.sent == []
    assert held(ledger) == [("100/east", "x")]


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize("before", [True, False])
def test_an_order_behind_the_cursor_is_held_before_its_first_change(
    make_bench: MakeBench, ledger: SqlLedger, partial: bool, before: bool
) -> None:
    """Where no cursor leads back to it, a crash between create and export must leave a trace."""
    seen: list[list[tuple[str, str]]] = []
    exports = FakeOperation(again=True, on_send=lambda: seen.append(held(ledger)))
    bench = make_bench(export=exports)
    if before:
        ledger.hold(Hold(part="100/east", order="100", rule="x", reason="y", since=NOON, seen=NOON))

    carry_out(bench, [decision(create(), export())], Course(partial=partial), Applied())

    assert seen == [[("100", UNFINISHED)] if partial or before else []]
    assert held(ledger) == []


def test_a_single_change_needs_no_hold(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Its own row in the ledger is trace enough."""
    seen: list[list[tuple[str, str]]] = []
    creates = FakeOperation(on_send=lambda: seen.append(held(ledger)))

    carry_out(make_bench(creates), [decision(create())], Course(partial=True), Applied())

    assert seen == [[]]


def test_a_silent_system_ends_the_pass_and_keeps_what_was_open(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """What was sent stays on record; what was not is not touched."""
    bench = make_bench(FakeOperation([UNKNOWN]))
    decisions = [decision(create(str(n)), order=str(n)) for n in range(9)]

    with pytest.raises(SystemUnavailableError):
        carry_out(bench, decisions, Course(), Applied())
    assert {row.state for row in ledger.unfinished()} == {EffectState.SENDING}
    assert len(ledger.unfinished()) == 5


def test_the_report_keeps_the_first_hundred_troubles() -> None:
    """Counts are whole, examples are few."""
    applied = Applied()
    for number in range(150):
        applied.note(decision(order=str(number)), Result(status=ChangeStatus.FAILED, detail="no"))
    applied.note(decision(), Result(status=ChangeStatus.APPLIED))

    assert applied.counts == {"failed": 150, "applied": 1}
    assert len(applied.trouble) == 100


def header(version: int = 0) -> PlanHeader:
    """A header of a plan that saw this version of the cursor."""
    return PlanHeader(
        customer="acme",
        ruleset="h",
        made_at=NOON.isoformat(),
        windows=(
            Window(
                flow="orders",
                feed="orders",
                since=NOON.isoformat(),
                until=NOON.isoformat(),
                cursor_version=version,
            ),
        ),
        partial=False,
    )


def footer(watermark: str | None, *gates: BlockedGate) -> PlanFooter:
    """A footer that would move the cursor there."""
    return PlanFooter(
        read={},
        quiet={},
        outcomes={},
        rules={},
        changes={},
        newly_held=0,
        calls=0,
        unchecked=0,
        blocked=gates,
        watermarks={"orders": watermark} if watermark else {},
    )


def test_the_cursor_moves_once_a_plan(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """It is made, moved, and left alone by a plan that saw an older version or nothing at all."""
    bench = make_bench()
    later = NOON + timedelta(hours=1)

    advance(bench, header(), footer(None), Course())
    assert ledger.cursor("orders") is None
    advance(bench, header(), footer(NOON.isoformat()), Course())
    advance(bench, header(1), footer(later.isoformat()), Course())
    advance(bench, header(1), footer((later + timedelta(hours=1)).isoformat()), Course())

    assert ledger.cursor("orders") == Cursor(feed="orders", watermark=later, version=2)


def test_gates_are_approved_by_name() -> None:
    """Each gate that blocks needs its own approval."""
    one = BlockedGate(gate="orders.create", count=9, limit=5, unit="changes")
    two = BlockedGate(gate="orders.first-pass", count=9, limit=5, unit="changes")

    assert refused_gates([one, two, one], []) == ["orders.create", "orders.first-pass"]
    assert refused_gates([one, two], ["orders.create"]) == ["orders.first-pass"]


def test_what_was_sent_before_is_not_sent_again(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """The same decisions a second time find everything done."""
    creates, exports = FakeOperation(), FakeOperation(again=True)
    bench = make_bench(creates, exports)
    decisions: list[Decision] = [decision(create(), export())]

    for _ in range(2):
        applied = Applied()
        carry_out(bench, decisions, Course(), applied)

    assert (len(creates.sent), len(exports.sent)) == (1, 1)
    assert applied.counts == {"applied": 2}
    assert state(ledger) is EffectState.DONE


def message(name: str) -> Message:
    """A message of the warehouse."""
    return Message(key=name, kind=MessageKind.BOX, order="N-1")


def waiting(ledger: SqlLedger) -> list[str]:
    """The messages that nobody has dealt with."""
    return [row.message.key for row in ledger.messages([MessageKind.BOX.value], 0)]


def test_what_leads_to_a_stale_decision_stays_though_the_rest_is_carried_out(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Its hold, its planned effect and the message that another decision settles lead to it."""
    bench = make_bench(
        FakeOperation([Answer(kind=AnswerKind.NOT_SENT, detail="busy", retry_after=99)])
    )
    ledger.store_messages([message("m1")], NOON)
    carry_out(bench, [decision(create())], Course(), Applied())
    ledger.hold(Hold(part="100/east", order="100", rule="x", reason="y", since=NOON, seen=NOON))
    west = decision(link="west", outcome=Outcome.NOOP, settles=("m1",))

    stale = Course(skipping=frozenset([("orders", "100/east")]), partial=True)
    carry_out(bench, [decision(create()), west], stale, Applied())

    assert held(ledger) == [("100", UNFINISHED), ("100/east", "x")]
    assert state(ledger) is EffectState.PLANNED
    assert waiting(ledger) == ["m1"]


def test_messages_are_dealt_with_after_all_of_their_record(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """A crash behind the decision that names them must not lose a hold that comes after it."""
    ledger.store_messages([message("m1")], NOON)
    seen: list[list[str]] = []
    creates = FakeOperation(on_send=lambda: seen.append(waiting(ledger)))
    noop = decision(outcome=Outcome.NOOP, settles=("m1",))

    carry_out(make_bench(creates), [noop, decision(create(), link="west")], Course(), Applied())

    assert (seen, waiting(ledger)) == ([["m1"]], [])


def test_what_is_behind_another_effect_is_looked_at_again(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Nothing is written down of it, and its hold ends: its record must not be forgotten."""
    bench = make_bench(FakeOperation([UNKNOWN]))
    ledger.hold(Hold(part="100/east", order="100", rule="x", reason="y", since=NOON, seen=NOON))
    ledger.store_messages([message("m1")], NOON)
    carry_out(bench, [decision(create())], Course(), Applied())

    later = create(key="v1:acme:create:100east:2")
    carry_out(bench, [decision(later, settles=("m1",))], Course(), Applied())

    assert held(ledger) == [("100", UNFINISHED)]
    assert waiting(ledger) == ["m1"]


def test_an_alert_is_for_somebody_now_and_a_report_is_not(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """What is newly parked as an alert leaves a pass undecided, once; a report never does."""
    bench, first, second = make_bench(), Applied(), Applied()
    told = decision(order="200", outcome=Outcome.REPORT)
    urgent = decision(order="300", outcome=Outcome.REPORT, urgent=True)

    carry_out(bench, [told], Course(), first)
    quiet = first.undecided
    carry_out(bench, [told, urgent], Course(), first)
    carry_out(bench, [told, urgent], Course(), second)

    assert (quiet, first.undecided, second.undecided) == (False, True, False)
    assert sorted(item.kind for item in ledger.inbox()) == ["alert", "report"]
