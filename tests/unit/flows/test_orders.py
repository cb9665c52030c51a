"""The flow with its two dictionaries: rules and orders in, decisions out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler.orders import CompiledOrders
from engine.flows.orders import Known, decide, gone, keys_of
from engine.flows.orders_changes import Rendering, content_hash
from engine.flows.orders_draft import draft_of
from engine.model.decision import Decision, Outcome
from engine.model.desired import ItemState, PreparedRequest
from engine.model.effect import Binding
from engine.model.order import Line, Order
from tests.unit.flows.making import box, compiled, link, named, order, template

LINKS = (link("east", 7), link("west", 9))
LAMP = Line(id="l", sku="LAMP", quantity=4)
RULES = compiled(*LINKS)
SHORT = compiled(*LINKS, unallocated="ignore")
SILENT = Rendering(
    create=lambda desired: PreparedRequest(method="POST", path=f"/{desired.number}"),
    acknowledge=lambda key: None,
)


def binding(name: str, number: str) -> Binding:
    """A part of order 100 that is in the sink."""
    return Binding(
        part=f"100/{name}", order="100", link=name, number=number, revision=1, fingerprint="f"
    )


def decided(
    rules: CompiledOrders, what: Order, *bindings: Binding, begun: Any = None, **known: Any
) -> list[Decision]:
    """The decisions on one order; the sink has every item that it is not told about."""
    draft = draft_of(rules, what, bindings, begun or {})
    items = dict.fromkeys(draft.items, ItemState.ITEM)
    return decide(rules, draft, Known(**{"items": items, **known}), SILENT)


def test_a_source_without_a_flag_gets_no_export() -> None:
    """Where the source has nothing to acknowledge, only the create is planned."""
    (decision,) = decided(RULES, order(LAMP, boxes=(box(7, ("l", "LAMP", 4)),)))

    assert [change.operation for change in decision.changes] == ["create"]


def test_a_draft_asks_for_nothing_of_what_is_bound() -> None:
    """Numbers and items of a bound part are not looked up, those of its neighbour are."""
    boxes = (box(7, ("l", "LAMP", 1)), box(9, ("m", "MUG", 3)))
    lines = (LAMP, Line(id="m", sku="MUG", quantity=3))

    draft = draft_of(RULES, order(*lines, boxes=boxes), (binding("east", "100"),), {})

    assert (draft.numbers, draft.items) == (["100west"], ["MUG"])
    assert keys_of(RULES, draft) == [
        "v1:acme:create:100:1",
        "v1:acme:create:100west:1",
        "v1:acme:export:100",
        "v1:acme:write-back:100",
    ]


def test_a_part_without_a_number_is_not_looked_up() -> None:
    """There is no number to ask for where none can be computed."""
    unnumbered = compiled(*LINKS, number=template("{{ site }}{{ link.name }}"))

    draft = draft_of(unnumbered, order(LAMP, boxes=(box(7, ("l", "LAMP", 4)),)), (), {})

    assert draft.numbers == []
    assert [problem.rule for problem in draft.parts[0].problems] == ["orders.number"]


def test_all_reasons_of_a_hold_are_told_and_its_rule_is_the_first() -> None:
    """A person sees at once everything that keeps a part back, each thing once."""
    rules = compiled(*LINKS, hold=(named("a", "tags[0] == 'x'"), named("b", "tags[1] == 'y'")))

    (decision,) = decided(rules, order(LAMP, boxes=(box(7, ("l", "LAMP", 4)),), tags=("x", "y")))

    assert (decision.outcome, decision.rule) == (Outcome.HOLD, "orders.hold.a")
    assert [one.partition(" (")[0] for one in decision.reason.split("; ")] == [
        "tags[0] == 'x'",
        "tags[1] == 'y'",
    ]


def test_an_order_that_is_gone_is_reported_under_its_key() -> None:
    """A waiting order that the source lost is told to a person."""
    assert (gone("7").key, gone("7").rule, gone("7").outcome) == ("7", "orders.gone", "report")
    assert gone("7").reason == "the source does not have it, or not any more"


@pytest.mark.parametrize("body", [None, "{}", "{ }"])
def test_the_hash_of_a_request_is_of_its_exact_bytes(body: str | None) -> None:
    """Method, path and every byte of the body count."""
    one = PreparedRequest(method="POST", path="/o", body=body)
    others = [
        PreparedRequest(method="PUT", path="/o", body=body),
        PreparedRequest(method="POST", path="/p", body=body),
        PreparedRequest(method="POST", path="/o", body=f"{body} "),
    ]

    assert content_hash(one) not in {content_hash(other) for other in others}


SHARES = st.dictionaries(st.sampled_from([7, 9, 5]), st.integers(0, 3))


@given(
    shares=SHARES,
    bound=st.dictionaries(st.sampled_from(["east", "west"]), st.sampled_from(["100", "x"])),
    begun=st.dictionaries(st.sampled_from(["east", "west"]), st.sampled_from(["100", "y"])),
)
def test_every_part_ends_in_one_decision_and_no_number_is_sent_twice(
    shares: dict[int, int], bound: dict[str, str], begun: dict[str, str]
) -> None:
    """Whatever was bound or begun, keys are unique, and so are the numbers that are created."""
    boxes = tuple(box(dc, ("l", "LAMP", n)) for dc, n in shares.items())
    bindings = [binding(name, number) for name, number in bound.items()]
    taken = {name: number for name, number in begun.items() if name not in bound}

    decisions = decided(SHORT, order(LAMP, boxes=boxes), *bindings, begun=taken)

    keys = [decision.key for decision in decisions]
    sent = [one.marker for each in decisions for one in each.changes]
    here = [name for name, dc in (("east", 7), ("west", 9)) if shares.get(dc)]
    assert keys == ([f"100/{name}" for name in here] or ["100"])
    assert len(set(sent)) == len(sent)
    for decision in decisions:
        if decision.link in bound:
            assert (decision.rule, decision.number) == ("orders.bound", bound[decision.link])
        elif decision.link in taken:
            assert decision.number == taken[decision.link]
