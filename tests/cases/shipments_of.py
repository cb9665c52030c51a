"""The short form of warehouse orders and of what was told of them -> bindings, progress, effects.

A part says only what matters to its case: it is complete, picked and packed in full, in one box
`B1` that goes by UPS Ground with the number 1Z1, and its area is that of its link.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.flows.shipments_changes import marker_of
from engine.model.effect import Binding, Effect, EffectState, Intent
from engine.model.order import Unreadable
from engine.model.shipment import Box, BoxContent, OrderProgress, ProgressLine
from engine.model.stock import Message, MessageKind

PICKED = datetime(2026, 11, 10, 11, tzinfo=UTC)
PACKED = datetime(2026, 11, 10, 11, 50, tzinfo=UTC)
AREAS = {"main": "Main", "west": "West"}
BOX = {"id": "B1", "carrier": "UPS", "service": "Ground", "tracking": "1Z1"}

Row = Mapping[str, Any]


def part_of(row: Row) -> tuple[Binding, OrderProgress | Unreadable | None]:
    """A binding, and how far its warehouse order is."""
    part = {"number": "1001", "order": "1001", "link": "main", "revision": 1, **row}
    binding = Binding(
        part=f"{part['order']}/{part['link']}",
        order=part["order"],
        link=part["link"],
        number=part["number"],
        revision=part["revision"],
        fingerprint="as it was sent",
        composition=[
            {"bundle": None, "per": None}
            | {
                name: one[name]
                for name in ("line", "item", "quantity", "bundle", "per")
                if name in one
            }
            for one in part["lines"]
        ],
    )
    if part.get("gone"):
        return binding, None
    if "why" in part:
        return binding, Unreadable(key=part["number"], why=part["why"])
    return binding, _progress(part)


def _progress(part: Row) -> OrderProgress:
    stored = part.get("stored", part["lines"])
    hidden = part.get("hidden", False)
    lines = tuple(_line(at, one, hidden=hidden) for at, one in enumerate(stored, start=1))
    packed = part.get("packed", True)
    return OrderProgress(
        number=part["number"],
        state=part.get("state", "complete"),
        locked=True,
        packed=packed,
        area=part.get("area", AREAS.get(part["link"])),
        lines=lines,
        boxes=tuple(_box(one, lines) for one in part.get("boxes", [{}])),
        tracking=tuple(part.get("tracking", ())),
        picked_at=_time(part, "picked_at", PICKED),
        packed_at=_time(part, "packed_at", PACKED) if packed else None,
    )


def _time(part: Row, name: str, plain: datetime) -> datetime | None:
    if name not in part:
        return plain
    return datetime.fromisoformat(part[name]) if part[name] else None


def _line(at: int, row: Row, *, hidden: bool) -> ProgressLine:
    picked = row.get("picked", row["quantity"])
    return ProgressLine(
        number=str(at),
        host_id=None if hidden else row.get("line"),
        item=row["item"],
        requested=row["quantity"],
        picked=picked,
        packed=row.get("packed", picked),
        short=row["quantity"] - picked,
        bundle=row.get("bundle"),
    )


def _box(row: Row, lines: tuple[ProgressLine, ...]) -> Box:
    """`holds` is stored line -> quantity; `items` hides the lines. Else it holds what is packed."""
    known = {line.number: line for line in lines}
    holds = row.get("holds", {line.number: line.packed for line in lines})
    contents = [
        BoxContent(
            item=known[str(at)].item,
            quantity=quantity,
            line=str(at),
            host_id=known[str(at)].host_id,
        )
        for at, quantity in holds.items()
    ]
    if "items" in row:
        contents = [BoxContent(item=name, quantity=n) for name, n in row["items"].items()]
    words = {name: {**BOX, **row}[name] for name in BOX}
    return Box(contents=tuple(contents), **words)


def effect_of(row: Row) -> Effect:
    """An effect on an order of the channel: of `ship`, with what it took of the warehouse."""
    told = {
        "kind": "ship",
        "number": "1001",
        "order": "1001",
        "revision": 1,
        "state": "DONE",
        **row,
    }
    name = f"{told['number']}:{told['revision']}:{told.get('parcel', 'B1')}"
    key = told.get("key", f"v1:acme:{told['kind']}:{name}")
    intent = Intent(
        key=key,
        kind=told["kind"],
        customer="acme",
        target="ca",
        subject=f"ca:{told['order']}",
        marker=marker_of(key),
        business_key=f"{told['order']}/main:{told.get('parcel', 'B1')}",
        request={},
        body_hash="",
        binding=told.get("binding"),
        flow=told.get("flow", "shipments"),
        order=told["order"],
        memo=_memo(told),
    )
    state = EffectState(told["state"])
    return Effect(intent=intent, state=state, version=2, attempts=1, reason=told.get("reason", ""))


def _memo(told: Row) -> dict[str, Any] | None:
    if told["kind"] == "track":
        return {"tracking": told["tracking"]}
    if told["kind"] != "ship":
        return None
    return {
        "number": told["number"],
        "revision": told["revision"],
        "parcel": told.get("parcel", "B1"),
        "lines": told.get("lines", {}),
        "units": told.get("units", []),
        "reach": told.get("reach"),
        "contents": told.get("contents", []),
        "tracking": told.get("tracking"),
    }


def message_of(at: int, row: Row) -> Message:
    """A message; of a pack of order 1001 where the row does not say."""
    return Message(
        key=f"wos:{at}",
        kind=MessageKind(row.get("kind", "pack")),
        order=row.get("order", "1001"),
        why=row.get("why", ""),
    )
