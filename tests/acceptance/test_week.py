from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.sandbox.yard import Layout
from tests.acceptance.crew import Crew
from tests.acceptance.oracle import (
    States,
    Terms,
    deltas_due,
    lost_or_doubled,
    overshipped,
    shelf_gaps,
)
from tests.acceptance.town import SITE_PROFILES, Town, open_town
from tests.acceptance.week import CALM, CUSTOMER, LINKS, MONDAY, OVERLAY, PROFILE, plan_of_week

KINDS = {
    *("sell", "edit", "cancel", "line_cancel", "reroute", "delete", "run"),
    *("batch", "pick", "pick-rest", "pack", "label"),
    *("put", "pull", "count", "move", "receive", "putaway", "foreign", "foreign-pick"),
}


def states_of(town: Town) -> States:
    """Both systems as they are now."""
    return States(
        channel=town.floor("channel", "state"), warehouse=town.floor("warehouse", "state")
    )


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
    """With the orders flow alone no order is lost or doubled, and every pick is of an order."""
    week = plan_of_week(2, 60, CALM, every=2)
    layout = Layout(customer=CUSTOMER)
    with open_town(tmp_path, layout, site=site, overlay=OVERLAY, still=MONDAY) as town:
        before = states_of(town)
        crew = Crew(town, lambda: town.run("run", CUSTOMER, "orders").code)
        crew.work(week.actions)
        after = states_of(town)
    assert set(crew.ran) <= {0, 5}
    assert set(crew.refused) <= {"pull", "move", "count", "pick-rest"}
    assert crew.done["pick"] >= len(week.due)
    assert list(lost_or_doubled(after, week.due)) == []
    assert list(overshipped(before, after)) == []
    assert list(shelf_gaps(before.warehouse, after.warehouse)) == []
    due = deltas_due(before, after, Terms(profile=PROFILE, links=LINKS))
    assert {center for _, center in due} == {7, 9, 13}
