"""Works a week at each kind of site, and writes what was done and what was wrong at its end.

`python -m tests.promises.weeks --orders N --figures FILE`; exits 1 where something was wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.acceptance.long_week import Place, Worked, evening_of, work_week
from tests.acceptance.week import EVERYTHING, plan_of_week
from tests.crash.day import SITES


def worked(site: str, orders: int) -> Worked:
    """A week of all flows, with seed 1, over real HTTP."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(site=site, overlay=EVERYTHING, ending=evening_of)
        return work_week(Path(folder), plan_of_week(1, orders), place)


def told(orders: int, week: Worked) -> Mapping[str, Any]:
    """How much was done, and one text for each thing that is wrong."""
    evening = week.ending
    unexplained = (f"{len(evening.unexplained)} rows unexplained",) if evening.unexplained else ()
    ended = (("reconcile", evening.reconciled), ("plan", evening.planned))
    codes = (f"{command} ended with {code}" for command, code in ended if code)
    return {
        "orders": orders,
        "deeds": week.done.total(),
        "passes": week.codes.total(),
        "inbox": evening.inbox.total(),
        "wrong": [*week.faults, *unexplained, *codes],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where something was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--figures", type=Path, required=True)
    asked = parser.parse_args(arguments)
    weeks = {site: told(asked.orders, worked(site, asked.orders)) for site in SITES}
    asked.figures.write_text(json.dumps(weeks, indent=1) + "\n", encoding="utf-8")
    return 1 if any(week["wrong"] for week in weeks.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
