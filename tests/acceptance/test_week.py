from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.long_week import TERMS, Place, evening_of, work_week
from tests.acceptance.oracle import deltas_due
from tests.acceptance.town import SITE_PROFILES
from tests.acceptance.week import CALM, EVERYTHING, LINKS, plan_of_week

KINDS = {
    *("sell", "edit", "add-line", "add-units", "cancel", "line_cancel", "reroute", "scrub"),
    *("delete", "run", "batch", "pick", "reset", "pick-rest", "pack", "label"),
    *("put", "pull", "count", "move", "receive", "putaway", "foreign", "foreign-pick"),
}


def test_equal_seeds_give_equal_weeks() -> None:
    """Seed, number of orders and mix decide everything."""
    assert plan_of_week(3, 80) == plan_of_week(3, 80)
    assert plan_of_week(4, 80) != plan_of_week(3, 80)
    assert plan_of_week(3, 80, CALM) != plan_of_week(3, 80)


def test_a_week_holds_everything_that_happens() -> None:
    """Every kind of action occurs, in the order of time, within five days and a night."""
    week = plan_of_week(1, 600)
    assert {action.kind for action in week.actions} == KINDS
    times = [action.at for action in week.actions]
    assert times == sorted(times)
    assert times[0] >= timedelta()
    assert times[-1] < timedelta(days=5, hours=6)
    assert 500 < len(week.due) < 600


def test_stock_moves_over_all_areas() -> None:
    """Moves begin and end in each of the five areas, the unlinked one included."""
    moves = [one.members for one in plan_of_week(1, 400).actions if one.kind == "move"]
    for end in ("origin", "target"):
        assert {members[end] for members in moves} == {*LINKS, "OFFICE"}


@pytest.mark.parametrize("site", SITE_PROFILES)
def test_a_week_of_all_flows(tmp_path: Path, site: str) -> None:
    """Nothing is lost, doubled or told twice, all stock is explained, and nothing is left to do."""
    week = plan_of_week(7, 100, every=2)
    worked = work_week(tmp_path, week, Place(site=site, overlay=EVERYTHING, ending=evening_of))
    assert worked.faults == []
    assert {center for _, center in deltas_due(worked.before, worked.after, TERMS)} == {7, 9, 13}
    assert (worked.ending.unexplained, worked.ending.reconciled) == ([], 0)
    assert worked.ending.planned == 0
    assert set(worked.codes) == {0}
    assert {kind for kind, count in worked.done.items() if count} == KINDS - {"run"}
