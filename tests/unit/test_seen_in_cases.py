"""Names that no schema knows are compared with what the records of the customer's cases show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.adapters import names
from engine.customers import load_customer, load_released
from engine.diagnostics import Diagnostic
from engine.workspace import Workspace
from tests.unit.config.library import COMPLETE

ORDERS = """\
title: Orders.
earlier: {orders: [{id: 1000, raw: {CustomFields: [{FieldID: 5}], OrderTags: "Gift,  Rush"}}]}
given:
  centers: [{code: MAIN}]
  orders:
    - {id: 1000, tags: [Gift], dc: Outlet-1, raw: {RequestedShippingClass: null, Items: 3}}
    - {id: 1001, lines: [{sku: A, dc: {Outlet-2: 1}}], raw: {OrderAttributes: [{Name: Engraving}]}}
"""
PRODUCTS = """\
title: Products.
flow: items
given:
  products:
    - {sku: A, attributes: {Colour: red}, raw: {Attributes: [{Name: Season, Value: Colr}]}}
"""
CASE = "rulesets/acme/cases/a.yaml"
ITEMS = "items: {from: ca, to: wos, owner: [us], since: 2026-11-01, map: {description: title}"


def found(root: Path, text: str, cases: Mapping[str, str]) -> list[Diagnostic]:
    """What is told of a ruleset over a complete one, with these cases beside it."""
    files = {"mappings/complete.yaml": COMPLETE, "rulesets/acme.yaml": text} | dict(cases)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return load_customer(Workspace(root, names()), "acme")[1]


def skipping(expression: str) -> str:
    """A ruleset that skips orders by an expression."""
    return f'extends: complete\norders: {{skip: {{x: "{expression}"}}}}\n'


def items(expression: str) -> str:
    """A ruleset that skips products by an expression."""
    return f'extends: complete\n{ITEMS}, skip: {{x: "{expression}"}}}}\n'


@pytest.mark.parametrize(
    "expression",
    [
        "ca.CustomFields[?FieldID == `5`].Value | [0] == 'x'",
        "ca.OrderAttributes[?Name == 'Engraving'].Value | [0] == 'x'",
        "contains(tags, 'Rush') || contains(tags, 'Gifts-of-all-kinds')",
        "contains(['Gift', 'Rush'], tags[0])",
    ],
)
def test_nothing_is_said_of_what_a_record_has_or_what_is_near_to_none(
    expression: str, tmp_path: Path
) -> None:
    """A name that stands in a record is there; of another tag nobody can tell."""
    assert found(tmp_path, skipping(expression), {CASE: ORDERS}) == []


@pytest.mark.parametrize(
    ("expression", "advice", "line"),
    [
        (
            "ca.CustomFields[?FieldID == `7`].Value | [0] == 'x'",
            "Records of the cases have `5`.",
            2,
        ),
        (
            "ca.OrderAttributes[?Name == 'Engravings'] | [0] != `null`",
            "Did you mean `Engraving`?",
            7,
        ),
    ],
)
def test_another_name_is_told_with_those_that_records_have(
    expression: str, advice: str, line: int, tmp_path: Path
) -> None:
    """The near one or all of them, and in which line of which case."""
    (one,) = found(tmp_path, skipping(expression), {CASE: ORDERS})

    assert (one.id, one.severity, one.help) == ("free-member", "warning", advice)
    assert one.note is not None
    assert (one.note.place.file, one.note.place.line) == (CASE, line)


def test_attributes_of_products_are_those_of_products(tmp_path: Path) -> None:
    """In the short form and as the channel gives them; those of orders are others."""
    cases = {CASE: ORDERS, "rulesets/acme/cases/p.yml": PRODUCTS}
    wrong = found(tmp_path, items("attributes.Color == 'x' && attributes.Engraving == 'y'"), cases)

    assert found(tmp_path, items("attributes.Colour == attributes.Season"), cases) == []
    assert [(one.id, one.help) for one in wrong] == [
        ("free-member", "Did you mean `Colour`?"),
        ("free-member", "Records of the cases have `Colour`, `Season`."),
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (skipping("contains(tags, 'gift')"), "gift"),
        (skipping("contains(['Gift', 'Rsuh'], tags[0])"), "Rsuh"),
        (skipping("ca.OrderTags == 'Gfit'"), "Gfit"),
        ("extends: complete\norders: {only: {tags: [Gift, RUSH]}}\n", "RUSH"),
        ("extends: complete\norders: {only: {dc: {not: [OUTLET-1, 7]}}}\n", "OUTLET-1"),
        ("extends: complete\nlinks: {main: {dc: Mian}}\n", "Mian"),
    ],
)
def test_a_word_that_is_a_slip_away_from_that_of_a_record_is_told(
    text: str, word: str, tmp_path: Path
) -> None:
    """In expressions and in lists; the message has the place of the record."""
    (one,) = found(tmp_path, text, {CASE: ORDERS})

    assert (one.id, one.found, one.severity) == ("unseen-word", word, "warning")
    assert one.note is not None
    assert one.note.place.file == CASE


def test_a_case_that_nobody_can_read_shows_nothing(tmp_path: Path) -> None:
    """It is told by `test`, and does not stop a validation."""
    broken = tmp_path / "rulesets" / "acme" / "cases" / "b.yaml"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\xff\xfe")
    cases = {CASE: "title: [", "rulesets/acme/cases/c.yaml": "given: {orders: {id: 5}}"}

    assert found(tmp_path, skipping("contains(tags, 'gift')"), cases) == []


def test_what_is_released_does_not_depend_on_cases(tmp_path: Path) -> None:
    """It has passed a go-live: a case that is written later says nothing of it."""
    text = skipping("contains(tags, 'gift')")
    assert found(tmp_path, text, {}) == []
    workspace = Workspace(tmp_path, names())
    customer, _ = load_customer(workspace, "acme")
    assert customer is not None
    assert [one.id for one in found(tmp_path, text, {CASE: ORDERS})] == ["unseen-word"]

    assert load_released(workspace, "acme", customer.document)[1] == []
