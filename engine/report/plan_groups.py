"""Decisions by outcome, rule and reason, as they stream by: what is said once is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.model.decision import Decision, Outcome

NAMED = 2
"""So many keys of one reason are named, the rest counted."""


@dataclass(slots=True)
class Reason:
    """The decisions of one rule that have one reason; `first` is one of them."""

    first: Decision
    keys: list[str]
    count: int = 0

    @property
    def which(self) -> str:
        """The keys, or the first ones and how many more there are."""
        more = self.count - len(self.keys)
        return f"{', '.join(self.keys)}{f' and {more} more' if more else ''}"


@dataclass(slots=True)
class Group:
    """The decisions of one flow that one rule has made.

    `shown` are the first ones, each reason once where they stay here; `count` counts all.
    """

    flow: str
    rule: str
    count: int = 0
    reasons: dict[str, Reason] = field(default_factory=dict)

    @property
    def shown(self) -> list[Reason]:
        return list(self.reasons.values())

    @property
    def more(self) -> int:
        """How many decisions none of the shown reasons covers."""
        return self.count - sum(one.count for one in self.reasons.values())


Grouped = dict[Outcome, list[Group]]


def grouped(decisions: Iterable[Decision], rows: int | None) -> Grouped:
    """The groups of each outcome, in the order in which flows and rules were met.

    `rows` reasons of each are kept, None keeps all. What is sent has a row for each decision: its
    number is what a person looks for.
    """
    found: dict[tuple[Outcome, str, str], Group] = {}
    for decision in decisions:
        name = (decision.outcome, decision.flow, decision.rule)
        group = found.setdefault(name, Group(decision.flow, decision.rule))
        _add(group, decision, rows)
    outcomes: Grouped = {outcome: [] for outcome in Outcome}
    for (outcome, _, _), group in found.items():
        outcomes[outcome].append(group)
    return outcomes


def _add(group: Group, decision: Decision, rows: int | None) -> None:
    group.count += 1
    own = str(group.count) if decision.outcome is Outcome.SEND else decision.reason
    reason = group.reasons.get(own)
    if reason is None:
        if rows is not None and len(group.reasons) >= rows:
            return
        reason = group.reasons[own] = Reason(decision, [])
    reason.count += 1
    if rows is None or len(reason.keys) < NAMED:
        reason.keys.append(decision.key)
