"""What an earlier pass left open, and how a later one lets go of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.executor.applying import Applied, Course, carry_out
from engine.executor.bench import Bench
from engine.executor.order_ground import Eyes, stale_decisions
from engine.executor.plan_file import decisions
from engine.executor.settling import settle
from engine.executor.standing import maybe_ours
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision, Leg, Outcome
from engine.model.desired import ItemState
from engine.model.effect import Answer, AnswerKind, EffectState, Evidence, Proof
from tests.executor.conftest import MakeBench
from tests.executor.making import bound, create, decision, desk, held, order_desk, planned, state
from tests.executor.test_running import mug
from tests.fakes.systems import REFUSED, FakeOperation, FakeSink, FakeSource
from tests.fakes.world import NOON, FakeClock

AWAY = Answer(kind=AnswerKind.NOT_SENT, detail="nobody answers")
REJECTED = decision(outcome=Outcome.REJECT, rule="orders.number-taken")
FOUND = decision(outcome=Outcome.NOOP, rule="orders.already-there", binding=bound())
DROPPED = decision(outcome=Outcome.SKIP, rule="orders.only.shipping", key="100")
GONE = decision(outcome=Outcome.REPORT, rule="orders.gone", key="100")
WAITING = decision(outcome=Outcome.HOLD, rule="orders.hold.no-address")


KEY = create().key
BOOKED = create(legs=(Leg(key="wos:1:7", quantity=3),))
UNCLEAR = Evidence(proof=Proof.UNCLEAR, detail="it leaves no trace")


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    """A bench on which a create was planned and certainly not sent: nobody answered."""
    made = make_bench(FakeOperation([AWAY] * 3))
    carry_out(made, [decision(create())], Course(), Applied())
    return made


@pytest.mark.parametrize("later", [FOUND, DROPPED, GONE])
def test_a_change_that_nobody_wants_any_more_is_withdrawn(
    bench: Bench, ledger: SqlLedger, later: Decision
) -> None:
    """What was planned, never happened and is not planned again leaves no row, only its audit."""
    assert state(ledger) is EffectState.PLANNED

    carry_out(bench, [later], Course(), Applied())

    assert ledger.effects([KEY]) == {}
    assert ledger.unfinished() == []
    *_, last = ledger.audit(KEY)
    assert (last["from"], last["to"]) == ("PLANNED", "")
    assert later.rule in str(last["detail"])


def test_a_change_of_a_held_part_is_kept(bench: Bench, ledger: SqlLedger) -> None:
    """A hold may pass, and then the change goes out under the number that it has."""
    carry_out(bench, [WAITING], Course(), Applied())

    assert state(ledger) is EffectState.PLANNED


def test_a_create_of_a_part_that_is_gone_is_withdrawn_although_another_is_held(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Its units went to the part that is held, and nobody would ever decide on it again."""
    made = make_bench(FakeOperation([AWAY] * 3))
    carry_out(made, [decision(create(binding=bound()))], Course(), Applied())
    for kept in (WAITING, decision(outcome=Outcome.HOLD, key="100")):
        carry_out(made, [kept], Course(), Applied())
        assert state(ledger) is EffectState.PLANNED

    carry_out(made, [decision(outcome=Outcome.HOLD, link="west")], Course(), Applied())

    assert ledger.unfinished() == []
    assert held(ledger) == [("100/west", "orders.send")]


def test_a_reject_is_new_only_once(bench: Bench) -> None:
    """A reject that stands in the inbox already leaves nothing undecided in the next pass."""
    first, second = Applied(), Applied()
    carry_out(bench, [REJECTED], Course(), first)
    carry_out(bench, [REJECTED], Course(), second)

    assert (first.parked, first.undecided) == (1, True)
    assert (second.parked, second.undecided) == (0, False)


def test_a_reject_is_closed_by_a_later_proof(bench: Bench, ledger: SqlLedger) -> None:
    """When the part is found in the warehouse after all, its inbox item closes by itself."""
    carry_out(bench, [REJECTED], Course(), Applied())
    carry_out(bench, [FOUND], Course(), Applied())

    assert ledger.inbox() == []
    (closed,) = ledger.inbox(include_closed=True)
    assert closed.resolution == "closed by a later pass: because"


