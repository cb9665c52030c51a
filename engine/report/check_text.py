"""What `check` found, for people and for machines: what to mend first, good news last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from engine.model.finding import ERROR, OK, Finding
from engine.report.screen import Screen

ASSUMPTION = "check.assumption"
"""What nobody has seen yet: a matter of the site profile, apart from what the ruleset says."""
WIDTH = 100


def show_findings(screen: Screen, customer: str, found: Sequence[Finding]) -> None:
    """Shows the findings in four groups; an empty one is left out."""
    rest = [one for one in found if one.severity not in {ERROR, OK}]
    _group(screen, "To be mended before go-live", [f for f in found if f.severity == ERROR])
    _group(screen, "To look at", [one for one in rest if one.rule != ASSUMPTION])
    _assumed(screen, [one for one in rest if one.rule == ASSUMPTION])
    _group(screen, "Fine", [one for one in found if one.severity == OK])
    screen.say()
    screen.say(f"{customer}: {counted(found)}.")


def counted(found: Sequence[Finding]) -> str:
    """`2 errors, 1 warning, 30 fine`."""
    errors = sum(one.severity == ERROR for one in found)
    fine = sum(one.severity == OK for one in found)
    warnings = len(found) - errors - fine
    shown = [_plural(errors, "error"), _plural(warnings, "warning"), f"{fine} fine"]
    return ", ".join(shown)


def findings_json(customer: str, found: Sequence[Finding]) -> dict[str, Any]:
    """The same for machines."""
    return {
        "format_version": 1,
        "customer": customer,
        "errors": sum(one.severity == ERROR for one in found),
        "findings": [asdict(one) for one in found],
    }


def _group(screen: Screen, heading: str, found: Sequence[Finding]) -> None:
    if not found:
        return
    screen.heading(f"{heading}: {len(found)}")
    rows = [[f"  {one.rule}", one.about, _sentence(one)] for one in found]
    screen.table(["", "", ""], rows)


def _assumed(screen: Screen, found: Sequence[Finding]) -> None:
    """Every part of a site profile may be assumed: what is said alike of many is said once."""
    if not found:
        return
    screen.heading(f"Assumed, not seen: {len(found)}, by {ASSUMPTION}")
    alike: dict[str, list[str]] = {}
    for one in found:
        alike.setdefault(_sentence(one), []).append(one.about)
    for sentence, about in alike.items():
        screen.say(f"  {sentence}")
        for line in wrap(", ".join(about), WIDTH):
            screen.say(f"    {line}")


def _sentence(one: Finding) -> str:
    return f"{one.text.rstrip('.')}. {one.advice}" if one.advice else one.text


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
