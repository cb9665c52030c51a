"""A plan for people: what would be sent and why, what stays here and why, what it costs."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.decision import Decision, Outcome
from engine.model.plan import BlockedGate, PlanFooter, PlanHeader
from engine.report.flow_words import words_of
from engine.report.plan_detail import show_changes
from engine.report.plan_groups import Group, Reason, grouped
from engine.report.plan_words import (
    HEADINGS,
    advice,
    asks,
    by_count,
    exceeded,
    left_alone,
    read,
    sums,
    title,
    windows,
)
from engine.report.rule_titles import title_of
from engine.report.screen import Screen

ROWS = 15
"""So many lines of each rule are shown; with detail all of them are."""


def show_plan(
    screen: Screen,
    ends: tuple[PlanHeader, PlanFooter],
    decisions: Iterable[Decision],
    name: str | None = None,
    *,
    detail: bool = False,
) -> None:
    """Shows a plan by outcome, rule and reason; `decisions` is read once.

    Without `detail` only the first of each rule are kept. With it every change is shown with what
    it writes. `name` is the plan file that a person would apply; None says nothing about applying.
    """
    header, footer = ends
    screen.say(title(header), style="bold")
    for sentence in windows(header):
        screen.say(sentence)
    groups = grouped(decisions, None if detail else ROWS)
    for outcome, heading in HEADINGS.items():
        if groups[outcome]:
            screen.heading(f"{heading}: {sum(group.count for group in groups[outcome])}")
            _section(screen, outcome, groups[outcome], detail=detail)
    _left_alone(screen, footer)
    screen.heading("In short")
    for sentence in sums(header, footer):
        screen.say(sentence)
    show_exceeded(screen, footer.blocked)
    if name is not None:
        screen.say(advice(header, footer, name))


def show_quiet(screen: Screen, ends: tuple[PlanHeader, PlanFooter]) -> bool:
    """Says in a line for each flow that there is nothing new in a plan; False where there is."""
    header, footer = ends
    if footer.sends or footer.newly_held or footer.blocked or asks(footer):
        return False
    held = footer.outcomes.get("hold", 0)
    still = f" {held} still held." if held else ""
    for flow in header.flows:
        screen.say(f"{flow}: {read(flow, footer)}, nothing to send.{still}")
    return True


def _section(screen: Screen, outcome: Outcome, groups: list[Group], *, detail: bool) -> None:
    if outcome is not Outcome.SEND:
        rows = [_kept_row(one) for group in groups for one in group.shown]
        screen.table(["  part", "rule", "why"], rows)
    for group in groups:
        if outcome is Outcome.SEND:
            _sent(screen, group, detail=detail)
        if group.more:
            more = f"... and {group.more} more by {group.rule}"
            screen.say(f"{more}, all in the plan file; `crossdock plan --detail` shows them.")


def _sent(screen: Screen, group: Group, *, detail: bool) -> None:
    """What one rule of one flow lets go out."""
    words = words_of(group.flow)
    meaning = title_of(group.rule)
    screen.say(f"{group.count} by {group.rule}{f': {meaning}' if meaning else ''}")
    if detail:
        for one in group.shown:
            show_changes(screen, one.first)
        return
    columns = [f"  {words.number}", words.record, "what", "where to, and what else"]
    screen.table(columns, [_sent_row(one.first) for one in group.shown], whole=(0, 1))


def _sent_row(decision: Decision) -> list[str]:
    what = ", then ".join(change.summary for change in decision.changes)
    return [f"+ {decision.number or ''}", decision.order, what, decision.reason]


def _kept_row(one: Reason) -> list[str]:
    return [f"~ {one.which}", one.first.rule, one.first.reason]


def _left_alone(screen: Screen, footer: PlanFooter) -> None:
    heading = left_alone(footer)
    if heading:
        screen.heading(heading)
        rows = [[f"{count:>6}", rule, title_of(rule)] for rule, count in by_count(footer.quiet)]
        screen.table(["", "", ""], rows, whole=(0, 1))


def show_exceeded(screen: Screen, gates: Iterable[BlockedGate]) -> None:
    """Names each gate with what it counted and its limit."""
    for sentence in exceeded(gates):
        screen.say(sentence, style="bold red")
