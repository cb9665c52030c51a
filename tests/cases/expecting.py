"""What a plan came to, in the words of the cases, and how it differs from what is expected."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from engine.model.decision import Change, Decision
from engine.model.plan import PlanFooter
from engine.ports.systems import OrderQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan in memory: its decisions, its footer, and what the source was asked."""

    decisions: list[Decision]
    footer: PlanFooter
    queries: list[OrderQuery] = field(default_factory=list)


def shown(plan: Planned) -> dict[str, Any]:
    """A plan as a case sees it."""
    return {
        "expect": [_decision(decision) for decision in plan.decisions],
        "blocked": [gate.gate for gate in plan.footer.blocked],
        "query": [asked(query) for query in plan.queries],
    }


def asked(query: OrderQuery) -> dict[str, Any]:
    """What a source of orders was asked for; of its filter the names of what it chooses by."""
    return {
        "since": query.since.isoformat(),
        "acknowledged": query.acknowledged,
        "by": query.by,
        "filter": [
            one.name for one in fields(query.filter) if getattr(query.filter, one.name) is not None
        ],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    creation = next((one for one in decision.changes if one.operation == "create"), None)
    return {
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "number": decision.number,
        "reason": decision.reason,
        "unchecked": list(decision.unchecked),
        "binding": decision.binding or (creation.binding if creation else None),
        "changes": [f"{one.operation} in {one.target}" for one in decision.changes],
        "summaries": [one.summary for one in decision.changes],
        "order": _body(creation),
        "written": _body(next((c for c in decision.changes if c.operation == "write-back"), None)),
    }


def _body(change: Change | None) -> Any:
    return json.loads(change.request.body or "null") if change else None


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Of a map only what is expected counts, of a list everything, of a reason any piece of it.

    A member that must not be there is expected to be `(nothing)`.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            found
            for name, value in expected.items()
            for found in differences(value, actual.get(name, "(nothing)"), f"{path}/{name}")
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = zip(expected, actual, strict=True)
        return [
            found
            for at, (wanted, given) in enumerate(pairs)
            for found in differences(wanted, given, f"{path}/{at}")
        ]
    if path.endswith("/reason") and isinstance(expected, str) and expected in str(actual):
        return []
    return [] if expected == actual else [f"{path}: expected {expected!r}, got {actual!r}"]
