"""What the runs counted, part by part, and what of it breaks a promise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STORED = Path(__file__).parent / "figures.json"
PARTS = ("stories", "mistakes", "crash", "tests", "fuzz", "cases", "week")
"""All that a whole page has, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One run: the command as a person types it, the commit that it ran on, its exit code, and
    what it wrote. `figures` is empty where it ended before it wrote any; `short` is the short form.
    """

    command: str
    commit: str
    code: int
    short: bool
    figures: Mapping[str, Any]


Figures = Mapping[str, Part]
"""By the name of the part; one that was never run is not there."""


def read_figures(path: Path) -> Figures:
    """What a file has; raises OSError where it is not there."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return {name: Part(**part) for name, part in told["parts"].items()}


def write_figures(path: Path, figures: Figures) -> None:
    """In the order of the page, so that only what changed differs."""
    parts = {
        name: {key: getattr(figures[name], key) for key in Part.__slots__}
        for name in PARTS
        if name in figures
    }
    told = {"format_version": 1, "parts": parts}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def broken(figures: Figures) -> Sequence[str]:
    """One text for each thing that was found; empty where every promise was kept.

    A part that ended with another code than 0 is told whatever its figures say, and figures are
    told whatever the code says.
    """
    return [text for name, part in figures.items() for text in broken_by(name, part)]


def broken_by(name: str, part: Part) -> Iterator[str]:
    """The same of one part."""
    yield from FOUND[name](part.figures)
    if part.code:
        yield f"`{part.command}` ended with {part.code}"
    if not part.figures:
        yield f"`{part.command}` wrote no figures"


def _stories(told: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"the story of seed {seed} fails" for seed in told.get("failed", ()))


def _mistakes(told: Mapping[str, Any]) -> Iterator[str]:
    for one in told.get("tried", ()):
        if one["seed"] is None:
            yield f"no story catches the mistake: {one['name']}"


def _crash(told: Mapping[str, Any]) -> Iterator[str]:
    if told.get("wrong"):
        yield f"{told['wrong']} things are otherwise after a death"
    if told and once(told) != told["boundaries"]:
        yield f"of {told['boundaries']} boundaries {once(told)} were died at"


def _tests(told: Mapping[str, Any]) -> Iterator[str]:
    for path, counts in told.items():
        if counts["failed"]:
            yield f"{counts['failed']} tests of `{path}` fail"
        if not counts["passed"]:
            yield f"no test of `{path}` passed"


def _fuzz(told: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"no input was tried: {kind}" for kind, n in told.get("tried", {}).items() if not n)


def _cases(told: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"no case of {flow}" for flow, n in told.get("cases", {}).items() if not n)


def _week(told: Mapping[str, Any]) -> Iterator[str]:
    for site, week in told.items():
        yield from (f"week at {site}: {fault}" for fault in week["wrong"])


FOUND = {
    "stories": _stories,
    "mistakes": _mistakes,
    "crash": _crash,
    "tests": _tests,
    "fuzz": _fuzz,
    "cases": _cases,
    "week": _week,
}


def once(crash: Mapping[str, Any]) -> int:
    """First deaths, one at each boundary; the others came while a death was mended."""
    return int(crash["deaths"]) - int(crash["by flow"].get("twice", 0))
