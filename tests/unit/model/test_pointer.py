"""JSON pointers, made and read by one pair of functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.pointer import pointer_to, split


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ([], ""),
        ([""], "/"),
        (["shipTo", "city"], "/shipTo/city"),
        (["a/b"], "/a~1b"),
        (["c~d"], "/c~0d"),
        (["~1"], "/~01"),
    ],
)
def test_a_pointer_is_written_as_the_standard_says(path: list[str], pointer: str) -> None:
    """Tilde and slash are escaped, the tilde first."""
    assert pointer_to(path) == pointer


@given(st.lists(st.text(alphabet="a~/01", max_size=4)))
def test_what_was_written_is_read_back(path: list[str]) -> None:
    """Whatever the members are called."""
    assert split(pointer_to(path)) == path
