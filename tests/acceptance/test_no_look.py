"""A `run` does not look before it creates, where the site takes no number twice: its answer tells
what a look would have told.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.planning import plan
from tests.acceptance.week import CUSTOMER, PROFILE
from tests.requests.counting import counted
from tests.requests.passes import LATER, PLAIN
from tests.simulation.people import BUYER, FIRST_ORDER
from tests.simulation.stage import Stage, open_stage

NUMBER = f"US-{FIRST_ORDER}"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """One new order of a mug, of which nothing stands in the memory."""
    stage = open_stage(tmp_path, PLAIN)
    stage.run("orders")
    stage.sell(PROFILE, ("MUG-01", 1, 7), **BUYER, ID=FIRST_ORDER, SiteOrderID="114-0")
    stage.wait(LATER)
    return stage


def _numbers(stage: Stage) -> list[str]:
    return [order["number"] for order in stage.states().warehouse["orders"]]


def test_an_order_that_is_there_as_it_would_be_sent_is_ours(stage: Stage) -> None:
    """The site refuses the second, what is there is compared, bound and marked as exported."""
    stage.enter(NUMBER, "MAIN", ("MUG-01", 1))

    with counted(stage) as kinds:
        code = stage.run("orders")

    assert code == 0, stage.said
    assert _numbers(stage) == [NUMBER]
    assert (kinds["create"], kinds["order in the warehouse"], kinds["export flag"]) == (1, 1, 1)
    with stage.ledger() as ledger:
        (bound,) = ledger.bindings([str(FIRST_ORDER)])[str(FIRST_ORDER)]
        assert bound.number == NUMBER
        assert ledger.unfinished() == [] == ledger.inbox()


def test_an_order_that_differs_is_for_a_person(stage: Stage) -> None:
    """Another order under its number is left as it is, a person is told, no flag is set."""
    stage.enter(NUMBER, "MAIN", ("ROPE-10", 4))

    with counted(stage) as kinds:
        stage.run("orders")

    assert _numbers(stage) == [NUMBER]
    assert kinds["export flag"] == 0
    with stage.ledger() as ledger:
        assert ledger.bindings([str(FIRST_ORDER)]) == {}
        (item,) = ledger.inbox()
        assert "taken by another order" in item.text


def test_a_plan_says_what_is_there_already(stage: Stage) -> None:
    """It is shown to a person before anything is sent, so it looks."""
    stage.enter(NUMBER, "MAIN", ("MUG-01", 1))

    stage.command(plan, CUSTOMER, "orders")

    assert "is in the warehouse already, with the same content" in stage.said
