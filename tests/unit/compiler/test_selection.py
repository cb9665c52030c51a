"""The local reader of an order filter."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler.selection import selects
from engine.model.order import Allocation, Line, Order
from engine.model.ruleset import Criterion, OrderFilter
from tests.unit.compiler.builders import NOON, accepts, order

WORDS = st.sampled_from(["Amazon", "amazon", "eBay", "MAIN", "A-1"])
NUMBERS = st.sampled_from([-3, 0, 1, 640])
NAMES = [f.name for f in fields(OrderFilter) if f.name not in ("where", "since")]


def allocation(dc: int, code: str | None, status: str = "NoChange") -> Allocation:
    """What one DC is to send, without items."""
    return Allocation(id=f"{dc}", dc=dc, dc_code=code, status=status)


ORDERS = st.builds(
    order,
    profile=NUMBERS,
    shipping=WORDS,
    payment=WORDS,
    checkout=WORDS,
    site=st.none() | WORDS,
    site_id=st.none() | NUMBERS,
    tags=st.lists(WORDS, max_size=2).map(tuple),
    lines=st.lists(
        st.builds(Line, id=WORDS, sku=st.none() | WORDS, quantity=NUMBERS), max_size=2
    ).map(tuple),
    allocations=st.lists(st.builds(allocation, NUMBERS, st.none() | WORDS), max_size=2).map(tuple),
)
VALUES = st.lists(WORDS | NUMBERS, min_size=1, max_size=3).map(tuple)


def known_of(record: Order, name: str) -> list[Any]:
    """What an order has for a criterion, written down a second time."""
    if name == "dc":
        return [a.dc for a in record.allocations] + [a.dc_code for a in record.allocations]
    if name == "site":
        return [record.site, record.site_id]
    found = getattr(record, name)
    return list(found) if isinstance(found, tuple) else [found]


@given(ORDERS, st.sampled_from(NAMES), VALUES)
def test_a_criterion_asks_for_any_of_its_values(
    record: Order, name: str, values: tuple[str | int, ...]
) -> None:
    """One listed value is enough; null is no value."""
    said = selects(OrderFilter(**{name: Criterion(values)}), record)
    assert said == (None if set(values) & set(known_of(record, name)) else name)


@given(ORDERS, st.sampled_from(NAMES), VALUES, st.sampled_from(["exact", "ignored"]))
def test_a_negated_criterion_is_the_opposite(
    record: Order, name: str, values: tuple[str | int, ...], letter_case: Any
) -> None:
    """Each order is accepted by a criterion or by its negation, never by both."""
    plain = OrderFilter(**{name: Criterion(values)})
    negated = OrderFilter(**{name: Criterion(values, negated=True)})
    assert accepts(plain, record, letter_case=letter_case) != accepts(
        negated, record, letter_case=letter_case
    )


@given(ORDERS, st.dictionaries(st.sampled_from(NAMES), VALUES.map(Criterion)))
def test_all_criteria_have_to_accept(record: Order, criteria: dict[str, Criterion]) -> None:
    """A filter accepts what each of its criteria accepts, and names the first that does not."""
    refusing = [
        n for n in NAMES if n in criteria and not accepts(OrderFilter(**{n: criteria[n]}), record)
    ]
    assert selects(OrderFilter(**criteria), record) == (refusing[0] if refusing else None)


@given(ORDERS, st.sampled_from(NAMES), VALUES)
def test_ignoring_letter_case_only_ever_finds_more(
    record: Order, name: str, values: tuple[str | int, ...]
) -> None:
    """What is found with exact letters is found without them, and texts are compared folded."""
    wanted = OrderFilter(**{name: Criterion(values)})
    folded = {v.casefold() if isinstance(v, str) else v for v in values}
    known = {v.casefold() if isinstance(v, str) else v for v in known_of(record, name)}
    assert accepts(wanted, record, letter_case="ignored") == bool(folded & known)
    assert accepts(wanted, record, letter_case="ignored") or not accepts(wanted, record)


def test_a_null_site_is_not_the_one_that_is_excluded() -> None:
    """An order without a site passes `not: [...]` and no list of sites."""
    assert accepts(OrderFilter(site=Criterion(("eBay",), negated=True)), order())
    assert selects(OrderFilter(site=Criterion(("eBay",))), order()) == "site"


@pytest.mark.parametrize("wanted", [0, -3, "MAIN"])
def test_a_dc_counts_whatever_the_status_of_its_allocation(wanted: str | int) -> None:
    """Ids 0 and below are ids, and a closed allocation still says where the order went."""
    allocations = (allocation(0, "MAIN", "Complete"), allocation(-3, None, "Canceled"))
    assert accepts(OrderFilter(dc=Criterion((wanted,))), order(allocations=allocations))


def test_since_includes_its_own_moment() -> None:
    """An order that was created exactly then is ours, one from before is not."""
    assert accepts(OrderFilter(since=NOON), order())
    early = replace(order(), created=NOON - timedelta(microseconds=1))
    assert selects(OrderFilter(since=NOON), early) == "since"


def test_an_empty_filter_accepts_everything() -> None:
    """What is not asked for is not checked."""
    assert accepts(OrderFilter(), order())
