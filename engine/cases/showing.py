"""What came of a case, in the words in which a case expects it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.cases.case import UNREAD, Played
from engine.cases.stage import plain_body
from engine.model.decision import Change, Decision

WORDS = ("decisions", "orders", "records", "stock", "blocked")
"""What an expectation may say."""


def shown(played: Played) -> dict[str, Any]:
    """All that an expectation can ask for: `decisions` as a list, the rest by key."""
    return {
        "decisions": [decision_shown(one) for one in played.decisions],
        "orders": _outcomes(played, "order"),
        "records": _outcomes(played, "key"),
        "stock": dict(played.stock or {}),
        "blocked": list(played.blocked),
    }


def decision_shown(decision: Decision) -> dict[str, Any]:
    """One decision as a case writes it."""
    return {
        "key": decision.key,
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "reason": decision.reason,
        "sends": [_change(one) for one in decision.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    request = change.request
    found: dict[str, Any] = {
        "operation": change.operation,
        "method": request.method,
        "path": request.path,
    }
    body = plain_body(request.body)
    return found if body is None else {**found, "body": body}


def _outcomes(played: Played, member: str) -> dict[str, Any]:
    """Order (or key) -> its outcome; a list where its parts end in different ones."""
    found: dict[str, list[str]] = {}
    for decision in played.decisions:
        outcomes = found.setdefault(str(getattr(decision, member)), [])
        if decision.outcome.value not in outcomes:
            outcomes.append(decision.outcome.value)
    plain: Mapping[str, Sequence[str] | str] = {
        key: several if len(several) > 1 else several[0] for key, several in found.items()
    }
    return {**plain, **dict.fromkeys(played.unread, UNREAD)}
