"""The inbox for people: the list, the most urgent first, and one item with the call behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from engine.report.inbox_entry import KINDS, Entry, Kind, remote_of, show_command, steps_of
from engine.report.screen import Screen
from engine.report.times import age, shown

LONG = 300
"""So many characters of a body are shown; json has them all."""


def show_list(screen: Screen, entries: Sequence[Entry], now: datetime) -> None:
    """Shows all entries, which come class by class. None is ever left out."""
    customer = entries[0].customer
    screen.heading(f"Inbox of {customer}: {len(entries)} open")
    for kind, several in groupby(entries, key=lambda entry: entry.item.kind):
        _class(screen, KINDS.get(kind) or Kind(heading=kind, means=""), list(several), now)
    screen.say()
    screen.say("`show` tells what was sent, what is known of the other side, and what to do.")


def _class(screen: Screen, kind: Kind, entries: Sequence[Entry], now: datetime) -> None:
    means = f": {kind.means}" if kind.means else ""
    screen.heading(f"{kind.heading} ({len(entries)}){means}")
    rows = [[entry.item.business_key, _age(entry, now), _what(entry)] for entry in entries]
    screen.table(["  key", "for", "what"], [[f"  {key}", *rest] for key, *rest in rows])
    screen.say(f"  Next: {show_command(entries[0])}")


def _what(entry: Entry) -> str:
    return f"{entry.item.text} ({entry.item.rule})"


def _age(entry: Entry, now: datetime) -> str:
    return age(now - entry.item.first_seen) if entry.item.first_seen else ""


def show_item(
    screen: Screen,
    entry: Entry,
    request: Mapping[str, Any] | None,
    steps: Sequence[Mapping[str, str]],
    when: tuple[str, datetime],
) -> None:
    """Shows an item, what was sent of it (`request`; None: nothing is known) and its steps.

    `when` is the customer's zone and the time by which ages are told.
    """
    zone, _ = when
    screen.heading(entry.item.business_key)
    screen.table(["", ""], [list(row) for row in _rows(entry, request, when)])
    screen.heading("What to do")
    screen.say(entry.advice)
    commands = [[f"  {step.command}", step.when] for step in steps_of(entry)]
    screen.table(["", ""], commands)
    rows = [[_time(step["at"], zone), *list(step.values())[1:]] for step in steps]
    if rows:
        screen.heading("Every step")
        screen.table(["at", "who", "from", "to", "why"], rows)


def _rows(
    entry: Entry, request: Mapping[str, Any] | None, when: tuple[str, datetime]
) -> Iterator[tuple[str, str]]:
    zone, now = when
    item = entry.item
    yield "class", item.kind
    yield "rule", item.rule
    yield "text", item.text
    yield "flow", item.flow
    for name, at in (("first seen", item.first_seen), ("last seen", item.last_seen)):
        if at is not None:
            yield name, f"{shown(at, zone)}, {age(now - at)} ago"
    if entry.about != item.business_key:
        yield "about", entry.about
    yield "seen", str(item.seen)
    yield "sends", str(entry.sends)
    yield "known", remote_of(entry, lambda at: shown(at, zone))
    if item.effect is not None:
        yield "effect", item.effect
    if request:
        yield "sent", _sent(request)


def _sent(request: Mapping[str, Any]) -> str:
    body = json.dumps(request["body"], ensure_ascii=False) if request["body"] is not None else ""
    short = body if len(body) <= LONG else f"{body[:LONG]} ... (all of it: --format json)"
    return f"{request['method']} {request['path']} {short}".rstrip()


def _time(moment: str, zone: str) -> str:
    return shown(datetime.fromisoformat(moment), zone)
