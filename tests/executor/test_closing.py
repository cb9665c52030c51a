"""How an item of each class opens, and what closes it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from engine.executor.applying import Applied, Course, carry_out
from engine.executor.second_look import look_again
from engine.executor.standing import waiting_work
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Decision, Outcome
from engine.model.effect import Answer, AnswerKind, EffectState, Evidence, Proof
from engine.ports.ledger import InboxItem
from tests.executor.conftest import MakeBench
from tests.executor.making import bound, create, decision, export, sending
from tests.fakes.systems import PRESENT, FakeOperation
from tests.fakes.world import FakeClock

LATER = timedelta(minutes=1)
MEMBER = "orders.unreadable"
FINE = decision(outcome=Outcome.NOOP, rule="orders.already-there", binding=bound())


def whole(outcome: Outcome, rule: str, **more: str) -> Decision:
    """A decision on an order as a whole."""
    return decision(outcome=outcome, rule=rule, key="100", **more)


def booking(outcome: Outcome, rule: str) -> Decision:
    """A decision on a booking, whose record is its item."""
    return decision(outcome=outcome, rule=rule, key="T-1", order="A/B", flow="stock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a pass decides first, and what a later pass decides that ends the item."""

    opens: Decision
    closes: Sequence[Decision]
    item: tuple[str, str]


LIVES = {
    "a record that is read well now": Life(
        opens=whole(Outcome.REJECT, MEMBER),
        closes=[decision(outcome=Outcome.HOLD, rule="orders.hold.no-address")],
        item=("100", "reject"),
    ),
    "a table has the row now, and another rule holds it": Life(
        opens=decision(outcome=Outcome.REJECT, rule="orders.lookup.ship-method"),
        closes=[decision(outcome=Outcome.HOLD, rule="orders.items.unknown")],
        item=("100/east", "reject"),
    ),
    "a rejected part of an order that is filtered now": Life(
        opens=decision(outcome=Outcome.REJECT, rule="orders.number-taken"),
        closes=[whole(Outcome.SKIP, "orders.only.payment")],
        item=("100/east", "reject"),
    ),
    "a rejected part that goes out now": Life(
        opens=decision(outcome=Outcome.REJECT, rule="orders.number-taken"),
        closes=[decision(create())],
        item=("100/east", "reject"),
    ),
    "a box that is no more": Life(
        opens=decision(
            outcome=Outcome.REJECT,
            rule="shipments.too-many",
            key="100/east:BOX-1",
            flow="shipments",
        ),
        closes=[decision(outcome=Outcome.NOOP, rule="shipments.told", flow="shipments")],
        item=("100/east:BOX-1", "reject"),
    ),
    "a booking whose product is known now": Life(
        opens=decision(
            outcome=Outcome.REJECT,
            rule="stock.product-unknown",
            key="T-1",
            order="A/B",
            flow="stock",
        ),
        closes=[
            decision(
                outcome=Outcome.HOLD, rule="stock.behind", key="T-1", order="A/B", flow="stock"
            )
        ],
        item=("T-1", "reject"),
    ),
    "a label that found its place": Life(
        opens=decision(
            outcome=Outcome.REPORT,
            rule="shipments.more-tracking",
            key="100/east:tracking",
            flow="shipments",
        ),
        closes=[decision(outcome=Outcome.NOOP, rule="shipments.told", flow="shipments")],
        item=("100/east:tracking", "report"),
    ),
    "an order that was gone and is there again": Life(
        opens=whole(Outcome.REPORT, "orders.gone"),
        closes=[decision(outcome=Outcome.HOLD, rule="orders.hold.no-address")],
        item=("100", "report"),
    ),
    "a change that went away": Life(
        opens=decision(outcome=Outcome.REPORT, rule="orders.changes", flow="order-changes"),
        closes=[decision(outcome=Outcome.NOOP, rule="changes.none", flow="order-changes")],
        item=("100/east", "report"),
    ),
    "an alert whose change went away": Life(
        opens=decision(
            outcome=Outcome.REPORT, rule="orders.changes", flow="order-changes", urgent=True
        ),
        closes=[decision(outcome=Outcome.NOOP, rule="changes.none", flow="order-changes")],
        item=("100/east", "alert"),
    ),
}


WAITS = {
    "an order of which a call has no answer": Life(
        opens=decision(
            outcome=Outcome.REJECT, rule="shipments.too-many", key="100/east:1", flow="shipments"
        ),
        closes=[whole(Outcome.HOLD, "shipments.in-flight", flow="shipments")],
        item=("100/east:1", "reject"),
    ),
    "a report beside a part that waits": Life(
        opens=decision(
            outcome=Outcome.REPORT, rule="shipments.reset", key="100/west", flow="shipments"
        ),
        closes=[decision(outcome=Outcome.HOLD, rule="shipments.carrier", flow="shipments")],
        item=("100/west", "report"),
    ),
    "what happened on the floor": Life(
        opens=booking(Outcome.REPORT, "stock.ways.putaway"),
        closes=[replace(booking(Outcome.SEND, "stock.adjust"), key="T-2")],
        item=("T-1", "report"),
    ),
}


@pytest.mark.parametrize("name", WAITS)
def test_what_a_pass_did_not_look_at_stays(
    make_bench: MakeBench, ledger: SqlLedger, name: str
) -> None:
    """Where a record waits as a whole nothing was decided of its parts, and nothing is proven."""
    life, bench = WAITS[name], make_bench()
    carry_out(bench, [life.opens], Course(), Applied())

    carry_out(bench, life.closes, Course(), Applied())

    assert opened(ledger) == [life.item]


