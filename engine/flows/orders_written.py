"""What is written back to the source's order when every part is bound: its number, and a note.

Both once, and never over what is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.compiler.templates import TemplateError
from engine.errors import BadRecordError
from engine.flows.orders_changes import Rendering, order_subject
from engine.flows.orders_draft import Draft
from engine.flows.orders_parts import Problem
from engine.model.decision import Change
from engine.model.order import Order

RULE = "orders.write-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """`members` are what is sent, `memo` is what of it is ours; `problems` what cannot be."""

    members: Mapping[str, str]
    memo: Mapping[str, str]
    problems: tuple[Problem, ...]


def write_back_key(compiled: CompiledOrders, order: str) -> str:
    """The key of the effect that writes back to this order of the source."""
    return f"v1:{compiled.customer}:write-back:{order}"


def write_back(
    compiled: CompiledOrders, draft: Draft, rendering: Rendering
) -> tuple[Change | None, tuple[Problem, ...]]:
    """The change that writes back, None where nothing is left to write; and what a person must
    see, as it cannot be written.
    """
    if compiled.rules.write_back is None or rendering.write_back is None:
        return None, ()
    wanted = _wanted(compiled, draft)
    if not wanted.members:
        return None, wanted.problems
    order = draft.order.key
    memo = {**wanted.memo, "again": True}  # the export waits behind it, and must not be forgotten
    try:
        request = rendering.write_back(order, wanted.members)
    except BadRecordError as error:
        return None, (*wanted.problems, Problem(rule=RULE, reason=error.summary))
    change = Change(
        operation="write-back",
        key=write_back_key(compiled, order),
        target=compiled.rules.source,
        subject=order_subject(compiled, order),
        marker=order,
        about=order,
        request=request,
        rests_on={"written": written_mark(compiled, draft.order)},
        needs=tuple(part.key for part in draft.parts),
        memo=memo,
        summary=f"write back the {' and the '.join(sorted(wanted.memo, reverse=True))}",
    )
    return change, wanted.problems


def written_mark(compiled: CompiledOrders, order: Order) -> str:
    """A hash of what stands where we write: who edits it meanwhile is not overwritten."""
    text = "\n".join(str(order.raw.get(name) or "") for name in compiled.written.values())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _wanted(compiled: CompiledOrders, draft: Draft) -> _Wanted:
    numbers = [part.number for part in draft.parts]
    numbers += [one.number for one in draft.bound if one.number not in numbers]
    number, note = _number(compiled, draft, numbers), _note(compiled, draft, numbers)
    ours = {"number": number, "note": note}
    memo = {word: text for word, text in ours.items() if isinstance(text, str) and text}
    notes = _there(compiled, draft.order, "notes")
    members = {}
    if "number" in memo:
        members["number"] = memo["number"]
    if "note" in memo:
        members["notes"] = f"{notes}\n{memo['note']}" if notes else memo["note"]
    problems = tuple(found for found in ours.values() if isinstance(found, Problem))
    return _Wanted(members=members, memo=memo, problems=problems)


def _number(compiled: CompiledOrders, draft: Draft, numbers: list[str]) -> str | Problem:
    """The number to write; empty where it is there, or is not wanted."""
    rules = compiled.rules.write_back
    joined, there = ", ".join(numbers), _there(compiled, draft.order, "number")
    if rules is None or not rules.number or there == joined:
        return ""
    if there:
        reason = f"the source's order has another number already: {joined} is not put there"
        return Problem(rule=RULE, reason=reason)
    return joined


def _there(compiled: CompiledOrders, order: Order, word: str) -> str:
    return str(order.raw.get(compiled.written.get(word, "")) or "").strip()


def _note(compiled: CompiledOrders, draft: Draft, numbers: list[str]) -> str | Problem:
    """The text to append; empty where it is there, or none is wanted."""
    if compiled.note is None:
        return ""
    profile = draft.order.profile
    name = compiled.profile_names.get(profile, str(profile))
    scope: dict[str, Any] = {"key": draft.order.key, "numbers": numbers}
    try:
        note = compiled.note.render({**scope, "profile": {"id": profile, "name": name}}).strip()
    except TemplateError as error:
        return Problem(rule=RULE, reason=f"the note cannot be computed: {error}")
    return "" if _flat(note) in _flat(_there(compiled, draft.order, "notes")) else note


def _flat(text: str) -> str:
    """Line breaks may come back as blanks."""
    return " ".join(text.split())
