"""What is written back to the channel's order: its number and a note, and what they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.compiler.tracing import filters_of
from engine.explain.origins import Origin
from engine.explain.pointers import leaves_of
from engine.explain.sources import Seeing
from engine.explain.story import Member

OPERATION = "write-back"


def written_back(
    compiled: CompiledOrders, memo: Mapping[str, Any] | None, body: str | None, seeing: Seeing
) -> tuple[Member, ...]:
    """The members of a request that writes back. Its memo says what of it is ours: the number is
    sent as it is, the note below what stood there.
    """
    return tuple(_members(compiled, memo or {}, body, seeing))


def _members(
    compiled: CompiledOrders, memo: Mapping[str, Any], body: str | None, seeing: Seeing
) -> Iterator[Member]:
    number, note = memo.get("number"), memo.get("note")
    for pointer, value in leaves_of(body).items():
        if number and value == number:
            place = seeing.places.at("orders", "write-back", "number")
            text = "the numbers of its parts"
            origin = Origin(target="number", value=value, kind="rule", text=text, place=place)
            yield Member(pointers=(pointer,), origin=origin)
        elif note and compiled.note is not None and str(note) in str(value):
            yield Member(
                pointers=(pointer,),
                origin=Origin(
                    target="notes",
                    value=value,
                    kind="template",
                    text=compiled.note.text,
                    place=compiled.note.place,
                    functions=filters_of(compiled.note),
                    note="below what stood there",
                ),
            )
