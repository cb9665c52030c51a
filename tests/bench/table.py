"""The page of the table, from the figures that were kept: nobody types a figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.cases import CASES, Case
from tests.bench.frame import Ratio, Row

HEAD = """# Benchmarks

This page is written by `script/bench`. Each figure is a ratio of two things that were measured in
turns in the same run: the middle one of several rounds, and the smallest and the largest. So the
figures of two machines can be compared, and a noisy one is noisy for both. Memory alone is told
in MiB.

The job: read invented orders as the channel sends them, 3.8 KB each, one on a line; let through
what four filters let through; make 32 values of each; write them. All engines have the same
rules, and what each writes is compared with the mapping by hand before it is timed. How long a
whole process takes is the time that it had a processor.

A promise that is not kept stays here, with its figure and the reason: where the time goes, as the
profiler of the same run says.
"""
FOOT = """
## How to run it

`script/bench` measures all of it and writes this page; `--only CASE` keeps the other figures,
`--quick` takes a minute and writes nothing, `--long` goes to a million orders. The other engines
are no part of crossdock: `script/bench --install` puts the extra `bench` and the package for Node
into `.venv-bench`, which git does not see. jq, gojq and Node come with the system: on Debian,
`apt install jq gojq nodejs npm`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was measured of one case: its rows, how much of what, and at which commit."""

    rows: tuple[Row, ...]
    sizes: str
    commit: str


def page(kept: Mapping[str, Kept]) -> str:
    """The whole page."""
    return "".join([HEAD, *(_section(case, kept.get(case.key)) for case in CASES), FOOT])


def read_kept(path: Path) -> dict[str, Kept]:
    """The figures that a file keeps; none where there is no file."""
    if not path.exists():
        return {}
    stored = json.loads(path.read_text("utf-8"))
    return {key: Kept(**{**one, "rows": _rows(one["rows"])}) for key, one in stored.items()}


def write_kept(path: Path, kept: Mapping[str, Kept]) -> None:
    """Keeps figures, in the order of the cases."""
    found = {case.key: asdict(kept[case.key]) for case in CASES if case.key in kept}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _rows(stored: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        Row(**{**one, "figure": Ratio(**one["figure"]) if one["figure"] else None})
        for one in stored
    )


def _section(case: Case, kept: Kept | None) -> str:
    told = f"\n## {case.title}\n\n`{case.key}` promises: {case.promise}.\n"
    head = "\n| what | middle | smallest to largest | target | note |\n|---|---|---|---|---|\n"
    if kept is None:
        return told + head + _line(Row(what="all of it", note="not measured yet"))
    of = f"\n{kept.sizes}, at commit {kept.commit}.\n"
    return told + head + "".join(map(_line, kept.rows)) + of


def _line(row: Row) -> str:
    if row.figure is None:
        return f"| {row.what} | - | - | {_target(row)} | {row.note} |\n"
    one, middle, most = (
        f"{_number(figure)}{row.unit}"
        for figure in (row.figure.least, row.figure.middle, row.figure.most)
    )
    return f"| {row.what} | {middle} | {one} to {most} | {_target(row)} | {row.note} |\n"


def _target(row: Row) -> str:
    if row.target is None:
        return "-"
    told = f"{'at least' if row.over else 'at most'} {_number(row.target)}{row.unit}"
    return told if row.met is not False else f"**{told}: missed**"


def _number(figure: float) -> str:
    return f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"
