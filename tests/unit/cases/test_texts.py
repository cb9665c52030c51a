"""What is written is read back as the very same; what is read wrong is told with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cases.reading import read_case
from engine.cases.yaml_text import block
from engine.config.document import parse
from tests.unit.cases.sample import SCHEMA, case_of

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.decimals(-1000, 1000, places=2).map(float)
    | TEXTS
    | st.sampled_from(["true", "NO", "02142", "1.5", "2026-11-23T07:00:00Z", "a: b", "- a", ""])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=5))
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    """No text becomes a number, and none loses a sign."""
    text = "\n".join(block(value))

    node, problems = parse(text, "a.yaml")

    assert problems == []
    assert node is not None
    assert node.plain() == value


def test_a_list_of_lists_is_written_as_one() -> None:
    """What is no map has its dashes."""
    assert list(block([[{"a": [{"b": 1}]}], []])) == ["- - a:", "      - {b: 1}", "- []"]


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("title: a\nexpects: {orders: {1: send}}", "unknown-key", "2:1"),
        ("title: a\n", "missing-key", "1:1"),
        ("title: a\nexpect: {orders: {1: sent}}", "not-one-of", "2:22"),
        ("title: a\nflow: order\nexpect: {orders: {1: send}}", "not-one-of", "2:7"),
        ("title: a\ngiven: {orders: [{number: 1}]}\nexpect: {blocked: []}", "missing-key", "2:18"),
        ("title: a\nat: 2026-11-31\nexpect: {blocked: []}", "bad-date", "2:5"),
        ("title: a\nearlier: {at: 2026-02-30}\nexpect: {blocked: []}", "bad-date", "2:15"),
        (
            "title: a\nhappened: [{pick: {}, pack: {}}]\nexpect: {blocked: []}",
            "out-of-range",
            "2:12",
        ),
        ("title: [", "yaml-syntax", "1:9"),
        ("", "yaml-syntax", "1:1"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, problem: str, place: str) -> None:
    """The same ids as in a ruleset, each with a page."""
    case, faults = read_case("acme", "one.yaml", text, SCHEMA)

    assert case is None
    assert (problem, f"one.yaml:{place}") in [(one.id, str(one.place)) for one in faults]
    assert not [one for one in faults if one.fix is not None]


def test_a_time_without_a_zone_is_utc() -> None:
    """A case plays at the same moment on every machine."""
    case = case_of("title: a\nat: 2026-11-23T07:00\nexpect: {blocked: []}")

    assert case.at is not None
    assert case.at.isoformat() == "2026-11-23T07:00:00+00:00"
