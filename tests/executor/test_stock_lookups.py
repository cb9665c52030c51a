"""What is looked up before bookings are decided about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.customers import load_customer
from engine.executor.stock_lookups import Eyes, look_up
from engine.flows.stock_bookings import Booking, booking_of
from engine.flows.stock_draft import draft_of
from tests.cases.case import BASE, MemoryWorkspace, with_base
from tests.cases.sets_of import census_of, levels_of
from tests.cases.stock_street import (
    PRODUCTS,
    ToldEvents,
    ToldMemory,
    ToldProducts,
    ToldProgress,
    ToldStock,
    messages_of,
)

SET = {"key": "v1:acme:set:6200139:5:wos:9", "kind": "set-quantity", "state": "DONE"}
LOOKS = {"shelf": {"LAMP-01": {"Main": 10}}}


class Emptying(ToldEvents):
    """A queue that is emptied by who reads it."""

    may_look = False


def subjects(events: ToldEvents, known: Mapping[str, Any], base: str) -> set[str]:
    """Of which products the history is asked for, for one new booking of the lamp."""
    customer, problems = load_customer(MemoryWorkspace(with_base("", base), BASE), "acme")
    assert customer is not None, problems
    assert customer.stock is not None
    eyes = Eyes(
        compiled=customer.stock,
        sink=ToldStock(levels_of(known)),
        products=ToldProducts(PRODUCTS),
        ledger=ToldMemory({"effects": [SET]}),
        census=census_of(customer, known, ToldProgress({}), events),
    )
    booking = booking_of(messages_of({"bookings": [{"quantity": 1}]})[0])
    assert isinstance(booking, Booking)
    draft = draft_of(customer.stock, booking, eyes.sink.centers())
    return set(look_up(eyes, [draft], {}, {}).history)


@pytest.mark.parametrize(
    ("base", "known", "events", "found"),
    [
        ("cases-stock-with-a-set", LOOKS, ToldEvents([]), {"ca:product:6200139"}),
        ("cases-stock-with-a-heal", LOOKS, ToldEvents([]), {"ca:product:6200139"}),
        ("cases-stock-with-a-set", LOOKS, Emptying([]), set()),
        ("cases-stock-with-a-set", {}, ToldEvents([]), set()),
        ("cases-stock", LOOKS, ToldEvents([]), set()),
    ],
)
def test_what_was_set_counts_where_it_can_be_set_again(
    base: str, known: Mapping[str, Any], events: ToldEvents, found: set[str]
) -> None:
    """A booking that nothing but a change can tell is told as one."""
    assert subjects(events, known, base) == found
