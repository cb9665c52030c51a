"""Expressions that would fill the machine are refused before they run."""

from __future__ import annotations

import pytest

from tests.unit.compiler.builders import compiled, faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("(" * 5000 + "site" + ")" * 5000, "expression-too-large"),
        ("!" * 50_000 + "site", "expression-too-large"),
        (" | ".join(["[@, @]"] * 22), "expression-too-large"),
        ("site" * 251, "expression-too-large"),
        ("(" * 498 + "site" + ")" * 498, "expression-too-deep"),
        ("!" * 990 + "site", "expression-too-deep"),
        (" || ".join(["site"] * 31), "expression-too-deep"),
        ("[" * 30 + "site" + "]" * 30, "expression-too-deep"),
        (
            "map(&[@, @, @, @, @, @], tags) | map(&[@, @, @, @, @, @], @) | [@, @, @]",
            "expression-too-large",
        ),
    ],
)
def test_a_bomb_is_refused(text: str, fault: str) -> None:
    """Length, depth and the growth of the result have limits, each with its id."""
    assert [problem.id for problem in faults(text)] == [fault]


@pytest.mark.parametrize(
    "text",
    [
        " || ".join(["site"] * 30),
        "join(' ', [coalesce(ca.A, ''), coalesce(ca.B, ''), coalesce(ca.C, '')])",
        "ca.Items[?Quantity > `0`].{sku: Sku, all: [Quantity, Price]} | [0].sku",
        "[@, @] | [@, @] | [@, @]",
    ],
)
def test_what_people_write_is_within_the_limits(text: str) -> None:
    """The limits leave room for real work."""
    assert compiled(text).text == text
