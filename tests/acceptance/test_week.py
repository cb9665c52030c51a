from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.long_week import TERMS, Place, work_week
from tests.acceptance.oracle import deltas_due, lost_or_doubled, overshipped, shelf_gaps
from tests.acceptance.town import SITE_PROFILES, Town
from tests.acceptance.week import CALM, LINKS, plan_of_week

KINDS = {
    *("sell", "edit", "cancel", "line_cancel", "reroute", "delete", "run"),
    *("batch", "pick", "pick-rest", "pack", "label"),
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
def test_a_calm_week_of_orders(tmp_path: Path, site: str) -> None:
    """With the orders flow alone no order is lost or doubled, and every shelf is explained."""
    week = plan_of_week(2, 60, CALM, every=2)
    worked = work_week(tmp_path, week, Place(site=site, flows=("orders",), ending=Town.stored))
    assert set(worked.codes) == {0}
    assert set(worked.refused) <= {"pull", "move", "count"}
    assert worked.done["pick"] >= len(week.due)
    assert worked.ending == worked.after.warehouse["orders"]
    assert list(lost_or_doubled(worked.after, week.due)) == []
    assert list(overshipped(worked.before, worked.after)) == []
    assert list(shelf_gaps(worked.before.warehouse, worked.after.warehouse)) == []
    due = deltas_due(worked.before, worked.after, TERMS)
    assert {center for _, center in due} == {7, 9, 13}
    assert all(fault.startswith("deltas of") for fault in worked.faults)
