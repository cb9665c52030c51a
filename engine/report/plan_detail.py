"""Changes of a plan on a screen, as a difference: what is made, what ends, what becomes what."""

from __future__ import annotations

from engine.model.decision import Decision
from engine.report.plan_change import Shown, shown_change
from engine.report.screen import Screen

COLOURS = {"+": "green", "-": "red", "~": "yellow"}
WIDEST = 28
"""Values stand in a column behind names that are no longer than this."""


def show_changes(screen: Screen, decision: Decision) -> None:
    """One decision with all that its changes write."""
    number = decision.number or decision.key
    about = f" ({decision.order})" if decision.order != number else ""
    screen.say(f"{number}{about}: {decision.reason}", style="bold")
    for change in decision.changes:
        _show(screen, shown_change(change))


def _show(screen: Screen, change: Shown) -> None:
    colour = COLOURS[change.sign]
    screen.say(f"  {change.sign} {change.title}", style=colour)
    screen.say(f"    {change.request}", style="dim")
    lengths = [len(member.name) for member in change.members]
    column = max((length for length in lengths if length <= WIDEST), default=0)
    for member in change.members:
        if member.before is not None:
            screen.say(f"    - {member.name:<{column}}  {member.before}", style=COLOURS["-"])
        sign = change.sign if member.before is None else "+"
        screen.say(f"    {sign} {member.name:<{column}}  {member.value}", style=COLOURS[sign])
    if change.more:
        screen.say(f"      ... and {change.more} more members, in the plan file.", style="dim")
