"""The fast parser of YAML against the careful one, which has the last word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import document
from engine.config.nodes import Node
from engine.diagnostics import Diagnostic
from engine.shipped import shipped

TEXTS = {
    path.relative_to(shipped(folder)).as_posix(): path.read_text("utf-8")
    for folder in ("rulesets", "mappings")
    for path in sorted(shipped(folder).rglob("*.yaml"))
}
SIGNS = st.sampled_from([*"{}[],:#&*!|>'\"%@`-? \n\t\\<~é", "- ", ": ", "--- ", "  ", "\ufeff"])
ODD = [
    "a: b\tc",
    "a: {b? c: d}",
    "a: |#\n  b: c",
    "a: [?b, c]",
    "a: \ufeffb",
    "a: \x85b",
    "a: b\r\n",
]


def carefully(text: str) -> tuple[Node | None, list[Diagnostic]]:
    builder = document._Builder(text, "f")
    complete = document._feed(builder)
    return (builder.root if complete else None), builder.problems


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_file_is_read_by_the_fast_parser_as_by_the_careful_one(name: str) -> None:
    """Every value, and the place of each, is the same."""
    text = re.sub("[^\n -~]|[?]", "x", TEXTS[name])
    quick = document._quickly(text, "f")

    assert quick is not None
    assert (quick, []) == carefully(text)


@given(
    text=st.sampled_from(sorted(TEXTS.values(), key=len)[:8]),
    at=st.integers(0, 400),
    sign=SIGNS,
    instead=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_a_slip_of_the_finger_is_judged_by_the_careful_parser(
    text: str, at: int, sign: str, instead: bool
) -> None:
    """Where the fast one has no remark, the careful one has none either, and reads the same."""
    text = text[:at] + sign + text[at + instead :]
    text = text[:600]
    quick = document._quickly(text, "f")

    assert quick is None or (quick, []) == carefully(text)


@pytest.mark.parametrize("text", ODD)
def test_what_they_may_read_differently_is_left_to_the_careful_one(text: str) -> None:
    """Tabs, marks of order, a question mark in braces, a remark right behind a bar."""
    assert document._quickly(text, "f") is None
    assert document.parse(text, "f") == carefully(text)
