"""Works a whole week in a town of its own, and says what was wrong at its end.

`python -m tests.acceptance.long_week ORDERS [SEED [SITE_PROFILE]]` exits 1 where something was.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.sandbox.yard import Layout
from tests.acceptance.crew import Crew
from tests.acceptance.oracle import States, Terms, faults_of, lost_or_doubled, overshipped
from tests.acceptance.town import Town, open_town
from tests.acceptance.week import (
    CALM,
    CUSTOMER,
    LINKS,
    MONDAY,
    OVERLAY,
    PROFILE,
    Week,
    plan_of_week,
)

TERMS = Terms(profile=PROFILE, links=LINKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a week is worked: the site profile (None: the customer's own), what is laid over the
    ruleset, which flows run (none named: all), and what is asked of the town at the end.
    """

    site: str | None = None
    overlay: Mapping[str, Any] | None = None
    flows: Sequence[str] = ()
    ending: Callable[[Town], Any] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """Both systems before and after, what the crew did, how each run ended, and the ending."""

    week: Week
    before: States
    after: States
    done: Counter[str]
    refused: Counter[str]
    codes: Counter[int]
    ending: Any

    @property
    def faults(self) -> list[str]:
        """Everything that is wrong once all flows have run."""
        return faults_of(self.before, self.after, TERMS, self.week.due)


def work_week(root: Path, week: Week, place: Place) -> Worked:
    """Works the week in an empty folder, over real HTTP, on a clock that is set."""
    overlay = {**OVERLAY, **(place.overlay or {})}
    layout = Layout(customer=CUSTOMER)
    with open_town(root, layout, site=place.site, overlay=overlay, still=MONDAY) as town:
        # Between two actions the twins' clocks stand still, and so would the minute of a limit.
        # Cancelled units stay in their fulfillments, as they do in the orders that were there before.
        town.floor("channel", "settings", {"per_minute": None, "adjust_nets": False})
        before = states_of(town)
        crew = Crew(town, lambda: town.run("run", CUSTOMER, *place.flows).code)
        crew.work(week.actions)
        return Worked(
            week=week,
            before=before,
            after=states_of(town),
            done=crew.done,
            refused=crew.refused,
            codes=Counter(crew.ran),
            ending=place.ending(town),
        )


def states_of(town: Town) -> States:
    """Both systems as they are now."""
    return States(
        channel=town.floor("channel", "state"), warehouse=town.floor("warehouse", "state")
    )


def main(orders: str, seed: str = "1", site: str | None = None) -> int:
    """A calm week of the orders flow; 1 where an order is lost, doubled or shipped too often."""
    with tempfile.TemporaryDirectory() as folder:
        week = plan_of_week(int(seed), int(orders), CALM)
        worked = work_week(Path(folder), week, Place(site=site, flows=("orders",)))
    faults = [
        *lost_or_doubled(worked.after, worked.week.due),
        *overshipped(worked.before, worked.after),
    ]
    for line in (*faults, f"done {worked.done}", f"refused {worked.refused}", str(worked.codes)):
        sys.stdout.write(f"{line}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
