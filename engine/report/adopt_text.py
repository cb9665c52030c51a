"""What adopting found, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine.executor.adopting import Fate, Found
from engine.report.screen import Screen

ROWS = 40
WORDS = {
    Fate.SAME: "are in the warehouse with the same content",
    Fate.BOUND: "are bound already",
    Fate.DIFFERS: "are in the warehouse and differ, or cannot be compared",
    Fate.ABSENT: "are not in the warehouse: a pass will send them",
    Fate.LEFT: "are left alone, by rule",
}


def show_found(screen: Screen, found: Sequence[Found]) -> None:
    """The differences one by one, and how many parts there are of each kind."""
    differing = [one for one in found if one.fate is Fate.DIFFERS]
    if differing:
        screen.heading(f"Differing, not to be adopted: {len(differing)}")
        rows = [[f"  {one.decision.number}", one.decision.key, one.text] for one in differing]
        screen.table(["  number", "part", "why"], rows[:ROWS], whole=(0, 1))
    if len(differing) > ROWS:
        screen.say(f"... and {len(differing) - ROWS} more: --format json has them all.")
    screen.heading("In short")
    counts = Counter(one.fate for one in found)
    screen.table(["", ""], [[f"{counts[fate]:>6}", words] for fate, words in WORDS.items()])


def found_json(customer: str, found: Sequence[Found], adopted: int) -> dict[str, Any]:
    """The same for machines, every part that is in the warehouse with what is said of it."""
    counts = Counter(one.fate.value for one in found)
    there = [one for one in found if one.fate in {Fate.SAME, Fate.DIFFERS}]
    return {
        "format_version": 1,
        "customer": customer,
        "adopted": adopted,
        "counts": {fate.value: counts[fate.value] for fate in Fate},
        "parts": [
            {
                "fate": one.fate.value,
                "key": one.decision.key,
                "number": one.decision.number,
                "rule": one.decision.rule,
                "reason": one.text,
            }
            for one in there
        ],
    }
