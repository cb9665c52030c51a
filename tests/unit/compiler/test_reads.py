"""What the rules read of raw records: asking for that alone changes nothing that they decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters import names
from engine.adapters.channeladvisor import needed, protocol, records
from engine.compiler.orders import CompiledOrders
from engine.compiler.reads import of_orders
from engine.customers import load_customer
from engine.flows.changes_content import Echo, marks_of
from engine.flows.orders_draft import draft_of
from engine.flows.orders_fields import header_of
from engine.flows.orders_scope import order_scope
from engine.model.order import Order
from engine.model.rules_changes import ChangeRules
from engine.model.wanted import Wanted
from engine.record_reads import reads_of
from engine.sandbox.channeladvisor import options, pages, schema
from engine.sandbox.channeladvisor.predicates import Rules
from engine.sandbox.world.generate import SMALLEST, generate
from engine.workspace import Workspace
from tests.unit.flows.making import compiled, expression, link, member, template

REPOSITORY = Path(__file__).parents[3]
EXACT = Rules(ignore_case=False, drop_null=False)
ASKED = pages.Asked(origin="http://ca.example.com", path="/v1/Orders", nested_limit=None)
CHANGES = ChangeRules(
    table={}, cancelled={}, absent="resubmit-when-touched", cancelled_when=frozenset()
)
PLAIN = st.sampled_from(sorted(schema.ORDER.kinds))
PATHS = st.one_of(
    PLAIN.map("ca.{}".format),
    PLAIN.map("to_string(ca.[{0}, ShippingCity])".format),
    PLAIN.map("ca | {0} || 'none'".format),
    st.sampled_from(
        [
            *("ca.Items[0].Title", "to_string(ca.Items[*].[Sku, GiftMessage])", "to_string(ca)"),
            *("ca.CustomFields[?FieldID==`7`].Value | [0]", "to_string(length(values(ca)))"),
            *("to_string(ca.*)", "to_string(ca.Fulfillments[].Items[].ProductID)", "lines[0].sku"),
            "to_string(map(&Name, ca.OrderAttributes || `[]`))",
        ]
    ),
)
TEXTS = st.one_of(
    PLAIN.map("{{{{ ca.{0} or '' }}}}".format),
    PLAIN.map("{{{{ ca['{0}'] or '' }}}}".format),
)


@lru_cache(maxsize=1)
def orders() -> list[dict[str, Any]]:
    """The special orders of a world, each with every member that it has."""
    world = generate(SMALLEST, 7, datetime(2026, 11, 20, 8, tzinfo=UTC))
    return [schema.complete(row, schema.ORDER) for row in world.channeladvisor["Orders"]]


def read_with(asked: Mapping[str, str], row: dict[str, Any]) -> Order:
    """The order as the source makes it of what the service gives to these options."""
    chosen = options.options_of(schema.ORDER, tuple(asked.items()), EXACT)
    found = records.record_of(pages.shown(row, row, chosen, ASKED), {})
    assert isinstance(found, Order), found
    return found


def decided(rules: CompiledOrders, order: Order) -> str:
    """All that the rules make of an order before anything else is looked up."""
    draft = draft_of(rules, order, (), {})
    scope = order_scope(rules, order)
    marks = [
        marks_of(rules, order, {**scope, **part.scope}, Echo(), on_hold=False)
        for part in draft.parts
    ]
    parts = [(part.key, part.number, part.lines, part.problems) for part in draft.parts]
    header = [header_of(rules, part.scope) for part in draft.parts]
    what = (draft.fingerprint, draft.dropped, draft.stuck, draft.left_out)
    return repr((what, parts, header, marks))


@given(
    values=st.lists(PATHS, max_size=2),
    text=TEXTS,
    changes=st.sampled_from([None, CHANGES]),
)
@settings(max_examples=25)
def test_planning_from_what_is_read_is_planning_from_whole_records(
    values: list[str], text: str, changes: ChangeRules | None
) -> None:
    """Whatever a mapping reads: the same drafts, headers, fingerprints and marks."""
    fields = [member(f"customField{n}", value=expression(one)) for n, one in enumerate(values)]
    fields.append(member("notes", text=template(text)))
    rules = compiled(link("main", 0), link("east", 7), fields=tuple(fields), changes=changes)

    choice = needed.choice_of(needed.ORDER, protocol.NESTED, of_orders(rules))

    for row in orders():
        whole, narrow = read_with(choice.whole, row), read_with(choice.narrow, row)
        assert decided(rules, narrow) == decided(rules, whole)


@pytest.mark.parametrize("name", ["brightwick", "northpeak", "tidewater"])
def test_the_shipped_rulesets_decide_the_same_of_what_they_read(name: str) -> None:
    """Each is asked for less than whole records, and makes the same of every special order."""
    customer, problems = load_customer(Workspace(REPOSITORY, names()), name)
    assert customer is not None, problems
    rules = customer.compiled
    wanted = reads_of(customer, rules.rules.source)["order"]
    choice = needed.choice_of(needed.ORDER, protocol.NESTED, wanted)

    for row in orders():
        whole, narrow = read_with(choice.whole, row), read_with(choice.narrow, row)
        assert len(json.dumps(narrow.raw, default=str)) < len(json.dumps(whole.raw, default=str))
        assert decided(rules, narrow) == decided(rules, whole)


def test_a_member_that_nobody_described_is_not_asked_for_by_name() -> None:
    """The system might not know it, and refuse; so records come whole, as they always did."""
    customer, problems = load_customer(Workspace(REPOSITORY, names()), "tidewater")
    assert customer is not None, problems
    rules = customer.compiled
    strange = replace(rules, reads=rules.reads | {(rules.rules.source, "NobodyKnowsIt")})

    assert "order" in reads_of(customer, rules.rules.source)
    assert "order" not in reads_of(replace(customer, compiled=strange), rules.rules.source)
    assert not reads_of(customer, "wos")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("ca.ShippingCity", Wanted(members=frozenset(["ShippingCity"]))),
        ("ca.Items[0].Title", Wanted(members=frozenset(["Items"]))),
        ("site", Wanted()),
        ("to_string(ca)", None),
        ("ca.* | [0]", None),
    ],
)
def test_a_record_that_is_read_as_a_whole_is_asked_for_as_one(
    value: str, wanted: Wanted | None
) -> None:
    """A wildcard may read any member; a path reads its first step with all below it."""
    rules = compiled(fields=(member("notes", value=expression(value)),))

    assert of_orders(rules) == wanted


def test_asking_for_less_is_much_shorter() -> None:
    """A few members of a mapping make a record of a third of its size, or less."""
    rules = compiled(fields=(member("notes", value=expression("ca.ShippingCity")),))
    choice = needed.choice_of(needed.ORDER, protocol.NESTED, of_orders(rules))

    sizes = [
        sum(len(json.dumps(read_with(asked, row).raw, default=str)) for row in orders())
        for asked in (choice.narrow, choice.whole)
    ]

    assert sizes[0] * 3 < sizes[1]
