"""Whatever goes wrong: nothing lost, nothing twice, and a person knows what cannot be known."""

from __future__ import annotations

from functools import cache

import pytest

from tests.simulation import operators, people, weather
from tests.simulation.soak import Figures, soak, story_of

SEEDS, CHUNK = 500, 10


@cache
def _figures(first: int) -> Figures:
    return soak(range(first, first + CHUNK))


@pytest.mark.no_cover  # measuring would make it twice as long, and measures what others test
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_lost_or_doubled(first: int) -> None:
    """Ten stories of trouble end with both systems agreeing, or with a person who knows better."""
    failed = _figures(first).failed
    assert not failed, "\n".join(story_of(failed[0][0], most=60))


@pytest.mark.no_cover  # as above
def test_the_stories_meet_every_kind_of_trouble() -> None:
    """Forty stories have every fault that there is in them, and every deed."""
    figures = Figures()
    for first in (0, CHUNK, 2 * CHUNK, 3 * CHUNK):
        figures.add(_figures(first))
    assert {*weather.KINDS} - {*figures.struck} == set()
    assert {*people.KINDS, *operators.KINDS} - {*figures.deeds} == set()
    assert {"0", "1", "5", "75", "-9"} <= {*figures.codes}
