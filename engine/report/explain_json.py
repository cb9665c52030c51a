"""The life of one record, for machines. Times are ISO 8601, places `file:line:column`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.diagnostics import Place
from engine.explain.origins import Origin
from engine.explain.story import Event, Judged, Member, Request, Story
from engine.explain.suggesting import Advice
from engine.report.masking import masked_request

DECISION = ("flow", "key", "order", "outcome", "rule", "reason", "link", "number")


def story_json(story: Story) -> dict[str, Any]:
    """All that `show_story` shows."""
    requests = [one for judged in story.fresh.judged for one in judged.requests]
    return {
        "customer": story.customer,
        "kind": story.subject.kind,
        "key": story.subject.key,
        "names": list(story.subject.names),
        "remembered": story.remembered,
        "read": list(story.fresh.read),
        "away": list(story.fresh.away),
        "events": [_event(one) for one in story.events],
        "decisions": [_judged(one) for one in story.fresh.judged],
        "would_send": [_request(one) for one in requests],
        "sent": [_request(one) for one in story.requests],
        "inbox": [_plain(asdict(one)) for one in story.inbox],
    }


def _event(event: Event) -> dict[str, Any]:
    return {**asdict(event), "at": event.at.isoformat()}


def _judged(judged: Judged) -> dict[str, Any]:
    told = {name: getattr(judged.decision, name) for name in DECISION}
    return {
        **told,
        "outcome": judged.decision.outcome.value,
        "place": _place(judged.place),
        "text": judged.text,
        "read": [asdict(one) for one in judged.sources],
        "members": [_origin(one) for one in judged.members],
        "note": judged.note,
        "advice": None if judged.advice is None else _advice(judged.advice),
    }


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "lets_through": [
            {"where": one.where, "change": one.text, "place": _place(one.place)}
            for one in advice.suggestions
        ],
        "almost": advice.almost,
        "next_rule": advice.next_rule,
        "tried": advice.tried,
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "operation": request.operation,
        "key": request.key,
        "target": request.target,
        "state": request.state,
        "note": request.note,
        "by": request.by,
        "request": masked_request(request.request) if request.request else None,
        "members": [_member(one) for one in request.members],
        "fixed": list(request.fixed),
        "legs": dict(request.legs),
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "pointers": list(member.pointers),
        "changed": member.changed,
        "today": member.today,
        **_origin(member.origin),
    }


def _origin(origin: Origin) -> dict[str, Any]:
    row = None if origin.row is None else {**asdict(origin.row), "place": _place(origin.row.place)}
    return {
        "target": origin.target,
        "value": origin.value,
        "kind": origin.kind,
        "text": origin.text,
        "place": _place(origin.place),
        "functions": list(origin.functions),
        "read": [asdict(one) for one in origin.sources],
        "row": row,
        "problem": origin.problem,
        "note": origin.note,
    }


def _place(place: Place | None) -> str | None:
    return None if place is None else str(place)


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return {
        name: one.isoformat() if isinstance(one, datetime) else one for name, one in value.items()
    }
