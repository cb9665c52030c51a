"""A plan as data: its header, its decisions, its footer, and their JSON form, one object a line.

The digest is over every line, the footer too, so that what was approved is what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.model.decision import Change, Decision, Difference, Leg, Outcome
from engine.model.desired import PreparedRequest

FORMAT_VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What one flow of a plan read. Times are ISO 8601 in UTC.

    `feed` names the cursor that it moves (None: it has none), `cursor_version` is the version
    of that when it was read, 0 when there was none. `sweep`: a full look behind the cursor, which
    moves the cursor of `{feed}.sweep` too.
    """

    flow: str
    feed: str | None
    since: str
    until: str
    cursor_version: int
    sweep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHeader:
    """For whom and from what a plan was made. Times are ISO 8601 in UTC.

    `partial` is true when `--only`, `--limit` or `--since` left something out: such a plan never
    moves a cursor. `systems` marks the address behind each connection; `apply` is for these alone.
    """

    customer: str
    ruleset: str
    made_at: str
    windows: tuple[Window, ...]
    partial: bool
    systems: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"

    @property
    def flows(self) -> tuple[str, ...]:
        """The flows that were planned, in their order."""
        return tuple(window.flow for window in self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedGate:
    """A gate that this plan exceeds."""

    gate: str
    count: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFooter:
    """The sums of a plan, the gates that block it, and how far it would move each cursor.

    Kinds of change are written `flow.operation`. `read` is flow -> records, `quiet` rule ->
    decisions that leave all as it is, `changed` kind -> the records that have at least one change,
    `units` flow -> units of stock, `watermarks` feed -> stamp.
    """

    read: Mapping[str, int]
    quiet: Mapping[str, int]
    outcomes: Mapping[str, int]
    rules: Mapping[str, int]
    changes: Mapping[str, int]
    newly_held: int
    calls: int
    unchecked: int
    changed: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    blocked: tuple[BlockedGate, ...] = ()
    watermarks: Mapping[str, str] = field(default_factory=dict)
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
        "settles": list(decision.settles),
        "urgent": decision.urgent,
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
        windows = tuple(Window(**window) for window in members.pop("windows"))
        return PlanLine(header=PlanHeader(windows=windows, **members))
    raise ValueError(f"no line of a plan of format {FORMAT_VERSION}")


def _decision(members: dict[str, Any]) -> Decision:
    return Decision(
        **{
            **members,
            "outcome": Outcome(members["outcome"]),
            "unchecked": tuple(members["unchecked"]),
            "settles": tuple(members["settles"]),
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
        "after": list(change.after),
        "binding": change.binding,
        "memo": change.memo,
        "units": change.units,
        "legs": {leg.key: leg.quantity for leg in change.legs},
        "about": change.about,
        "differences": [asdict(one) for one in change.differences],
    }


def _change(value: Mapping[str, Any]) -> Change:
    return Change(
        **{
            **value,
            "request": PreparedRequest.from_json(value["request"]),
            "needs": tuple(value["needs"]),
            "after": tuple(value["after"]),
            "legs": tuple(Leg(key=key, quantity=n) for key, n in value["legs"].items()),
            "differences": tuple(Difference(**one) for one in value.get("differences", ())),
        }
    )


@dataclass(slots=True)
class Tally:
    """Counts decisions while they stream by, those of one order in a row.

    `read` counts records by flow, `changes` changes by kind, `changed` the records that have at
    least one of the kind, `units` units of stock by flow.
    """

    read: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    quiet: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    newly_held: int = 0
    unchecked: int = 0
    _last: dict[str, str] = field(default_factory=dict)

    def add(self, decision: Decision, *, held_before: bool) -> None:
        """Counts one decision; `held_before`: its part was on hold by this rule already."""
        _count(self.outcomes, decision.outcome.value)
        _count(self.rules, decision.rule)
        if decision.outcome in {Outcome.SKIP, Outcome.NOOP}:
            _count(self.quiet, decision.rule)
        for change in decision.changes:
            kind = f"{decision.flow}.{change.operation}"
            _count(self.changes, kind)
            _count(self.units, decision.flow, change.units)
            if self._last.get(kind) != decision.order:
                _count(self.changed, kind)
            self._last[kind] = decision.order
        self.newly_held += decision.outcome is Outcome.HOLD and not held_before
        self.unchecked += len(decision.unchecked)


def _count(counts: dict[str, int], name: str, more: int = 1) -> None:
    if more:
        counts[name] = counts.get(name, 0) + more
