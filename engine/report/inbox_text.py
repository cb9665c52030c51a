"""One item of the inbox and the call behind it, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.ports.ledger import InboxItem
from engine.report.screen import Screen
from engine.report.times import shown

LONG = 300
"""So many characters of a body are shown; json has them all."""


def show_item(
    screen: Screen,
    item: InboxItem,
    call: Mapping[str, Any],
    steps: Sequence[Mapping[str, str]],
    zone: str,
) -> None:
    """Shows an item, what was sent of it (`call`: about, request; empty: nothing) and its steps."""
    screen.heading(item.business_key)
    screen.table(["", ""], [list(row) for row in _rows(item, call, zone)])
    rows = [[_time(step["at"], zone), *list(step.values())[1:]] for step in steps]
    screen.table(["at", "who", "from", "to", "why"], rows)


def _rows(item: InboxItem, call: Mapping[str, Any], zone: str) -> Iterator[tuple[str, str]]:
    yield "class", item.kind
    yield "rule", item.rule
    yield "text", item.text
    yield "flow", item.flow
    for name, at in (("first seen", item.first_seen), ("last seen", item.last_seen)):
        if at is not None:
            yield name, shown(at, zone)
    yield "seen", str(item.seen)
    if item.effect is not None:
        yield "effect", item.effect
    if call.get("about"):
        yield "about", call["about"]
    if call.get("request"):
        yield "sent", _sent(call["request"])


def _sent(request: Mapping[str, Any]) -> str:
    body = json.dumps(request["body"], ensure_ascii=False) if request["body"] is not None else ""
    short = body if len(body) <= LONG else f"{body[:LONG]} ... (all of it: --format json)"
    return f"{request['method']} {request['path']} {short}".rstrip()


def _time(moment: str, zone: str) -> str:
    return shown(datetime.fromisoformat(moment), zone)
