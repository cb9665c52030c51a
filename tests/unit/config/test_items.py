"""The items section: mistakes are told where they stand, all at once."""

from __future__ import annotations

import pytest

from engine.config.pieces import scalar
from engine.customers import load_customer
from tests.cases.case import MemoryWorkspace
from tests.unit.config.library import COMPLETE

SECTION = "items: {from: ca, to: wos, owner: [us], since: 2026-01-01}\n"


def told(*overlays: str) -> set[tuple[str, str]]:
    """Rule and message of every problem of a complete ruleset with these laid over it."""
    text = "".join(overlays) or SECTION
    workspace = MemoryWorkspace(f"extends: cases\n{text}", COMPLETE)
    return {(one.id, one.message) for one in load_customer(workspace, "acme")[1]}


@pytest.mark.parametrize(
    ("section", "rule", "message"),
    [
        ("items: {from: ca}", "missing-key", "owner"),
        ("{from: wos, to: wos, owner: [us], since: 2026-01-01}", "wrong-side", "gives no products"),
        ("{from: ca, to: ca, owner: [us], since: 2026-01-01}", "wrong-side", "takes no items"),
        ("{from: ca, to: woz, owner: [us], since: 2026-01-01}", "unknown-connection", "woz"),
        ("{from: ca, to: wos, owner: [uk], since: 2026-01-01}", "unknown-profile", "uk"),
        ("{from: ca, to: wos, owner: [us], since: 2026-02-30}", "bad-date", "items.since"),
        (
            "{from: ca, to: wos, owner: [us], since: 2026-01-01, map: {colour: title}}",
            "unknown-target",
            'no item member "colour"',
        ),
        (
            "{from: ca, to: wos, owner: [us], since: 2026-01-01, product-id: customField77}",
            "unknown-target",
            "customField77",
        ),
        (
            "{from: ca, to: wos, owner: [us], since: 2026-01-01, map: {image: {lookup: t}}}",
            "unknown-table",
            "'t'",
        ),
    ],
)
def test_a_mistake_is_told(section: str, rule: str, message: str) -> None:
    """Each mistake has its rule, and names what is wrong."""
    found = told(section if section.startswith("items") else f"items: {section}")

    assert any(one == rule and message in text for one, text in found), found


def test_a_section_without_mistakes_says_nothing() -> None:
    """The small section that the mistakes are made in is right."""
    assert told() == set()


def test_expressions_are_checked_where_the_rest_is_broken() -> None:
    """A wrong key hides none of the mistakes in predicates, members and aliases."""
    found = told(
        "items:\n"
        "  from: ca\n"
        "  to: wos\n"
        "  onwer: [us]\n"
        "  only: {where: 'titel == sku'}\n"
        "  skip: {s: 'nope(sku)'}\n"
        "  map: {description: 'upper(title', image: {text: '{{ picture }}'}}\n"
        "  aliases: {from: [cb.UPC, {of: atributes.X, quantity: 'to_numbr(sku)'}]}\n"
    )

    assert [rule for rule, _ in sorted(found)] == [
        "expression-syntax",
        "missing-key",
        "unknown-function",
        "unknown-function",
        "unknown-key",
        "unknown-root",
        "unknown-root",
        "unknown-root",
        "unknown-root",
    ]


def test_a_piece_that_is_no_text_is_our_own_fault() -> None:
    """What the schema has let through by mistake is not taken for a text."""
    with pytest.raises(TypeError, match="the schema let a text through"):
        scalar(None)
