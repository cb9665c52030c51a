"""The page is what its figures say, and its figures say that every promise was kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.promises.figures import PARTS, STORED, Part, broken, once, read_figures
from tests.promises.gather import PAGE, ROOT, long_form
from tests.promises.page import page
from tests.promises.promises import PLAYED, PROMISES, TESTED
from tests.promises.sections import FAULTS, SECTIONS
from tests.simulation.weather import KINDS

SEVEN = {"passed": 7, "failed": 1, "kills": 0}
DEATHS = {"deaths": 5, "by flow": {"orders": 4, "twice": 1}, "by flow and side": {}, "wrong": 0}
BAD: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "a story": ("stories", {"failed": [17]}, "the story of seed 17 fails"),
    "a mistake": (
        "mistakes",
        {"known": 1, "tried": [{"name": "net without ids", "seed": None}]},
        "no story catches the mistake: net without ids",
    ),
    "a death": (
        "crash",
        {**DEATHS, "boundaries": 4, "wrong": 2, "a person was asked": 0},
        "2 things are otherwise after a death",
    ),
    "a boundary": (
        "crash",
        {**DEATHS, "boundaries": 6, "a person was asked": 0},
        "of 6 boundaries 4 were died at",
    ),
    "a test": ("tests", {"tests/x.py": SEVEN}, "1 tests of `tests/x.py` fail"),
    "no test": (
        "tests",
        {"tests/x.py": {"passed": 0, "failed": 0, "kills": 0}},
        "no test of `tests/x.py` passed",
    ),
    "no input": ("fuzz", {"tried": {"secret": 0}}, "no input was tried: secret"),
    "no case": (
        "cases",
        {"cases": {"items": 0}, "laws": 1, "clauses": 1, "cursor": []},
        "no case of items",
    ),
    "a week": (
        "week",
        {"here": {"orders": 1, "deeds": 1, "passes": 1, "inbox": 0, "wrong": ["order 7 lost"]}},
        "week at here: order 7 lost",
    ),
    "no figures": ("fuzz", {}, "`run it` wrote no figures"),
}
STORY = {"stories": 3, "boundaries": 9, "faults": {}, "requests": 2, "passes": {}, "deeds": {}}


def part(figures: Mapping[str, Any], *, code: int = 0, short: bool = False) -> Part:
    return Part(command="run it", commit="abc1234", code=code, short=short, figures=figures)


def test_the_page_is_what_its_figures_say() -> None:
    """Who changes a figure, a promise or the page by hand finds the other two unchanged."""
    assert PAGE.read_text(encoding="utf-8") == page(read_figures(STORED))


def test_every_promise_was_kept() -> None:
    """The stored figures have every part, and nothing in them was lost, doubled or left out."""
    figures = read_figures(STORED)

    assert tuple(figures) == PARTS
    assert broken(figures) == []
    assert figures["stories"].figures["stories"] > 0
    assert once(figures["crash"].figures) == figures["crash"].figures["boundaries"] > 0


def test_every_file_that_is_named_is_there() -> None:
    """A promise names tests that exist, and each of them has some; no promise has none."""
    paths = [ROOT / path for path in (*PLAYED.values(), *TESTED)]

    assert [path for path in paths if not path.exists()] == []
    assert all("\ndef test_" in (ROOT / path).read_text(encoding="utf-8") for path in TESTED)
    assert all(promise.tests for promise in PROMISES)


def test_the_long_form_has_every_part() -> None:
    """No part of the page is without a command or a section."""
    assert set(long_form(1, 1, once=False)) == set(SECTIONS) == set(PARTS)


@pytest.mark.parametrize("what", BAD)
def test_whatever_is_found_stands_first(what: str) -> None:
    """Each kind of failure is told at the head of the page and in its own section."""
    name, figures, text = BAD[what]
    found = {name: part({**STORY, **figures} if name == "stories" else figures)}

    assert list(broken(found)) == [text]
    assert "nothing was lost" not in page(found)
    assert page(found).index("A PROMISE IS BROKEN") < page(found).index("## The promises")
    assert page(found).count(text) == 2


def test_a_part_that_failed_is_told_whatever_its_figures_say() -> None:
    """The exit code of a run counts as much as what it wrote."""
    found = {"stories": part({**STORY, "failed": []}, code=1)}

    assert list(broken(found)) == ["`run it` ended with 1"]
    assert "A PROMISE IS BROKEN" in page(found)


def test_what_was_not_run_is_said() -> None:
    """A part that is missing, and one of which little was run, are named as such."""
    text = page({"stories": part({**STORY, "failed": []}, short=True)})

    assert "(`script/promises --quick`) of: stories." in text
    assert f"Not run yet: {', '.join(PARTS[1:])}." in text
    assert text.count("Not run yet.\n") == len(PARTS) - 1


def test_every_fault_has_its_words() -> None:
    """A kind of trouble that somebody adds to the stories is told in words too."""
    assert set(FAULTS) == set(KINDS)
