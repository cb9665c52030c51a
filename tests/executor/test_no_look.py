"""An order that leaves at once is not looked at before, where no number is taken twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.executor.order_runner import OrderDesk, decide_batch
from engine.ledger.sql_ledger import SqlLedger
from tests.executor.making import order_desk
from tests.executor.test_running import mug
from tests.fakes.systems import FakeSink, FakeSource


def _desk(ledger: SqlLedger, sink: FakeSink, *, sends: bool) -> OrderDesk:
    return replace(order_desk(FakeSource(), ledger, sink), sends=sends)


@pytest.mark.parametrize(
    ("sends", "unique", "looks"),
    [(True, True, 0), (True, False, 1), (False, True, 1), (False, False, 1)],
)
def test_only_what_leaves_at_once_to_who_refuses_a_second_is_not_looked_at(
    ledger: SqlLedger, sends: bool, unique: bool, looks: int
) -> None:
    """A plan says what is there already; a site that may take a number twice is always asked."""
    sink = FakeSink()
    sink.unique = unique

    (decided,) = decide_batch(_desk(ledger, sink, sends=sends), [mug()], {})

    assert decided.rule == "orders.send"
    assert len(sink.asked) == looks
