"""Regular expressions that cannot run away."""

from __future__ import annotations

import pytest

from engine.compiler.patterns import PatternError, cost_factors, matches


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|b)*",
        "((a?b)){3}",
        "(?:a*)+",
        r"(a)\1",
        "(?P<name>a)",
        "a(?=b)",
        "(?x)a",
        "a**",
        "(",
        "a" * 201,
        "a{99999999999}",
    ],
)
def test_a_pattern_of_unknown_cost_is_refused(pattern: str) -> None:
    """Nested repeats, references back and unusual groups do not get as far as a text."""
    with pytest.raises(PatternError):
        cost_factors(pattern)


@pytest.mark.parametrize(
    ("pattern", "loops", "choices"),
    [
        ("^TEST-[0-9]+$", 1, 0),
        (r"(?i)gift.*wrap", 1, 0),
        ("(ab)+c?", 1, 1),
        ("(?:one|two)-x{2,3}", 1, 1),
        (r"[*+?|(){]\*\(", 0, 0),
        (r"[]+]a[^]|]", 0, 0),
    ],
)
def test_the_cost_of_a_pattern_is_counted(pattern: str, loops: int, choices: int) -> None:
    """Repeats and choices count; what is escaped or in a class does not."""
    assert cost_factors(pattern) == (loops, choices)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("a" * 10_001, "a"),
        ("a" * 9_999 + "b", "a+b+"),
        ("a" * 30, "a?" * 30 + "a" * 30),
        ("a" * 101, "a*a*a*c"),
    ],
)
def test_a_text_too_long_for_its_pattern_is_refused(text: str, pattern: str) -> None:
    """What could take seconds is an error at once."""
    with pytest.raises(PatternError, match="too long for this pattern"):
        matches(text, pattern)


def test_a_pattern_is_searched_anywhere() -> None:
    """No anchors are implied."""
    assert matches("order TEST-7 again", "TEST-[0-9]")
    assert not matches("order TEST-x", "TEST-[0-9]")
