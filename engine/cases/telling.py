"""How the cases of rulesets ended, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.cases.case import Difference, Verdict
from engine.cases.suite import Suite
from engine.diagnostics import Place
from engine.report.diagnostics import to_json, to_text
from engine.report.screen import Screen

LONGEST = 160
"""So much of a value is shown; JSON has all of it."""


def show_suite(screen: Screen, suite: Suite, *, missed: bool) -> None:
    """What is red, each with its first difference; then the count, and what no case touched."""
    for verdict in suite.red:
        show_verdict(screen, verdict)
    count, red = len(suite.verdicts), len(suite.red)
    if not count:
        screen.say(f"{suite.customer}: there are no cases in rulesets/{suite.customer}/cases/.")
        return
    screen.say(f"{suite.customer}: {green_of(count, red)}. {_coverage(suite, listed=missed)}")
    if missed and suite.missed:
        screen.table(["", ""], [[f"  {rule}", _at(place)] for rule, place in suite.missed])


def green_of(count: int, red: int) -> str:
    """`3 cases, all green`, or `1 of 3 cases is red`."""
    if not red:
        return f"{count} case{'s' * (count != 1)}, all green" if count > 1 else "1 case, green"
    return f"{red} of {count} cases {'is' if red == 1 else 'are'} red"


def show_verdict(screen: Screen, verdict: Verdict) -> None:
    """One red case."""
    title = f": {verdict.title}" if verdict.title else ""
    screen.say(f"RED {verdict.file}{title}", style="bold")
    for fault in verdict.faults:
        for line in to_text(fault).splitlines():
            screen.say(f"  {line}")
    if verdict.trouble:
        screen.say(f"  It cannot be played: {verdict.trouble}")
    if verdict.unconfirmed:
        _show_unconfirmed(screen, verdict)
    elif verdict.differences:
        _show_difference(screen, verdict.differences)
    screen.say()


def _show_unconfirmed(screen: Screen, verdict: Verdict) -> None:
    screen.say("  Nobody has confirmed it. This is what the ruleset makes of it:")
    decisions = verdict.played.decisions if verdict.played is not None else ()
    rows = [[f"    {one.key}", one.outcome.value, one.rule, one.reason] for one in decisions]
    screen.table(["", "", "", ""], rows or [["    nothing is decided", "", "", ""]])
    screen.say("  If that is right, confirm it: crossdock test --update")


def _show_difference(screen: Screen, found: Sequence[Difference]) -> None:
    first = found[0]
    screen.say(f"  {path_of(first)} is not as expected ({first.place})")
    look_alike = str(first.expected) == str(first.found)
    screen.say(f"    expected  {_value(first.expected, quoted=look_alike)}")
    screen.say(f"    found     {_value(first.found, quoted=look_alike)}")
    if first.rule:
        where = f"  ({first.rule_place})" if first.rule_place else ""
        screen.say(f"    by        {first.rule}{where}")
    if len(found) > 1:
        rest = ", ".join(path_of(one) for one in found[1:4])
        more = f" and {len(found) - 4} more" if len(found) > 4 else ""
        screen.say(f"  Also: {rest}{more}")


def path_of(found: Difference) -> str:
    """`expect.decisions[0].rule`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in found.path)
    return "".join(steps).lstrip(".")


def _value(value: Any, *, quoted: bool) -> str:
    """`quoted` tells the text "1001" from the number."""
    plain = isinstance(value, str) and not quoted
    text = str(value) if plain else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"


def _coverage(suite: Suite, *, listed: bool) -> str:
    touched = suite.pieces - len(suite.missed)
    said = f"They touch {touched} of {suite.pieces} rules, fields and rows"
    return f"{said}, not:" if listed and suite.missed else f"{said}."


def _at(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place is not None else ""


def suite_json(suite: Suite) -> dict[str, Any]:
    """The same for machines."""
    return {
        "cases": [_verdict_json(one) for one in suite.verdicts],
        "pieces": suite.pieces,
        "untouched": [
            {
                "rule": rule,
                "file": place.file if place else None,
                "line": place.line if place else None,
            }
            for rule, place in suite.missed
        ],
    }


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "file": verdict.file,
        "title": verdict.title,
        "green": verdict.green,
        "confirmed": not verdict.unconfirmed,
        "trouble": verdict.trouble or None,
        "problems": [to_json(one) for one in verdict.faults],
        "differences": [_difference_json(one) for one in verdict.differences],
    }


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "path": path_of(found),
        "place": str(found.place) if found.place else None,
        "expected": found.expected,
        "found": found.found,
        "rule": found.rule or None,
        "rule_place": str(found.rule_place) if found.rule_place else None,
    }
