"""What is read to set a quantity: whoever cannot be asked is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.customers import load_customer
from engine.executor.stock_census import Noting, Question, figures_of
from engine.flows.stock_figures import Spot, Unset
from engine.model.stock import Message
from tests.cases.case import BASE, MemoryWorkspace, with_base
from tests.cases.sets_of import census_of
from tests.cases.stock_street import ToldEvents, ToldMemory, ToldProgress, ToldStock

LAMP = Spot(product="6200139", dc=5)


class Emptying(ToldEvents):
    """A queue that is emptied by who reads it."""

    may_look = False

    def peek(self) -> tuple[Sequence[Message], int]:
        raise AssertionError("nobody may look")


def test_a_queue_that_may_not_be_looked_at_sets_nothing() -> None:
    """Nobody could tell whether a booking came in between."""
    workspace = MemoryWorkspace(with_base("", "cases-stock-with-a-set"), BASE)
    customer, _ = load_customer(workspace, "acme")
    assert customer is not None
    assert customer.stock is not None
    known = {"shelf": {"LAMP-01": {"Main": 10}}}
    census = census_of(customer, known, ToldProgress({}), Emptying([]))
    asked = Question(
        compiled=customer.stock,
        sink=ToldStock(),
        ledger=ToldMemory({}),
        spots=[(LAMP, "LAMP-01")],
        taken=frozenset(),
    )
    (unset,) = figures_of(census, asked).values()
    assert isinstance(unset, Unset)
    assert unset.rule == "stock.cannot-set"


def test_what_notes_progress_shows_what_its_source_shows() -> None:
    """It keeps the orders that can be read, and changes nothing."""
    orders = {"900": {"lines": {"1": {"item": "LAMP-01", "picked": 2}}}, "901": {"why": "broken"}}
    source = ToldProgress(orders)
    noting = Noting(source=source)
    since = datetime(2026, 11, 10, tzinfo=UTC)
    assert list(noting.changed(since)) == list(source.changed(since))
    assert noting.progress(["900", "901", "902"]).keys() == {"900", "901"}
    assert noting.seen.keys() == {"900"}
