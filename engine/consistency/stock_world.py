"""Bookings made of some values of their members, for the rules of the `stock` section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.compiler.stock import CompiledStock
from engine.config.nodes import Node
from engine.consistency.candidates import Kind, values_of
from engine.consistency.mentions import Mentions, Path
from engine.consistency.orders_world import dotted, nested, place_of_key
from engine.consistency.world import Blocker, Record
from engine.flows.stock_bookings import Booking
from engine.flows.stock_draft import booking_scope

_KINDS: dict[str, Kind] = {
    "item": "text",
    "quantity": "number",
    "reason": "text-or-none",
    "area": "text-or-none",
    "to_area": "text-or-none",
}
_AREA_OF = {"area": "area", "link": "area", "to_area": "to_area", "to_link": "to_area"}
_OF_LINK = frozenset(["name", "dc"])
_TEXT = "-"
KIND = "kind"
REASONS = "stock.except-reasons"
_LOOKS_AT = {"stock.nothing": frozenset(["quantity"]), REASONS: frozenset(["reason"])}
MOVE = "move"


class StockWorld:
    """Bookings for a compiled section; `tree` is the merged ruleset, for places."""

    def __init__(self, compiled: CompiledStock, tree: Node | None) -> None:
        self.compiled = compiled
        self._tree = tree

    def member(self, path: Path) -> str | None:
        """The member under a path: a link follows from its area."""
        first, *below = path
        if first in ("link", "to_link") and (not below or below[0] in _OF_LINK):
            return _AREA_OF[first] if len(below) < 2 else None
        if first == "fields" and len(below) == 1:
            return dotted(path)
        return first if not below and (first in _KINDS or first == "kind") else None

    def beside(self, members: frozenset[str]) -> frozenset[str]:
        """Only a move goes to an area."""
        return members | {"kind"} if "to_area" in members else members

    def values(self, member: str, said: Mentions) -> list[Any]:
        """What the member of a booking may be, as far as it matters."""
        if member == "kind":
            return list(self.compiled.rules.ways)
        more: list[Any] = []
        if member in ("area", "to_area"):
            more = [area for link in self.compiled.links for area in link.areas]
            more += [area.swapcase() for area in more if area in said.literals]
        if member == "reason":
            named = sorted(self.compiled.rules.put_backs)
            more = [one for one in named if one in said.literals]
            more += [one for one in named if one not in said.literals][:1]
        kind: Kind = "text-or-none" if member.startswith("fields.") else "any"
        return values_of(_KINDS.get(member, kind), said, more)

    def scope(self, record: Record) -> dict[str, Any]:
        """What predicates see of such a booking."""
        return booking_scope(self.compiled, self._booking(record))

    def refusals(self, record: Record) -> Iterator[Blocker]:
        """What goes before all rules: bookings of nothing, and of what only came back."""
        booking = self._booking(record)
        if booking.quantity == 0:
            yield Blocker(id="stock.nothing", place=None)
        if booking.reason in self.compiled.rules.put_backs:
            yield Blocker(id=REASONS, place=place_of_key(self._tree, REASONS))

    def members_of(self, blocker: Blocker) -> frozenset[str]:
        """What such a blocker looks at."""
        return _LOOKS_AT.get(blocker.id, frozenset([KIND]))

    def _booking(self, record: Record) -> Booking:
        kind = record.get("kind", "put")
        return Booking(
            key=_TEXT,
            name=_TEXT,
            kind=kind,
            item=record.get("item", _TEXT),
            quantity=record.get("quantity", 1),
            area=record.get("area"),
            to_area=record.get("to_area") if kind == MOVE else None,
            reason=record.get("reason"),
            fields={
                name: value
                for name, value in nested(record, "fields.").items()
                if value is not None
            },
        )
