"""Whatever a file holds, loading it ends in diagnostics and never in an exception."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.config.library import Text
from engine.config.load import load, load_profile, load_with_origins
from engine.report.diagnostics import to_text
from engine.shipped import shipped
from tests.unit.config.library import MemoryLibrary

NORTHPEAK = (shipped("rulesets") / "northpeak" / "ruleset.yaml").read_text(encoding="utf-8")
STRANGE: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([["x"], {"not": 1}]),
    st.just({"add": ["x"], "not": [], "lookup": {"a": 1}, "areas": 3}),
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        below = [(key, one) for key, one in value.items()]
    else:
        below = list(enumerate(value)) if isinstance(value, list) else []
    return [path, *(found for key, one in below for found in _paths(one, (*path, key)))]


def _read(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)


PATHS = _paths(_read(NORTHPEAK))


def _is_told(text: str) -> bool:
    """Whether loading ends well: a ruleset, or diagnostics that have a place and can be shown."""
    loaded = load_with_origins("acme", MemoryLibrary({"acme": text}))
    found = loaded.diagnostics
    located = all(one.place is not None and one.excerpt is not None for one in found)
    shown = all(to_text(one).startswith(f"{one.severity}[{one.id}]: ") for one in found)
    return (loaded.ruleset is not None or bool(found)) and located and shown


@given(st.sampled_from(PATHS[1:]), STRANGE)
def test_a_strange_value_anywhere_is_no_exception(path: tuple[Any, ...], value: Any) -> None:
    """Any value of a ruleset may be replaced by anything: the answer is a list of diagnostics."""
    tree = _read(NORTHPEAK)
    parent = tree
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value

    assert _is_told(yaml.safe_dump(tree, allow_unicode=True))


@given(
    st.integers(0, len(NORTHPEAK)),
    st.integers(0, 30),
    st.text(alphabet="{}[]:,-&*!|>'\"#%@`?~ \n\tax0<\x07\u2028\ufeff", max_size=6),
)
def test_a_damaged_text_is_no_exception(start: int, length: int, put: str) -> None:
    """Any part of a ruleset's text may be replaced by anything."""
    assert _is_told(NORTHPEAK[:start] + put + NORTHPEAK[start + length :])


@pytest.mark.parametrize("text", ["[a]", "just text", "5", "null", "{}"])
def test_what_is_no_ruleset_is_told(text: str) -> None:
    """A file whose top is no map, or an empty one, is an error on its first character."""
    ruleset, problems = load("acme", MemoryLibrary({"acme": text}))

    assert ruleset is None
    assert [str(problem.place) for problem in problems] == ["rulesets/acme.yaml:1:1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a: [", "yaml-syntax"), ("- a", "wrong-type"), ("{}", "missing-key"), ("", "yaml-syntax")],
)
def test_a_broken_site_profile_is_told(text: str, expected: str) -> None:
    """A site profile that cannot be used gives no values and at least one located problem."""

    class Broken(MemoryLibrary):
        def profile(self, name: str) -> Text:
            return Text("mappings/profiles/own.yaml", text)

    profile, problems = load_profile("own", Broken())

    assert profile is None
    assert {problem.id for problem in problems} == {expected}
    assert all(problem.place and problem.excerpt is not None for problem in problems)
