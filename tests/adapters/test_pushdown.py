"""What the local check accepts, the pushed filter returns: two readers of one filter.

The twin is asked without sockets: its rules on `$filter` are the other side of the property. It is
tried with both behaviours that are unknown of the real service, letter case and `ne` on null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.channeladvisor import filters
from engine.adapters.channeladvisor.records import order_of
from engine.compiler.selection import LetterCase
from engine.model.order import Order
from engine.model.ruleset import Criterion, OrderFilter
from engine.sandbox.channeladvisor.answers import RefusedError
from engine.sandbox.channeladvisor.predicates import Rules, predicate
from engine.sandbox.channeladvisor.schema import ORDER
from tests.adapters.rig import raw_order
from tests.unit.compiler.builders import accepts

CENTERS: Mapping[int, str | None] = {0: "MAIN", 7: "East3PL", -2: "FBA-US", 11: None, 12: "main"}
SKUS = ("LAMP-01", "lamp-01", "O'BRIEN", "A#1&2+3/4", "Größe 5", "", "00123")
SITES = ("Amazon", "amazon", "O'Neil's", "Walmart")
STAMPS = ("2026-10-31T23:59:59.9999999Z", "2026-11-01T00:00:00Z", "2026-11-02T03:04:05.12Z")
STATUSES = {
    "shipping": ("ShippingStatus", ("Unshipped", "Shipped", "Canceled")),
    "payment": ("PaymentStatus", ("Cleared", "Deposited", "Failed")),
    "checkout": ("CheckoutStatus", ("Completed", "OnHold", "Visited")),
}
Push = Callable[..., filters.Pushed]


def some(values: tuple[Any, ...], *, negated: bool | None = None) -> st.SearchStrategy[Any]:
    """A criterion over some of these values, or none at all."""
    signs = st.booleans() if negated is None else st.just(negated)
    chosen = st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)
    return st.none() | st.builds(Criterion, chosen, negated=signs)


def status(name: str) -> st.SearchStrategy[Any]:
    """A criterion over a status, with a literal that the service does not know."""
    return some((*STATUSES[name][1], "unshipped", "NoSuchStatus"))


FILTERS = st.builds(
    OrderFilter,
    profile=some((12000101, 12000102)),
    shipping=status("shipping"),
    payment=status("payment"),
    checkout=status("checkout"),
    site=some((*SITES, 640, 996)),
    dc=some(("MAIN", "East3PL", "east3pl", "NOWHERE", 0, 7, -2)),
    tags=some(("vip", "VIP")),
    skus=some(SKUS),
    since=st.none() | st.just(datetime(2026, 11, 1, tzinfo=UTC)),
)


@st.composite
def raws(draw: st.DrawFn) -> dict[str, Any]:
    """A raw order: nulls, empty lists, letter case, statuses that nobody has told us of."""
    base = raw_order(1)
    lines = [
        {**base["Items"][0], "ID": n, "Sku": sku}
        for n, sku in enumerate(draw(st.lists(st.none() | st.sampled_from(SKUS), max_size=3)))
    ]
    ids = draw(st.lists(st.sampled_from(tuple(CENTERS)), max_size=2))
    shipments = [
        {**base["Fulfillments"][0], "ID": n, "DistributionCenterID": dc} for n, dc in enumerate(ids)
    ]
    words = {
        member: draw(st.none() | st.sampled_from((*known, "FromTheFuture")))
        for member, known in STATUSES.values()
    }
    return (
        base
        | words
        | {
            "ProfileID": draw(st.sampled_from((12000101, 12000102, 12000103))),
            "SiteName": draw(st.none() | st.sampled_from(SITES)),
            "SiteID": draw(st.sampled_from((640, 996, 1))),
            "OrderTags": draw(st.sampled_from((None, "", "vip", "x, VIP"))),
            "CreatedDateUtc": draw(st.sampled_from(STAMPS)),
            "Items": lines,
            "Fulfillments": shipments,
        }
    )


BEHAVIOURS = [(case, drop) for case in (False, True) for drop in (False, True)]


def returned(pushed: filters.Pushed, raw: Mapping[str, Any], rules: Rules) -> bool:
    """Whether the twin lets the order through."""
    if not pushed.clauses:
        return True
    row = dict(raw)
    return predicate(ORDER, filters.conjunction(pushed.clauses), rules)(row, row)


def lost(push: Push, chosen: OrderFilter, raw: Mapping[str, Any]) -> list[str]:
    """The behaviours under which an order that is accepted here would not be returned."""
    order: Order = order_of(raw, CENTERS)
    cases: tuple[LetterCase, ...] = ("exact", "ignored")
    return [
        f"local {case}, service ignores case {ignore}, drops null {drop}"
        for case in cases
        if accepts(chosen, order, letter_case=case)
        for ignore, drop in BEHAVIOURS
        if not returned(
            push(chosen, CENTERS, case_matters=case == "exact"),
            raw,
            Rules(ignore_case=ignore, drop_null=drop),
        )
    ]


@given(FILTERS, raws())
def test_nothing_that_is_accepted_is_lost(chosen: OrderFilter, raw: dict[str, Any]) -> None:
    """The pushed filter returns all that the local check accepts, however the service behaves."""
    assert lost(filters.push, chosen, raw) == []


@given(
    st.builds(
        OrderFilter,
        profile=some((12000101, 12000102)).filter(lambda c: c is None or c.values),
        shipping=some(STATUSES["shipping"][1]).filter(lambda c: c is None or c.values),
        site=some((640, 996)).filter(lambda c: c is None or c.values),
        dc=some((0, 7, -2), negated=False).filter(lambda c: c is None or c.values),
        skus=some(SKUS, negated=False).filter(lambda c: c is None or c.values),
        since=st.none() | st.just(datetime(2026, 11, 1, tzinfo=UTC)),
    ),
    raws(),
)
def test_both_agree_where_all_can_be_pushed(chosen: OrderFilter, raw: dict[str, Any]) -> None:
    """With a service that compares exactly, both readers give the same answer."""
    pushed = filters.push(chosen, CENTERS)

    assert pushed.local == ()
    assert returned(pushed, raw, Rules()) == accepts(chosen, order_of(raw, CENTERS))


def with_clause(old: str, new: str) -> Push:
    """A pusher with a mistake: this piece of its text is another."""

    def push(*given: Any, **named: Any) -> filters.Pushed:
        right = filters.push(*given, **named)
        wrong = tuple(clause.replace(old, new) for clause in right.clauses)
        return filters.Pushed(clauses=wrong, local=right.local)

    return push


MUTANTS = {
    "null is forgotten": with_clause(" or ShippingStatus eq null", ""),
    "later than is later or equal": with_clause("CreatedDateUtc ge", "CreatedDateUtc gt"),
    "any is all but one": with_clause(" or Fulfillments", " and Fulfillments"),
    "profile is negated": with_clause("ProfileID eq", "ProfileID ne"),
    "another center": with_clause("DistributionCenterID eq 0", "DistributionCenterID eq 1"),
    "another enum": with_clause("PaymentStatus eq", "CheckoutStatus eq"),
    "sku of the other case": with_clause("'LAMP-01'", "'LAMP-02'"),
    "choice is both": with_clause(" or PaymentStatus eq", " and PaymentStatus eq"),
}
WITNESS = raw_order(1, Items=[{**raw_order(1)["Items"][0], "Sku": "LAMP-01"}])
CAUGHT_BY = {
    "null is forgotten": (
        OrderFilter(shipping=Criterion(("Shipped",), negated=True)),
        {**WITNESS, "ShippingStatus": None},
    ),
    "later than is later or equal": (
        OrderFilter(since=datetime(2026, 11, 1, tzinfo=UTC)),
        {**WITNESS, "CreatedDateUtc": "2026-11-01T00:00:00Z"},
    ),
    "any is all but one": (OrderFilter(dc=Criterion((0, 7))), WITNESS),
    "profile is negated": (OrderFilter(profile=Criterion((12000101,))), WITNESS),
    "another center": (OrderFilter(dc=Criterion(("MAIN",))), WITNESS),
    "another enum": (
        OrderFilter(payment=Criterion(("Cleared", "Failed"))),
        {**WITNESS, "CheckoutStatus": "OnHold"},
    ),
    "sku of the other case": (OrderFilter(skus=Criterion(("LAMP-01",))), WITNESS),
    "choice is both": (OrderFilter(payment=Criterion(("Cleared", "Failed"))), WITNESS),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_pushing_reader_is_caught(name: str) -> None:
    """Each mistake in the pushed text loses an order that the property's check would notice."""
    chosen, raw = CAUGHT_BY[name]

    assert lost(filters.push, chosen, raw) == []
    assert lost_or_refused(MUTANTS[name], chosen, raw)


