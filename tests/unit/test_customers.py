"""A customer is ready only where each of its systems stands on a side that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.adapters import names
from engine.customers import load_customer
from engine.diagnostics import Diagnostic
from engine.shipped import shipped
from engine.workspace import Workspace
from tests.unit.config.library import COMPLETE


def found(root: Path, text: str) -> list[Diagnostic]:
    """What is wrong with a ruleset that lies over a complete one; nothing, or no customer."""
    for name, content in (("mappings/complete", COMPLETE), ("rulesets/acme", text)):
        path = root / f"{name}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
    customer, problems = load_customer(Workspace(root, names()), "acme")
    assert (customer is None) == bool(problems)
    return problems


def test_swapped_sides_are_told_each_at_its_value(tmp_path: Path) -> None:
    """Both, with who could stand there, and nothing of expressions that name the right source."""
    text = "extends: complete\norders:\n  from: wos\n  to: ca\n  skip: {a: \"ca.ID == '1'\"}\n"
    problems = found(tmp_path, text)
    places = [one.place for one in problems]

    assert [one.id for one in problems] == ["wrong-side"] * 2
    assert [(p.file, p.line, p.column) for p in places if p] == [
        ("rulesets/acme.yaml", 3, 9),
        ("rulesets/acme.yaml", 4, 7),
    ]
    assert [one.excerpt for one in problems] == ["  from: wos", "  to: ca"]
    assert [one.message for one in problems] == [
        "orders.from names 'wos', whose adapter warehouseos gives no orders",
        "orders.to names 'ca', whose adapter channeladvisor takes no orders",
    ]
    assert [one.help for one in problems] == [
        "name a connection that gives orders: ca",
        "name a connection that takes orders: wos",
    ]


def test_a_wrong_sink_hides_no_mistake_in_an_expression(tmp_path: Path) -> None:
    """What is read of the source does not depend on where orders go."""
    text = "extends: complete\norders: {to: ca, skip: {a: \"cb.ID == '1'\"}}\n"

    assert {one.id for one in found(tmp_path, text)} == {"wrong-side", "unknown-root"}


def test_another_mistake_hides_no_wrong_side(tmp_path: Path) -> None:
    """Also where the ruleset can't be built; without another connection, nobody is named."""
    text = "extends: complete\nconnections: {ca: {adapter: warehouseos}}\norders: {overlap: 5x}\n"
    wrong = [one for one in found(tmp_path, text) if one.id == "wrong-side"]

    assert [one.help for one in wrong] == ["use an adapter that gives orders"]
    assert [Path(one.place.file).name for one in wrong if one.place] == ["standard.yaml"]


def test_a_misspelled_connection_is_one_mistake(tmp_path: Path) -> None:
    """The nearest name is a proposal, and nothing is said of its side."""
    text = "extends: complete\norders: {from: woss}\n"

    assert [one.id for one in found(tmp_path, text)] == ["unknown-connection"]


@pytest.mark.parametrize(("kind", "ids"), [("bad", ["wrong-side"]), ("good", [])])
def test_the_examples_of_the_page_hold(tmp_path: Path, kind: str, ids: list[str]) -> None:
    """The bad example has just this problem, the good one has none."""
    page = (shipped("docs") / "rules" / "wrong-side.md").read_text(encoding="utf-8")
    (example,) = re.findall(rf"^```yaml {kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    assert [one.id for one in found(tmp_path, f"extends: complete\n{example}")] == ids


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("changes: {default: report}", "takes no changes of orders"),
        ("write-back: {number: SellerOrderID}", "takes no numbers"),
    ],
)
def test_what_a_section_needs_of_an_adapter_is_told_where_it_is_named(
    tmp_path: Path, section: str, told: str
) -> None:
    """Files give and take orders, and can neither change one nor have a number written back."""
    files = "ca: {adapter: files, read: in.jsonl}, wos: {adapter: files, write: out.jsonl}"
    text = f"extends: complete\nconnections: {{{files}}}\norders: {{{section}}}\n"

    assert [one.message for one in found(tmp_path, text) if told in one.message]
    assert not found(tmp_path / "plain", f"extends: complete\nconnections: {{{files}}}\n")