def opened(ledger: SqlLedger) -> list[tuple[str, str]]:
    """Business key and class of each open item."""
    return [(item.business_key, item.kind) for item in ledger.inbox()]


@pytest.mark.parametrize("name", LIVES)
def test_what_a_decision_opens_a_later_one_closes(
    make_bench: MakeBench, ledger: SqlLedger, name: str
) -> None:
    """The item stands as long as it is so, pass after pass, and ends with the pass that sees it is
    not.
    """
    life, bench = LIVES[name], make_bench()
    for _ in range(2):
        carry_out(bench, [life.opens], Course(), Applied())
        assert opened(ledger) == [life.item]

    carry_out(bench, life.closes, Course(), Applied())

    assert opened(ledger) == []


def test_a_closing_leaves_the_neighbours_alone(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Another part, another order whose key begins alike, another flow, and what an effect caused
    of the very same key.
    """
    bench = make_bench()
    now = bench.clock.now()
    mine = InboxItem(business_key="100/east", kind="reject", rule="orders.number-taken", text="-")
    others = [
        replace(mine, business_key="100/west"),
        replace(mine, business_key="1001/east"),
        replace(mine, business_key="100/x", rule=MEMBER),
        replace(mine, flow="shipments"),
        replace(mine, kind="failed", effect="v1:acme:create:another:1"),
        replace(mine, kind="report"),
    ]
    for item in (mine, *others):
        ledger.park(item, now)
    still = decision(outcome=Outcome.REJECT, rule="orders.number-taken", link="west")
    held = decision(outcome=Outcome.HOLD, rule="orders.items.unknown")

    carry_out(bench, [held, still], Course(), Applied())

    left = {(one.business_key, one.kind, one.flow) for one in ledger.inbox()}
    assert left == {(one.business_key, one.kind, one.flow) for one in others}


def test_a_stale_decision_closes_nothing(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """What was planned of a record and is not so any more proves nothing."""
    bench = make_bench()
    carry_out(bench, [whole(Outcome.REJECT, MEMBER)], Course(), Applied())
    two = [FINE, decision(create(link="west"), link="west")]

    carry_out(bench, two, Course(skipping=frozenset({("orders", "100/west")})), Applied())

    assert opened(ledger) == [("100", "reject")]


def test_rejected_records_are_looked_at_on_every_pass(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """Each by its own key: a part's record is its order, an unreadable one is itself."""
    bench = make_bench()
    wanted = [whole(Outcome.REJECT, MEMBER), decision(outcome=Outcome.REJECT, rule="a", order="7")]
    told = whole(Outcome.REPORT, "orders.gone", order="9")
    carry_out(bench, [*wanted, told], Course(), Applied())

    assert waiting_work(ledger, "orders") == ["100", "7"]
    assert waiting_work(ledger, "items") == []


@pytest.mark.parametrize("kind", ["failed", "doubt"])
def test_what_an_effect_opens_a_reading_closes(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock, kind: str
) -> None:
    """Unclear at first, there later."""
    unclear = Evidence(proof=Proof.UNCLEAR, detail="no JSON")
    bench = make_bench(FakeOperation(evidence=[unclear, PRESENT]))
    getattr(ledger, kind)(sending(bench), clock.now(), "-")
    for _ in range(2):
        assert opened(ledger) == [("100/east", kind)]
        clock.moment += LATER
        look_again(bench)

    assert opened(ledger) == []


def test_a_late_receipt_of_an_export_ends_no_report(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """What could not be written back to the order is still there when its flag is set at last."""
    bench = make_bench()
    effect = sending(bench, export())
    told = InboxItem(business_key="100", kind="report", rule="orders.write-back", text="too long")
    ledger.park(told, bench.clock.now())
    ledger.park(replace(told, kind="failed"), bench.clock.now())

    answer = Answer(kind=AnswerKind.DONE)
    ledger.done(effect, answer, bench.clock.now(), "accepted")

    assert opened(ledger) == [("100", "report")]


def test_a_conflict_ends_with_the_pass_that_plans_nothing_of_it(
    make_bench: MakeBench, ledger: SqlLedger, clock: FakeClock
) -> None:
    """The order is bound, so that nothing else is planned under its number any more."""
    bench = make_bench()
    carry_out(bench, [decision(create())], Course(), Applied())
    other = replace(create(), request=replace(create().request, body="other"))
    carry_out(bench, [decision(other)], Course(), Applied())
    assert opened(ledger) == [("100/east", "conflict")]

    carry_out(bench, [FINE], Course(), Applied())

    assert opened(ledger) == []
    assert ledger.effects([create().key])[create().key].state is EffectState.DONE


def test_what_is_told_is_on_record_before_anything_of_its_record_is_sent(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """An order that is marked is not looked at again, and its receipt does not close the report."""
    told: list[list[str]] = []
    marks = FakeOperation(on_send=lambda: told.append([one.rule for one in ledger.inbox()]))
    report = whole(Outcome.REPORT, "orders.write-back")

    decisions = [decision(create(), export("100", "east")), report]
    carry_out(make_bench(FakeOperation(), marks), decisions, Course(), Applied())

    assert told == [["orders.write-back"]]
    assert [one.rule for one in ledger.inbox()] == ["orders.write-back"]


def test_what_is_told_stands_beside_what_closes(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A part that is as it should be closes what was open of it, but not what is told just now."""
    opened = [decision(outcome=one, rule="x") for one in (Outcome.REJECT, Outcome.REPORT)]
    bench = make_bench()
    carry_out(bench, opened, Course(), Applied())

    carry_out(bench, [opened[1], FINE], Course(), Applied())

    assert [one.kind for one in ledger.inbox()] == ["report"]
