"""Mistakes of more than sixty kinds, each planted alone in a good ruleset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.bootstrap import open_workspace
from engine.config.strictness import STRICTNESSES, TABLE
from engine.customers import load_customer
from engine.shipped import shipped
from tests.planted.planting import Mistake, mistakes, plant, told, workspace

PLANTED = mistakes()
SIXTY = 60
NO_EDIT = {"unknown-customer", "unreadable-file", "claimed-twice"}
"""What no edit of one ruleset brings about; their pages' tests do it."""


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda one: one.kind.replace(" ", "-"))
def test_a_planted_mistake_is_told_once_at_its_place(mistake: Mistake, tmp_path: Path) -> None:
    """There is exactly one diagnostic, with the right id and carets under the right characters."""
    place = plant(tmp_path, mistake)

    assert [(one.id, one.place) for one in told(tmp_path, mistake.strictness)] == [
        (mistake.id, place)
    ]


def test_sixty_kinds_are_planted() -> None:
    """They are of sixty kinds at least, and no two do the same."""
    kinds = {one.kind for one in PLANTED}
    edits = {(one.file, one.find, one.put, one.also) for one in PLANTED}

    assert len(kinds) == len(edits) == len(PLANTED) >= SIXTY


def test_every_diagnostic_is_planted() -> None:
    """No id is left out that an edit of a ruleset can bring about."""
    assert TABLE.keys() - {one.id for one in PLANTED} == NO_EDIT


def test_a_mistake_at_another_place_would_be_seen(tmp_path: Path) -> None:
    """The comparison is of places to the character, so a caret that is one off is found."""
    place = plant(tmp_path, PLANTED[0])
    (found,) = told(tmp_path, PLANTED[0].strictness)

    assert found.place != replace(place, column=place.column + 1)


def test_nothing_is_said_of_the_good_ruleset(tmp_path: Path) -> None:
    """What the mistakes are planted in is right, also for a go-live."""
    workspace(tmp_path)

    assert [told(tmp_path, strictness) for strictness in STRICTNESSES] == [[], [], []]


@pytest.mark.parametrize("name", ["brightwick", "northpeak", "tidewater"])
def test_nothing_is_said_of_the_shipped_rulesets(name: str) -> None:
    """There is no false alarm: the samples may go live but for what their sites only assume."""
    files = open_workspace(shipped("rulesets").parent)

    assert load_customer(files, name)[1] == []
    live = load_customer(files, name, "live")[1]
    assert {one.id for one in live} <= {"assumed-profile"}