def test_a_doubt_is_closed_by_no_pass(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """A doubt keeps back all else of its subject, so that nobody but a person may close it."""
    silent = Answer(kind=AnswerKind.UNKNOWN, detail="reset")
    made = make_bench(FakeOperation([silent], [UNCLEAR]))
    carry_out(made, [decision(create())], Course(), Applied())
    clock.moment += timedelta(hours=1)
    settle(made)

    carry_out(made, [FOUND], Course(), Applied())

    assert [item.kind for item in ledger.inbox()] == ["doubt"]


def test_an_order_whose_create_was_refused_may_still_become_ours(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """Somebody may type it in, until a person has closed the item about it."""
    made = make_bench(FakeOperation([REFUSED]))
    carry_out(made, [decision(create(binding=bound()))], Course(), Applied())
    (item,) = ledger.inbox()
    before = maybe_ours(ledger)
    ledger.resolve(item.business_key, clock.now(), "not wanted")

    assert before == {bound()["number"]: bound()["order"]}
    assert maybe_ours(ledger) == {}


def test_a_refused_change_of_bookings_is_closed_by_no_pass(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """That its bookings are on record is no proof that the channel knows them."""
    made = make_bench(FakeOperation([REFUSED]))
    carry_out(made, [decision(BOOKED)], Course(), Applied())
    carry_out(made, [decision(outcome=Outcome.NOOP)], Course(), Applied())

    assert [item.kind for item in ledger.inbox()] == ["failed"]


def test_a_planned_change_of_bookings_is_never_withdrawn(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """A plan that was made before knows nothing of it, and its messages may be dealt with."""
    made = make_bench(FakeOperation([AWAY] * 3))
    carry_out(made, [decision(BOOKED)], Course(), Applied())

    carry_out(made, [DROPPED], Course(), Applied())

    assert ledger.legs(["wos:1:7"]) == {"wos:1:7": KEY}


def test_an_item_that_went_since_the_plan_makes_it_stale(ledger: SqlLedger) -> None:
    """Sent, the order would make a new item of its number in the warehouse."""
    store, _ = planned(desk(FakeSource([mug()]), ledger))
    sink = FakeSink()
    at = order_desk(FakeSource([mug()]), ledger, sink)
    eyes = Eyes(compiled=at.compiled, source=at.source, sink=sink, ledger=ledger)
    assert list(stale_decisions(eyes, decisions(store))) == []

    (one,) = decisions(store)
    (row,) = (one.changes[0].binding or {})["composition"]
    sink.known = {row["item"]: ItemState.UNKNOWN}

    (stale,) = stale_decisions(eyes, decisions(store))
    assert stale.why == f"the warehouse does not know {row['item']} any more"


@pytest.mark.parametrize("old", [True, False])
def test_a_plan_ends_nothing_that_was_found_after_it_was_made(
    make_bench: MakeBench, ledger: SqlLedger, old: bool
) -> None:
    """What a pass told of an order after a plan file was made stays told when it is applied."""
    bench = make_bench(FakeOperation([AWAY] * 3))
    bench.clock.sleep(60)
    added = decision(flow="order-changes", outcome=Outcome.REPORT, rule="orders.changes.line-added")
    waiting = replace(WAITING, key="200/east", order="200")
    carry_out(bench, [added, decision(create()), waiting], Course(), Applied())

    plan = [
        replace(added, key="100/west", outcome=Outcome.NOOP, rule="changes.none"),
        DROPPED,
        replace(DROPPED, key="200", order="200"),
    ]
    made = NOON if old else bench.clock.now()
    carry_out(bench, plan, Course(made=made), Applied())

    left = {*(item.rule for item in ledger.inbox()), *(rule for _, rule in held(ledger))}
    left |= {effect.intent.key for effect in ledger.unfinished()}
    assert left == ({added.rule, waiting.rule, KEY} if old else set())
