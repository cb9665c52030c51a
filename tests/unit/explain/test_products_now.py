"""A product as a pass of the items flow would decide it now."""

from __future__ import annotations

from typing import Any

from engine.executor.item_runner import ItemDesk
from engine.explain.flows_now import products_now
from engine.explain.story import Judged
from engine.explain.trial import ItemTrial
from tests.cases.case import with_base
from tests.cases.items_street import ToldItemMemory, ToldItems, ToldProducts, products_of
from tests.unit.explain.making import opened, product_case_explained, ways_out


def told(ruleset: str, *rows: dict[str, Any], key: str = "501") -> list[Judged]:
    one = opened(with_base(ruleset, "cases-items"))
    compiled = one.customer.items
    assert compiled is not None
    desk = ItemDesk(
        compiled=compiled,
        source=ToldProducts(products_of(rows), {}),
        sink=ToldItems({}),
        ledger=ToldItemMemory({}, ()),
    )
    return list(products_now(desk, key, one.seeing))


def test_a_product_that_is_gone_or_unreadable_is_told_to_be() -> None:
    """Without a product there is nothing to explain, only what became of it."""
    odd = {"key": "501", "why": "it has no SKU"}
    assert [one.decision.rule for one in told("items: {}", key="9")] == ["items.gone"]
    assert [one.decision.rule for one in told("items: {}", odd)] == ["items.unreadable"]


def test_a_predicate_of_products_tells_its_text_and_what_it_read() -> None:
    """A skip rule and `only.where` are told with their text and the members they looked at."""
    skip = [one for one in product_case_explained("skip") if not one.flows]
    where = [one for one in product_case_explained("only-where") if not one.flows]
    assert all(one.text and one.sources for one in (*skip, *where))


def test_a_text_or_an_attribute_of_a_product_is_a_way_out() -> None:
    """What a rule looks at may be its title, an attribute, or a member of the channel's record."""
    rule = "{x: \"title == 'Old' && attributes.Color == 'red' && ca.Custom.Kind == 'k'\"}"
    row = {
        "title": "Old",
        "attributes": {"Color": "red"},
        "raw": {"Custom": {"Kind": "k"}},
    }
    (one,) = [judged for judged in told(f"items: {{skip: {rule}}}", row) if not judged.flows]
    assert ways_out(one) == [
        "record: another text in title",
        "record: another text in attributes.Color",
        "record: another text in ca.Custom.Kind",
        "ruleset: leave out items.skip.x, or let it say no to this record",
    ]


def test_what_no_product_can_hold_is_no_trial() -> None:
    """A value below a text, or of what the engine makes itself, cannot be changed."""
    one = opened(with_base("items: {}", "cases-items"))
    compiled = one.customer.items
    assert compiled is not None
    (product,) = products_of([{"raw": {"A": "text", "L": [1]}}])
    trial = ItemTrial(product=product, compiled=compiled)
    spots: list[tuple[str | int, ...]] = [
        ("ca", "A", "B"), ("ca", "L", 3), ("ca", "L", "x"), ("key",), ("attributes",), ("ca",),
    ]  # fmt: skip
    assert [trial.with_value(spot, "x") for spot in spots] == [None] * len(spots)
    assert trial.with_value(("ca", "L", 0), "x") is not None