def lost_or_refused(push: Push, chosen: OrderFilter, raw: Mapping[str, Any]) -> bool:
    """Whether the twin loses the order or refuses the filter."""
    try:
        return lost(push, chosen, raw) != []
    except RefusedError:
        return True


LOCAL_MUTANTS: Mapping[str, tuple[OrderFilter, OrderFilter, dict[str, Any]]] = {
    "negation is forgotten": (
        OrderFilter(shipping=Criterion(("Shipped",), negated=True)),
        OrderFilter(shipping=Criterion(("Shipped",))),
        {**WITNESS, "ShippingStatus": "Shipped"},
    ),
    "the date is not looked at": (
        OrderFilter(since=datetime(2026, 11, 1, tzinfo=UTC)),
        OrderFilter(),
        {**WITNESS, "CreatedDateUtc": "2026-10-31T23:59:59.9999999Z"},
    ),
    "centers are not looked at": (OrderFilter(dc=Criterion((7,))), OrderFilter(), WITNESS),
    "skus are not looked at": (OrderFilter(skus=Criterion(("ROPE",))), OrderFilter(), WITNESS),
    "profiles are not looked at": (
        OrderFilter(profile=Criterion((12000102,))),
        OrderFilter(),
        WITNESS,
    ),
}


@pytest.mark.parametrize("name", LOCAL_MUTANTS)
def test_a_mutant_of_the_local_reader_is_caught(name: str) -> None:
    """A local check that accepts too much differs from what the pushed filter returns."""
    chosen, misread, raw = LOCAL_MUTANTS[name]
    order = order_of(raw, CENTERS)

    assert not accepts(chosen, order)
    assert not returned(filters.push(chosen, CENTERS), raw, Rules())
    assert accepts(misread, order)


