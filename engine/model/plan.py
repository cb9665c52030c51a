"""A plan as data: its header, its decisions, its footer, and their JSON form, one object a line.

The digest is over every line, the footer too, so that what was approved is what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.model.decision import Change, Decision, Outcome
from engine.model.desired import PreparedRequest

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHeader:
    """For whom and from what a plan was made. Times are ISO 8601 in UTC.

    `cursor_version` is the version of the feed's cursor when it was read, 0 when there was none.
    `partial` is true when `--only`, `--limit` or `--since` left something out: such a plan never
    moves the cursor. `sweep`: all that is not taken over yet since the earliest date was read,
    by created date. `systems` marks the address behind each connection; `apply` is for these alone.
    """

    customer: str
    ruleset: str
    made_at: str
    feed: str
    since: str
    until: str
    cursor_version: int
    partial: bool
    sweep: bool = False
    systems: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedGate:
    """A gate that this plan exceeds."""

    gate: str
    count: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFooter:
    """The sums of a plan, the gates that block it, and how far it would move the cursor.

    `changed` is kind of change -> the orders that have at least one; empty in an older plan file.
    """

    orders: int
    outcomes: Mapping[str, int]
    rules: Mapping[str, int]
    changes: Mapping[str, int]
    newly_held: int
    calls: int
    unchecked: int
    changed: Mapping[str, int] = field(default_factory=dict)
    blocked: tuple[BlockedGate, ...] = ()
    watermark: str | None = None
    digest: str = ""

    @property
    def sends(self) -> int:
        """How many changes the plan holds."""
        return sum(self.changes.values())


Ends = tuple[PlanHeader, PlanFooter]
"""The two ends of a plan; its decisions, which may be many, are read from its file."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan file: exactly one of the three."""

    header: PlanHeader | None = None
    decision: Decision | None = None
    footer: PlanFooter | None = None


def header_json(header: PlanHeader) -> dict[str, Any]:
    """The first line of a plan file."""
    return {"type": "header", "format_version": FORMAT_VERSION, **asdict(header)}


def footer_json(footer: PlanFooter) -> dict[str, Any]:
    """The last line of a plan file."""
    return {"type": "footer", **asdict(footer)}


def decision_json(decision: Decision) -> dict[str, Any]:
    """One line of a plan file: a decision with the exact requests of its changes."""
    return {
        "type": "decision",
        "flow": decision.flow,
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "order": decision.order,
        "link": decision.link,
        "number": decision.number,
        "reason": decision.reason,
        "unchecked": list(decision.unchecked),
        "binding": decision.binding,
        "changes": [_change_json(change) for change in decision.changes],
    }


def line_from_json(value: Mapping[str, Any]) -> PlanLine:
    """What a line of a plan file says; raises KeyError, TypeError or ValueError when it is none."""
    members = {name: member for name, member in value.items() if name != "type"}
    if value["type"] == "decision":
        return PlanLine(decision=_decision(members))
    if value["type"] == "footer":
        blocked = tuple(BlockedGate(**gate) for gate in members.pop("blocked"))
        return PlanLine(footer=PlanFooter(blocked=blocked, **members))
    if value["type"] == "header" and members.pop("format_version") == FORMAT_VERSION:
        return PlanLine(header=PlanHeader(**members))
    raise ValueError(f"no line of a plan of format {FORMAT_VERSION}")


def _decision(members: dict[str, Any]) -> Decision:
    return Decision(
        **{
            **members,
            "outcome": Outcome(members["outcome"]),
            "unchecked": tuple(members["unchecked"]),
            "changes": tuple(_change(change) for change in members["changes"]),
        }
    )


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "operation": change.operation,
        "key": change.key,
        "target": change.target,
        "subject": change.subject,
        "marker": change.marker,
        "summary": change.summary,
        "request": change.request.to_json(),
        "rests_on": dict(change.rests_on),
        "needs": list(change.needs),
        "binding": change.binding,
    }


def _change(value: Mapping[str, Any]) -> Change:
    return Change(
        **{
            **value,
            "request": PreparedRequest.from_json(value["request"]),
            "needs": tuple(value["needs"]),
        }
    )


@dataclass(slots=True)
class Tally:
    """Counts decisions while they stream by, those of one order in a row.

    `changes` counts changes by kind, `changed` the orders that have at least one of the kind.
    """

    orders: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    newly_held: int = 0
    unchecked: int = 0
    _last: dict[str, str] = field(default_factory=dict)

    def add(self, decision: Decision, *, held_before: bool) -> None:
        """Counts one decision; `held_before`: its part was on hold by this rule already."""
        _count(self.outcomes, decision.outcome.value)
        _count(self.rules, decision.rule)
        for change in decision.changes:
            kind = f"{decision.flow}.{change.operation}"
            _count(self.changes, kind)
            if self._last.get(kind) != decision.order:
                _count(self.changed, kind)
            self._last[kind] = decision.order
        self.newly_held += decision.outcome is Outcome.HOLD and not held_before
        self.unchecked += len(decision.unchecked)


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
