"""Adopting over fakes: what is there is bound, and what cannot be read stops nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from engine.executor.adopting import Fate, Found, bind_parts, find_parts
from engine.ledger.sql_ledger import SqlLedger
from engine.model.desired import ExistingLine, ExistingOrder
from engine.model.order import Unreadable
from engine.ports.systems import OrderQuery
from engine.report.adopt_text import show_found
from engine.report.screen import Screen
from tests.executor.making import decision, order_desk
from tests.executor.test_running import mug
from tests.fakes.systems import FakeSink, FakeSource
from tests.fakes.world import NOON


class OddSource(FakeSource):
    """The same with a record that cannot be read before all others."""

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Any]]:
        yield [Unreadable(key="bad", why="it has no lines")]
        yield from super().orders(query)


def there(number: str, quantity: int = 1) -> ExistingOrder:
    """One order of mugs in the warehouse."""
    lines = (ExistingLine(item="MUG", quantity=quantity),)
    return ExistingOrder(number=number, state="available", area=None, lines=lines)


def fates(found: Sequence[Found]) -> dict[str, Fate]:
    """Order -> what was found of it."""
    return {one.decision.order: one.fate for one in found}


def test_each_part_has_one_fate(ledger: SqlLedger) -> None:
    """A record that cannot be read is left alone, and the others are looked up all the same."""
    source = OddSource([mug("100"), mug("200")], [mug("300")])
    absent = list(find_parts(order_desk(source, ledger)))
    numbers = {one.decision.order: one.decision.number for one in absent}
    sink = FakeSink(there(str(numbers["100"])), there(str(numbers["200"]), 7))

    found = list(find_parts(order_desk(source, ledger, sink)))

    assert fates(found) == {
        "bad": Fate.LEFT,
        "100": Fate.SAME,
        "200": Fate.DIFFERS,
        "300": Fate.ABSENT,
    }
    assert source.queries[-1].acknowledged is None


def test_what_is_bound_is_bound_once(ledger: SqlLedger) -> None:
    """The memory has it with its number; looked at again it is bound already."""
    source = FakeSource([mug("100")])
    (absent,) = find_parts(order_desk(source, ledger))
    sink = FakeSink(there(str(absent.decision.number)))
    found = list(find_parts(order_desk(source, ledger, sink)))

    assert (bind_parts(ledger, found, NOON), bind_parts(ledger, found, NOON)) == (1, 1)
    (binding,) = ledger.bindings(["100"])["100"]
    assert binding.number == absent.decision.number
    assert fates(list(find_parts(order_desk(source, ledger, sink)))) == {"100": Fate.BOUND}


def test_of_many_differences_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are counted, and a machine gets them all."""
    one = Found(fate=Fate.DIFFERS, decision=decision(), text="its area is WEST, not EAST")

    show_found(Screen(), [one] * 42)

    said = capsys.readouterr().out
    assert said.count("its area is WEST") == 40
    assert "... and 2 more" in said
