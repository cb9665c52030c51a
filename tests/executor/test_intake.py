"""Messages are stored before they are taken away, and a plan sees them in either place."""

from __future__ import annotations

import pytest

from engine.executor.applying import Applied, Course, carry_out
from engine.executor.intake import Inflow, take_in
from engine.ledger.sql_ledger import SqlLedger
from engine.model.decision import Outcome
from engine.model.stock import Message, MessageKind
from tests.executor.conftest import MakeBench
from tests.executor.making import create, decision
from tests.fakes.systems import FakeEvents, FakeOperation, FakeQueue
from tests.fakes.world import NOON

KINDS = (MessageKind.PICK,)


def message(key: str, kind: MessageKind = MessageKind.PICK) -> Message:
    """A message about an order of the same name."""
    return Message(key=key, kind=kind, order=key)


def waiting(ledger: SqlLedger, *looked_at: Message, may_look: bool = True) -> list[str]:
    """The keys that a plan sees, with these messages still in the queue."""
    inflow = Inflow(ledger=ledger, events=FakeEvents(*looked_at, may_look=may_look))
    return [one.key for one in inflow.messages(KINDS)]


def test_a_queue_is_emptied_into_the_memory(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """Everything is stored, page by page, and gone there; a second time there is nothing."""
    queue = FakeQueue(*(message(key) for key in "abcde"))
    bench = make_bench()
    bench.queues = {"wos": queue}

    assert (take_in(bench), take_in(bench)) == (5, 0)
    assert (queue.waiting, waiting(ledger)) == ([], list("abcde"))


def test_a_queue_that_keeps_its_messages_does_not_hold_us(
    make_bench: MakeBench, ledger: SqlLedger
) -> None:
    """The same messages again end the reading, and are stored once."""
    bench = make_bench()
    bench.queues = {"wos": FakeQueue(message("a"), stuck=True)}

    assert take_in(bench) == 1
    assert waiting(ledger) == ["a"]


@pytest.mark.parametrize(("tells", "reads"), [(False, 3), (True, 2)])
def test_a_queue_that_says_so_is_not_asked_whether_it_is_empty(
    make_bench: MakeBench, tells: bool, reads: int
) -> None:
    """Three messages are two pages; only a queue that tells nothing is read a third time."""
    queue = FakeQueue(*(message(key) for key in "abc"), tells=tells)
    bench = make_bench()
    bench.queues = {"wos": queue}

    assert take_in(bench) == 3
    assert (queue.waiting, queue.reads) == ([], reads)


def test_a_queue_with_what_came_again_is_looked_at_once_more(make_bench: MakeBench) -> None:
    """Whatever it says: a message that it does not let go of is told of as before."""
    queue = FakeQueue(message("a"), stuck=True, tells=True)
    bench = make_bench()
    bench.queues = {"wos": queue}
    take_in(bench)
    queue.reads = 0

    assert take_in(bench) == 0
    assert (queue.reads, [item.rule for item in bench.ledger.inbox()]) == (2, ["queue.stuck"])


def test_a_plan_sees_a_message_once_wherever_it_is(ledger: SqlLedger) -> None:
    """Stored and still waiting, or waiting twice, it comes once; of other kinds nothing comes."""
    ledger.store_messages([message("a")], NOON)
    there = [message("a"), message("b"), message("c", MessageKind.STOCK), message("b")]

    assert waiting(ledger, *there) == ["a", "b"]
    assert waiting(ledger, *there, may_look=False) == ["a"]
    assert [one.key for one in Inflow(ledger=ledger, events=None).messages(KINDS)] == ["a"]


def test_what_is_on_record_settles_its_messages(make_bench: MakeBench, ledger: SqlLedger) -> None:
    """A sent change and a no-op do, a hold and a change that waits do not."""
    ledger.store_messages([message(key) for key in "abcd"], NOON)
    bench = make_bench(FakeOperation())
    waits = create("300", after=("v1:acme:create:never:1",))

    carry_out(
        bench,
        [
            decision(create(), settles=("a",)),
            decision(order="200", outcome=Outcome.NOOP, settles=("b",)),
            decision(waits, order="300", settles=("c",)),
            decision(order="400", outcome=Outcome.HOLD, settles=("d",)),
        ],
        Course(),
        Applied(),
    )

    assert waiting(ledger) == ["c", "d"]
