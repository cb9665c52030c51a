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
from tests.acceptance.oracle import States, Terms, faults_of
from tests.acceptance.town import Town, open_town
from tests.acceptance.week import (
    CUSTOMER,
    EVERYTHING,
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
        # Cancelled units stay in their fulfillments, as they do in the orders of the world.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """What the commands say once the week is over: the comparison of stock, by exit code and
    unexplained rows, the inbox, and what one more run would send.
    """

    reconciled: int
    unexplained: Sequence[Mapping[str, Any]]
    inbox: Counter[str]
    planned: int


def evening_of(town: Town) -> Evening:
    """Asks in the evening of the last day; nothing is sent."""
    said = town.run("reconcile", CUSTOMER, "--format", "json")
    inbox = town.run("inbox", CUSTOMER, "list", "--format", "json").json["items"]
    return Evening(
        reconciled=said.code,
        unexplained=[row for row in said.lines[1:] if row["unexplained"]],
        inbox=Counter(item["rule"] for item in inbox),
        planned=town.run("plan", CUSTOMER).code,
    )


def main(orders: str, seed: str = "1", site: str | None = None) -> int:
    """A week of all flows; 1 where an order is lost or doubled, more is shipped than was picked,
    a delta is missing or told twice, or a difference of stock is unexplained.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Place(site=site, overlay=EVERYTHING, ending=evening_of)
        worked = work_week(Path(folder), plan_of_week(int(seed), int(orders)), place)
    evening = worked.ending
    faults = [*worked.faults, *(f"unexplained: {row}" for row in evening.unexplained)]
    counts = f"done {worked.done}", f"refused {worked.refused}", f"exit codes {worked.codes}"
    for line in (*faults, *counts, f"inbox {evening.inbox}", f"{len(faults)} faults"):
        sys.stdout.write(f"{line}\n")
    return 1 if faults or evening.reconciled or evening.planned else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
