"""What an earlier pass left open, and how a later one lets go of it."""

from __future__ import annotations

import pytest

from engine.executor.applying import Applied, Course, carry_out
from engine.executor.bench import Bench
from engine.executor.order_ground import Eyes, stale_decisions
from engine.executor.plan_file import decisions
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision, Outcome
from engine.model.desired import ItemState
from engine.model.effect import Answer, AnswerKind, EffectState
from tests.executor.conftest import MakeBench
from tests.executor.making import bound, create, decision, desk, order_desk, planned, state
from tests.executor.test_running import mug
from tests.fakes.systems import FakeOperation, FakeSink, FakeSource

AWAY = Answer(kind=AnswerKind.NOT_SENT, detail="nobody answers")
REJECTED = decision(outcome=Outcome.REJECT, rule="orders.number-taken")
FOUND = decision(outcome=Outcome.NOOP, rule="orders.already-there", binding=bound())
DROPPED = decision(outcome=Outcome.SKIP, rule="orders.only.shipping", key="100")
GONE = decision(outcome=Outcome.REPORT, rule="orders.gone", key="100")
WAITING = decision(outcome=Outcome.HOLD, rule="orders.hold.no-address")


KEY = create().key


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
