"""A fix in a text: one edit at its place, or none at all."""

from __future__ import annotations

import pytest

from engine.config.fixing import fixed
from engine.config.library import certain, one_slip
from engine.config.literals import meant_duration
from engine.diagnostics import Fix, Place

TEXT = "a: one\r\nb: 'two' # kept\nc: three"


def fix(line: int, column: int, was: str, text: str, *, quotes: int = 0) -> Fix:
    """A fix of the text above."""
    return Fix(place=Place("f", line, column, len(was) + quotes), was=was, text=text)


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (fix(1, 4, "one", "1"), "a: 1\r\nb: 'two' # kept\nc: three"),
        (fix(2, 4, "two", "2", quotes=2), "a: one\r\nb: 2 # kept\nc: three"),
        (fix(3, 1, "c", "cc"), "a: one\r\nb: 'two' # kept\ncc: three"),
        (fix(1, 4, "two", "2"), None),
        (fix(2, 5, "two", "2", quotes=2), None),
        (fix(9, 1, "one", "1"), None),
    ],
)
def test_only_what_is_expected_is_replaced(one: Fix, wanted: str | None) -> None:
    """Line ends and comments stay; where something else stands nothing is made of it."""
    assert fixed(TEXT, one) == wanted


def test_a_mark_before_the_first_line_is_not_counted() -> None:
    """Editors that write one do not shift what is replaced on the first line, or behind it."""
    marked = "\ufeff" + TEXT

    assert fixed(marked, fix(1, 1, "a", "x")) == "\ufeffx" + TEXT[1:]
    assert fixed(marked, fix(3, 1, "c", "x")) == marked.replace("c:", "x:")


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("timezon", "timezone"),
        ("tmiezone", "timezone"),
        ("timezonee", "timezone"),
        ("timezine", "timezone"),
        ("TIMEZONE", "timezone"),
        ("timzn", None),
        ("Pick", "pick"),
        ("pic", None),
        ("rule", None),
        ("timezone", None),
    ],
)
def test_a_word_is_certain_by_one_slip_alone(word: str, guess: str | None) -> None:
    """One letter is wrong, too many, too few or swapped, and one word alone is so near."""
    assert certain(word, ["timezone", "pick", "rules", "ruler"]) == guess


@pytest.mark.parametrize(
    ("one", "other"), [("ab", "ab"), ("abc", "cba"), ("abcd", "badc"), ("", "ab")]
)
def test_two_slips_are_not_one(one: str, other: str) -> None:
    """The same word has no slip, and two swaps or two letters are more than one."""
    assert not one_slip(one, other)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("5 minutes", "5m"),
        ("40sec", "40s"),
        ("2 Hours", "2h"),
        ("010 m", "10m"),
        ("1D", "1d"),
        ("30hrs", "30h"),
        ("5M", None),
        ("5 months", None),
        ("0 s", None),
        ("10", None),
        ("1h30m", None),
    ],
)
def test_a_duration_is_certain_by_its_unit_alone(text: str, meant: str | None) -> None:
    """A unit that is written out has one letter; an `M` may be months, and nothing is nothing."""
    assert meant_duration(text) == meant
