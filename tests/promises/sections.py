"""What the page says of each part: pure functions from its figures to text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.promises.figures import once

Told = Mapping[str, Any]
FAULTS = {
    "401-once": "a token is refused",
    "429": "a call is refused for a while (429)",
    "500": "an error, and nothing was done (500)",
    "500-after": "an error, and it was done all the same (500)",
    "changes are seen late": "a change is in no list for a while",
    "clock jumps": "the machine's clock jumps",
    "cut-after": "the line is cut after it was done",
    "cut-before": "the line is cut before it was done",
    "dies": "the process dies",
    "finds its ledger locked": "the ledger is locked by another",
    "foreign-next-link": "a page leads to a foreign host",
    "html-502": "a page of HTML for an answer (502)",
    "late": "no answer, and it is done later",
    "message comes again": "a message comes again after it was acknowledged",
    "message vanishes": "a message vanishes for a while",
    "page-one": "the first page comes again",
    "queue_duplicates": "a queue gives messages twice",
    "queue_reorder": "a queue gives messages in another order",
    "refused": "no connection",
    "repeat-next-link": "a page leads to itself",
    "slow": "an answer is slow, or too slow",
    "something happens in between": "people change something in the middle of a pass",
    "stalls": "the process stalls",
    "tokens expire": "all tokens expire",
    "truncated": "an answer breaks off",
    "twice": "a call arrives twice",
    "unknown_types": "messages of an unknown type",
}
"""Each kind of trouble in words."""


def _stories(told: Told) -> str:
    text = """\
A story is the real engine on both sandboxes for some days, drawn from one seed: whatever can go
wrong goes wrong, and people change both systems meanwhile. Then the faults stop, and both systems
are compared. What differs must be an open item of the inbox."""
    counts = table(("what", "how many"), _counts(told))
    faults = sorted((FAULTS.get(kind, kind), n) for kind, n in told["faults"].items())
    kinds = table(("fault", "times"), faults)
    return f"{text}\n\n{counts}\n\n{kinds}"


def _counts(told: Told) -> Iterator[tuple[str, int]]:
    passes, faults = told["passes"], told["faults"]
    yield "stories (seeds)", told["stories"]
    yield "of them, with anything lost, doubled or untold", len(told["failed"])
    yield "requests", told["requests"]
    yield "boundaries passed: a request or a commit begins or ends", told["boundaries"]
    yield "passes", sum(passes.values())
    yield "passes that died in the middle", passes.get("-9", 0)
    yield "passes that were turned away, as another was at work", passes.get("75", 0)
    yield "passes that were stalled, so that another might take over", faults.get("stalls", 0)
    yield "deeds of people in both systems", sum(told["deeds"].values())
    yield "faults", sum(faults.values())


def _mistakes(told: Told) -> str:
    tried = told["tried"]
    caught = sum(one["seed"] is not None for one in tried)
    text = f"""\
Does the comparison see anything? The engine with one mistake in it plays stories until one fails.
There are {told["known"]} such mistakes. Made: {len(tried)}. Caught: {caught}."""
    rows = [(one["name"], "NOT CAUGHT" if one["seed"] is None else one["seed"]) for one in tried]
    return f"{text}\n\n{table(('mistake', 'caught by seed'), rows)}"


def _crash(told: Told) -> str:
    twice, asked = told["by flow"].get("twice", 0), told["a person was asked"]
    text = f"""\
There are {told["boundaries"]:,} boundaries: before and after each request and each commit.
A process died at {once(told):,} of them, each in a day of its own, and {twice:,} times another died
while it mended that. Each end was compared with a day that nobody disturbed:
{told["wrong"]:,} things were otherwise. {asked:,} times a person was asked about a change of
stock."""
    sides = told["by flow and side"]
    kinds = sorted({kind for counts in sides.values() for kind in counts})
    rows = [(flow, *(counts.get(kind, 0) for kind in kinds)) for flow, counts in sides.items()]
    return f"{text}\n\n{table(('flow or command', *kinds), rows)}"


def _tests(told: Told) -> str:
    passed, failed, kills = (
        sum(row[kind] for row in told.values()) for kind in ("passed", "failed", "kills")
    )
    return f"""\
Of the tests that are named above and were run, {passed:,} passed and {failed:,} failed.
{kills:,} of those that passed kill a real process with SIGKILL, at least once each."""


def _fuzz(told: Told) -> str:
    text = f"""\
{sum(told["tried"].values()):,} inputs were made up or damaged. Each must end in a message,
an item of the inbox or a good result, and never in a traceback; none may hang."""
    return f"{text}\n\n{table(('kind of input', 'tried'), sorted(told['tried'].items()))}"


def _cases(told: Told) -> str:
    text = f"""\
{sum(told["cases"].values()):,} cases say which records end in which decisions.
{told["laws"]} laws of the domain say {told["clauses"]} things (`tests/cases/laws.py`), each with a
case that fails when it is broken. `tests/executor/test_cursor.py` moves the cursor in
{len(told["cursor"])} mistaken ways, and each must lose an order: {"; ".join(told["cursor"])}."""
    return f"{text}\n\n{table(('flow', 'cases'), told['cases'].items())}"


def _week(told: Told) -> str:
    text = """\
A working week of all flows on each kind of site, over real HTTP. At its end no order may be lost or
doubled, nothing more be shipped than was picked, and all stock must be explained."""
    names = ("orders", "deeds", "passes", "inbox")
    rows = [(site, *(row[name] for name in names), len(row["wrong"])) for site, row in told.items()]
    head = ("site", "orders", "deeds of people", "passes", "inbox at the end", "wrong")
    return f"{text}\n\n{table(head, rows)}"


SECTIONS = {
    "stories": ("Stories: everything goes wrong at once", _stories),
    "mistakes": ("Mistakes that the stories catch", _mistakes),
    "crash": ("Deaths at every boundary", _crash),
    "tests": ("Tests, and real kills", _tests),
    "fuzz": ("Damaged and made-up input", _fuzz),
    "cases": ("Cases and laws", _cases),
    "week": ("A working week", _week),
}
"""By part: its title, and its text from figures that are not empty."""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
