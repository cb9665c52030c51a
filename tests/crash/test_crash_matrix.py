"""Every boundary of every flow: who dies there leaves nothing that the next passes do not mend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.bootstrap import open_bench
from tests.crash import day
from tests.crash.day import SITES, Day
from tests.crash.errands import APPLIED, ASKED, TAKEN_OVER
from tests.crash.matrix import Act, die_again, die_everywhere, rehearse, undisturbed
from tests.simulation.life import Life

DAYS = (day.TOLD, day.COUNTED, APPLIED, ASKED, TAKEN_OVER)
CHUNKS = 2
"""So that two processes may share an hour."""
FIRST = {
    "a create that was not sent": (SITES[1], 1, "before:request P", "rder"),
    "a create without an answer": (SITES[0], 1, "after:request P", "rder"),
    "a delete without an answer": (SITES[1], 2, "after:request", "emove"),
    "a delta without an answer": (SITES[0], 3, "after:request", "UpdateQuantity"),
}
"""Where the first of two deaths is: site, hour, and pieces of the boundary's name."""


def hours() -> Iterator[tuple[Day, str, int, int]]:
    """Every hour of every day, at the one kind of site and the other in turn.

    What a pass does by itself at the one, a person applies from a file at the other.
    """
    for of_day in DAYS:
        for number in range(len(of_day.hours)):
            for chunk in range(CHUNKS):
                yield of_day, SITES[(number + (of_day is APPLIED)) % 2], number, chunk


def name(case: object) -> str:
    return case.name if isinstance(case, Day) else str(case)


def place_of(act: Act, *pieces: str) -> int:
    """The first boundary with these pieces in its name."""
    return next(
        at for at, named in enumerate(act.passed) if all(piece in named for piece in pieces)
    )


@pytest.mark.no_cover  # measuring would make it twice as long, and measures what others test
@pytest.mark.parametrize(("of_day", "site", "number", "chunk"), list(hours()), ids=name)
def test_whoever_dies_at_any_boundary_is_mended_by_the_next_passes(
    of_day: Day, site: str, number: int, chunk: int
) -> None:
    """Both systems and the ledger end as if nobody had died; of a delta a person may be asked."""
    act = rehearse(of_day, site)[number]
    places = range(chunk, len(act.passed), CHUNKS)
    tally = die_everywhere(act, places)
    assert tally.wrong == []
    assert tally.points.total() == len(places)
    assert tally.left > 0


@pytest.mark.parametrize("site", SITES)
def test_a_wish_that_is_on_record_is_granted_without_being_typed_again(site: str) -> None:
    """`resubmit` dies at any boundary after its intent is written, and nobody types it again."""
    typed = next(act for act in rehearse(ASKED, site) if act.hour.name == "resubmit")
    act = replace(typed, hour=replace(typed.hour, again=day.nothing))
    places = range(place_of(act, "after:commit claim"), len(act.passed))
    assert die_everywhere(act, places).wrong == []


@pytest.mark.parametrize("first", FIRST)
def test_whoever_dies_again_while_it_mends_is_mended_too(first: str) -> None:
    """The second death comes at each kind of boundary that the mending pass has."""
    site, number, *pieces = FIRST[first]
    act = rehearse(day.TOLD, site)[number]
    tally = die_again(act, place_of(act, "channel" if "Upd" in pieces[1] else "warehouse", *pieces))
    assert tally.wrong == []
    assert tally.left > 0


@pytest.mark.parametrize("site", SITES)
def test_the_days_have_every_kind_of_effect(site: str) -> None:
    """No effect that either adapter offers is left out of what is crashed."""
    there = set()
    for of_day in (day.TOLD, day.COUNTED):
        ended = undisturbed(rehearse(of_day, site)[-1]).ended
        there |= {json.loads(row)[1] for row in ended["effect"]}
    with rehearse(day.TOLD, site)[0].before.again() as stage:
        machine = stage._machine(Life())
        with open_bench(stage.customer, machine, stage.workspace) as (bench, _):
            offered = {kind for kinds in bench.operations.values() for kind in kinds}
    assert there == offered
