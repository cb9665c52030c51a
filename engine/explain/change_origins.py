"""What the calls come from that no expression makes: a delete, a hold, the export flag. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.diagnostics import Place
from engine.explain.origins import Origin
from engine.explain.places import Places
from engine.explain.pointers import leaves_of
from engine.explain.sources import Source
from engine.explain.story import Member

ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the channel's or the warehouse's: what it is about (its `marker`), and what the
    memory keeps of it. `state` is the order's in the warehouse, empty where nobody knows it now.
    """

    operation: str
    marker: str
    memo: Mapping[str, Any]
    body: str | None
    state: str = ""


def call_members(call: Call, places: Places) -> tuple[Member, ...]:
    """The members of such a call; none for any other."""
    if call.operation == "export":
        return (Member(pointers=(), origin=_exported(call, places)),)
    if call.operation == "delete":
        return (_numbered(call), Member(pointers=(), origin=_by_table(call, "delete", places)))
    if call.operation == "set-header":
        return (_numbered(call), *_header(call, places))
    return ()


def _exported(call: Call, places: Places) -> Origin:
    return Origin(
        target="id",
        value=call.marker,
        kind="rule",
        text="orders.acknowledge: export",
        place=places.at("orders", "acknowledge"),
        sources=(Source(path="id", value=call.marker),),
        note="sent once every part of the order is in the warehouse",
    )


def _numbered(call: Call) -> Member:
    """The order's number stands in the path."""
    source = Source(path="binding.number", value=call.marker)
    text = "the number under which it was sent"
    origin = Origin(target="number", value=call.marker, kind="rule", text=text, sources=(source,))
    return Member(pointers=(), origin=origin)


def _header(call: Call, places: Places) -> Iterator[Member]:
    for pointer, value in leaves_of(call.body).items():
        yield Member(pointers=(pointer,), origin=_by_table(call, value, places))


def _by_table(call: Call, value: Any, places: Places) -> Origin:
    """By the cell of `orders.changes` for the kinds of change that it is for."""
    kinds = [str(kind) for kind in call.memo.get("kinds", ())] or [ABSENT]
    texts = [
        f"orders.changes.{kind}" + (f".{call.state}" if call.state and kind != ABSENT else "")
        for kind in kinds
    ]
    return Origin(
        target="status" if call.operation == "set-header" else "action",
        value=value,
        kind="rule",
        text=", ".join(texts),
        place=cell_of(places, kinds[0], call.state),
    )


def cell_of(places: Places, kind: str, state: str) -> Place | None:
    """Where the table of changes says what becomes of a kind: its cell, its row, or the default."""
    at = ("orders", "changes")
    return (
        places.at(*at, kind, state)
        or places.at(*at, kind)
        or places.at(*at, "default")
        or places.at(*at)
    )