def test_the_widest_list_stays_here_when_the_url_grows_too_long() -> None:
    """Two hundred SKUs are checked locally; the short pieces still go to the service."""
    chosen = OrderFilter(
        profile=Criterion((12000101,)), skus=Criterion(tuple(f"SKU-{n}" for n in range(200)))
    )

    pushed = filters.push(chosen, CENTERS)

    assert pushed == filters.Pushed(clauses=("ProfileID eq 12000101",), local=("skus",))


def test_what_is_pushed_reads_as_the_vendor_writes_it() -> None:
    """Each kind of piece, in full."""
    chosen = OrderFilter(
        profile=Criterion((1, 2)),
        shipping=Criterion(("Shipped",), negated=True),
        payment=Criterion(("Cleared",)),
        site=Criterion(("O'Neil's", 640)),
        dc=Criterion(("East3PL", -2)),
        skus=Criterion(("A'1",)),
        tags=Criterion(("vip",)),
        since=datetime(2026, 11, 1, tzinfo=UTC),
    )

    assert filters.push(chosen, CENTERS) == filters.Pushed(
        clauses=(
            "(ProfileID eq 1 or ProfileID eq 2)",
            "(ShippingStatus ne 'Shipped' or ShippingStatus eq null)",
            "PaymentStatus eq 'Cleared'",
            "(SiteName eq 'O''Neil''s' or SiteID eq 640)",
            (
                "(Fulfillments/Any (c: c/DistributionCenterID eq -2)"
                " or Fulfillments/Any (c: c/DistributionCenterID eq 7))"
            ),
            "Items/Any (i: i/Sku eq 'A''1')",
            "CreatedDateUtc ge 2026-11-01T00:00:00.000000Z",
        ),
        local=("tags",),
    )


@pytest.mark.parametrize(
    "chosen",
    [
        OrderFilter(profile=Criterion(("us",))),
        OrderFilter(profile=Criterion(())),
        OrderFilter(payment=Criterion(("NoSuchStatus",), negated=True)),
        OrderFilter(payment=Criterion(("Cleared", "NoSuchStatus"))),
        OrderFilter(site=Criterion(())),
        OrderFilter(site=Criterion(("Amazon",), negated=True)),
        OrderFilter(dc=Criterion(("NOWHERE",))),
        OrderFilter(dc=Criterion((7,), negated=True)),
        OrderFilter(skus=Criterion(("A",), negated=True)),
    ],
)
def test_what_could_lose_orders_or_be_refused_stays_here(chosen: OrderFilter) -> None:
    """Unknown literals, negations over lists, and names whose letter case nobody knows."""
    assert filters.push(chosen, CENTERS).clauses == ()


def test_negations_that_are_certain_are_pushed() -> None:
    """Numbers that are never null, and what may be null together with null."""
    chosen = OrderFilter(
        profile=Criterion((1, 2), negated=True), site=Criterion((640, "Amazon"), negated=True)
    )

    assert filters.push(chosen, CENTERS, case_matters=False).clauses == (
        "ProfileID ne 1 and ProfileID ne 2",
        "(SiteID ne 640 or SiteID eq null) and (SiteName ne 'Amazon' or SiteName eq null)",
    )
