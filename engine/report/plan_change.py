"""A change as a person reads it: what it does, and of its request the members that matter.

A screen and a page show the same lines. Buyers' members are starred out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.decision import Change
from engine.report.masking import masked_request

LONGEST = 120
"""A text is cut behind so many characters, and the rest counted."""
MOST = 40
"""So many members of a request are shown; the plan file has them all."""
EMPTY = "(empty)"
_MADE = frozenset({"create", "upsert-item"})
_ENDED = frozenset({"delete"})


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a request: its name, its value as a text, and what stands there, if known."""

    name: str
    value: str
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A change on a screen. `sign`: `+` makes something, `-` ends it, `~` changes it.

    `request` is the call without its body; `more` counts the members that are left out.
    """

    sign: str
    title: str
    request: str
    members: tuple[Member, ...]
    more: int = 0


def shown_change(change: Change) -> Shown:
    """What is shown of a change."""
    found = list(_told(change))
    return Shown(
        sign=sign_of(change),
        title=_title(change),
        request=f"{change.request.method} {change.request.path}",
        members=tuple(found[:MOST]),
        more=max(0, len(found) - MOST),
    )


def _title(change: Change) -> str:
    what = f"{change.operation} in {change.target}"
    says_more = change.summary not in ("", change.operation)
    return f"{what}: {change.summary}" if says_more else what


def _told(change: Change) -> Iterator[Member]:
    """What it changes, where that is known; else all of its request."""
    if not change.differences:
        body = masked_request(change.request.to_json())["body"]
        yield from _members(body, "", terse=change.operation in _MADE)
    for one in change.differences:
        before = None if one.before is None else cut(one.before or EMPTY)
        yield Member(one.name, cut(one.after or EMPTY), before)


def sign_of(change: Change) -> str:
    """Whether a change makes something, ends it, or changes it."""
    if change.operation in _MADE:
        return "+"
    return "-" if change.operation in _ENDED else "~"


def _members(body: Any, name: str, *, terse: bool) -> Iterator[Member]:
    """The leaves of a body; `terse` leaves out what is empty, as it says nothing of a new thing."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _members(value, f"{name}.{key}" if name else key, terse=terse)
    elif isinstance(body, list):
        yield from _elements(body, name, terse=terse)
    elif body not in (None, "") or (name and not terse):
        yield Member(name, cut(_text(body)))


def _elements(listed: Sequence[Any], name: str, *, terse: bool) -> Iterator[Member]:
    """A line for each element that is flat, such as a line of an order."""
    if all(_is_scalar(one) for one in listed):
        if listed or not terse:
            yield Member(name, cut(", ".join(map(_text, listed)) or "none"))
        return
    for number, one in enumerate(listed, 1):
        place = f"{name}[{number}]"
        if isinstance(one, dict) and all(map(_is_scalar, one.values())):
            yield Member(place, cut(_flat(one)))
        else:
            yield from _members(one, place, terse=terse)


def _flat(members: Mapping[str, Any]) -> str:
    told = [f"{key} {_text(value)}" for key, value in members.items() if value not in (None, "")]
    return ", ".join(told)


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value or EMPTY
    return json.dumps(value)


def cut(text: str) -> str:
    """A text that is not too long for a line."""
    over = len(text) - LONGEST
    if over <= 0:
        return text
    return f"{text[:LONGEST]}... and {over} more character{'s' * (over != 1)}"
