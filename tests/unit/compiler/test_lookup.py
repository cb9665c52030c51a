"""Lookup tables."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compiler.lookup import Found, Missing, look_up
from engine.model.ruleset import Table

ROWS = {"Standard": "GROUND", "Second Day": "2DAY", "SecondDay": "2DAY"}


def table(**changes: Any) -> Table:
    """The table of shipping methods, changed as said."""
    return Table(**{"name": "ship-method", "rows": ROWS, **changes})


def test_a_row_is_found_by_its_exact_text() -> None:
    """The key has to be the same text."""
    assert look_up(table(), "Standard") == Found(value="GROUND")


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        ("standard", ("Standard",)),
        ("Standard ", ("Standard",)),
        ("Secondday", ("SecondDay", "Second Day")),
        ("Overnight", ()),
        ("", ()),
    ],
)
def test_a_value_without_a_row_is_missing_and_never_guessed(
    value: str, nearest: tuple[str, ...]
) -> None:
    """Near rows are only named, for the reason that a person reads."""
    assert look_up(table(), value) == Missing(verdict="hold", nearest=nearest)


def test_the_table_says_what_becomes_of_the_record() -> None:
    """Hold, reject, or the default."""
    assert look_up(table(missing="reject"), "Overnight") == Missing(verdict="reject")
    found = look_up(table(missing="default", default="GROUND"), "Overnight")
    assert found == Found(value="GROUND")


def test_a_default_that_is_not_given_holds() -> None:
    """A table without a value to fall back on does not invent one."""
    assert look_up(table(missing="default"), "Overnight") == Missing(verdict="hold")
