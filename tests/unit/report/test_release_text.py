"""What a release says of its changes."""

from __future__ import annotations

from engine.report.release_text import differences


def test_each_difference_is_told_by_its_place() -> None:
    """New, changed and gone members are told apart; a list is one value."""
    before = {"a": {"b": 1, "c": [1, 2], "d": 3}, "e": {"f": 1}}
    after = {"a": {"b": 2, "c": [2, 1], "g": 4}, "e": {"f": 1}}

    assert list(differences(before, after)) == [
        "changed a.b",
        "changed a.c",
        "gone a.d",
        "new a.g",
    ]
    assert list(differences(before, before)) == []
