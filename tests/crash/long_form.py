"""The long form of the crash matrix: `python -m tests.crash.long_form [--figures FILE]`.

Every boundary of every day on both kinds of site, each judged once more at the end of its day; and
second deaths at each kind of boundary of the mending pass, after a first one at each kind.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tests.crash.day import COUNTED, SITES, TOLD, run_all
from tests.crash.errands import APPLIED, ASKED, TAKEN_OVER
from tests.crash.matrix import Act, Tally, die_again, die_everywhere, rehearse

DAYS = (TOLD, COUNTED, APPLIED, ASKED, TAKEN_OVER)


@click.command()
@click.option("--figures", type=click.Path(path_type=Path), help="Write what was counted here.")
@click.option("--once", is_flag=True, help="No second deaths.")
@click.option("--only", default="", metavar="WORDS", help="Where DAY, ERRAND has these words.")
def main(figures: Path | None, only: str, *, once: bool) -> None:
    """Dies everywhere; exits 1 where anything is otherwise than undisturbed."""
    tallies: list[Tally] = []
    boundaries = 0
    for site in SITES:
        for act in _acts(site, only):
            boundaries += len(act.passed)
            for tally in _deaths(act, once=once):
                tallies.append(tally)
                click.echo(f"{site}: {act.name}: {_line(tally)}")
                for text in tally.wrong:
                    click.echo(f"  {text}")
    counted = {"boundaries": boundaries, **figures_of(tallies)}
    click.echo(json.dumps(counted, indent=2))
    if figures is not None:
        figures.write_text(json.dumps(counted, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if counted["wrong"] else 0)


def _acts(site: str, only: str) -> Iterator[Act]:
    for day in DAYS:
        if any(only in f"{day.name}, {hour.name}" for hour in day.hours):
            yield from (act for act in rehearse(day, site) if only in act.name)


def figures_of(tallies: Sequence[Tally]) -> dict[str, object]:
    """Deaths by flow and by kind of boundary, and what came of them.

    `twice` are the second deaths; all others are one for each boundary.
    """
    points = sum((tally.points for tally in tallies), Counter[tuple[str, str]]())
    flows, kinds, sides = Counter[str](), Counter[str](), dict[str, Counter[str]]()
    for (flow, name), deaths in points.items():
        flows[flow] += deaths
        kinds[name] += deaths
        side = name.split()[0].replace(":", " ")
        sides.setdefault(flow, Counter())[side] += deaths
    return {
        "deaths": points.total(),
        "by flow": dict(flows.most_common()),
        "by flow and side": {
            flow: dict(sorted(sides[flow].items())) for flow, _ in flows.most_common()
        },
        "by boundary": dict(sorted(kinds.items())),
        "left something different behind": sum(tally.left for tally in tallies),
        "a person was asked": sum(tally.doubts for tally in tallies),
        "wrong": sum(len(tally.wrong) for tally in tallies),
    }


def _deaths(act: Act, *, once: bool) -> Iterator[Tally]:
    yield die_everywhere(act, range(len(act.passed)), to_the_end=True)
    if once or act.hour.errand is not run_all:
        return
    for name in dict.fromkeys(act.passed):
        yield die_again(act, act.passed.index(name))


def _line(tally: Tally) -> str:
    deaths = tally.points.total()
    return f"{deaths} deaths, {tally.left} remains, {tally.doubts} doubts, {len(tally.wrong)} wrong"


if __name__ == "__main__":
    main()
