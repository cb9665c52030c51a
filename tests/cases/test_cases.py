"""Every case holds, fails without its key, and together they reach every key of the language."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.cases.case import STREETS, Case, failures, read_case, without
from tests.unit.config.schema_walk import keys, read

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parents[1]
CASES = [read_case(path) for flow in STREETS for path in sorted((FOLDER / flow).glob("*.yaml"))]
KEYED = [(case, key) for case in CASES for key in case.keys]

# What changes a list of the base does so in the same way under every key that has a list.
OF_LISTS = re.compile(r"^.+/(add|remove|replace)$")
HOW_A_SYSTEM_IS_REACHED = "it says how a system is reached, and no decision depends on it"
EXEMPT = {
    "connections/*/adapter": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/application": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/key": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/limits": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/limits/*": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/paging": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/posts": ("it says who may post messages, no decision depends on it", "cli"),
    "connections/*/profile": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/read": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/refresh": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/secret": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/timing": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/timing/*": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/url": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "connections/*/write": (HOW_A_SYSTEM_IS_REACHED, "adapters"),
    "retention": ("what is kept on disk after a pass, no decision", "cli"),
}


def language() -> set[str]:
    """Every key of the language, list changes counted once."""
    schema = read("ruleset")
    return {OF_LISTS.sub(r"<list>/\1", key) for key in keys(schema, schema)}


def reached() -> set[str]:
    """The keys that the cases are for, list changes counted once."""
    return {OF_LISTS.sub(r"<list>/\1", key) for _, key in KEYED}


def _is_for(path: str, key: str) -> bool:
    """Whether a case for `path` is one for this key, or for something below it."""
    steps = path.split("/")[: key.count("/") + 1]
    return fnmatchcase("/".join(steps), key)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.flow}/{case.name}")
def test_a_case_holds(case: Case) -> None:
    """Over its ruleset, its records end in just the decisions that the case tells."""
    assert case.title.endswith(".")
    assert failures(case) == []


@pytest.mark.parametrize(("case", "key"), KEYED, ids=lambda value: getattr(value, "name", value))
def test_a_case_fails_without_its_key(case: Case, key: str) -> None:
    """With the key taken out of the overlay, so that the base's value holds, the case fails."""
    assert failures(without(case, key)) != []


def test_every_key_of_the_language_has_a_case() -> None:
    """What one may write in a ruleset either changes a decision in some case, or is exempt."""
    paths = reached()
    bare = {key for key in language() if not any(_is_for(path, key) for path in paths)}
    lonely = {key for key in bare if not any(fnmatchcase(key, name) for name in EXEMPT)}

    assert lonely == set()


def test_every_exemption_is_needed_and_says_where_the_tests_are() -> None:
    """No exemption outlives its key, and each names a folder with tests."""
    unused = {name for name in EXEMPT if not any(fnmatchcase(key, name) for key in language())}

    assert unused == set()
    for _, folder in EXEMPT.values():
        assert list((PROJECT / "tests" / folder).rglob("test_*.py"))


def test_every_case_is_for_a_key_of_the_language() -> None:
    """A key that a case names is one of the schema's."""
    known = language()
    strange = {key for key in reached() if not any(_is_for(key, name) for name in known)}

    assert strange == set()
