"""The changes of the orders flow: creating a part in the sink, marking its order as exported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.flows.changes_content import Echo, marks_of
from engine.flows.orders_draft import Draft, PartDraft
from engine.model.decision import Change
from engine.model.desired import DesiredOrder, PreparedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How the two systems word a change: pure functions of their adapters."""

    create: Callable[[DesiredOrder], PreparedRequest]
    acknowledge: Callable[[str], PreparedRequest | None]
    write_back: Callable[[str, Mapping[str, Any]], PreparedRequest] | None = None


def create_key(compiled: CompiledOrders, number: str, revision: int = 1) -> str:
    """The key of the effect that creates this order number in this revision."""
    return f"v1:{compiled.customer}:create:{number}:{revision}"


def export_key(compiled: CompiledOrders, order: str) -> str:
    """The key of the effect that marks this order of the source as taken over."""
    return f"v1:{compiled.customer}:export:{order}"


def sink_subject(compiled: CompiledOrders, number: str) -> str:
    """What effects on this order of the sink are about: one at a time is in flight."""
    return f"{compiled.rules.sink}:{number}"


def order_subject(compiled: CompiledOrders, order: str) -> str:
    """What effects on this order of the source are about: one at a time is in flight."""
    return f"{compiled.rules.source}:{order}"


def creation(
    compiled: CompiledOrders,
    draft: Draft,
    part: PartDraft,
    desired: DesiredOrder,
    rendering: Rendering,
) -> Change:
    """The change that creates this part; it rests on the order as read and on a free number.

    Its memo is how a later change of the order is told.
    """
    return Change(
        operation="create",
        key=create_key(compiled, part.number),
        target=compiled.rules.sink,
        subject=sink_subject(compiled, part.number),
        marker=part.number,
        request=rendering.create(desired),
        rests_on={"order": draft.fingerprint, "absent": part.number},
        binding=binding_of(draft, part),
        memo={
            "marks": marks_of(compiled, draft.order, part.scope, Echo(), on_hold=desired.hold),
        },
        summary=_summary(desired),
    )


def export(compiled: CompiledOrders, draft: Draft, request: PreparedRequest) -> Change:
    """The change that sets the flag; it may go out only when every part is bound."""
    order = draft.order.key
    return Change(
        operation="export",
        key=export_key(compiled, order),
        target=compiled.rules.source,
        subject=order_subject(compiled, order),
        marker=order,
        about=order,
        request=request,
        needs=tuple(part.key for part in draft.parts),
        summary="mark as exported",
    )


def _summary(desired: DesiredOrder) -> str:
    units = sum(line.quantity for line in desired.lines)
    lines = len(desired.lines)
    hold = ", on hold there" if desired.hold else ""
    return f"{lines} line{'s' * (lines != 1)}, {units} unit{'s' * (units != 1)}{hold}"


def binding_of(draft: Draft, part: PartDraft) -> dict[str, Any]:
    """What the ledger keeps of a part in the sink: the composition is for the way back.

    Its `per` (how many of the item make one bundle) is the recipe of the day of the order.
    """
    return {
        "part": part.key,
        "order": draft.order.key,
        "link": part.part.link.name,
        "number": part.number,
        "revision": 1,
        "fingerprint": draft.fingerprint,
        "composition": [
            {
                "line": line.host_id,
                "item": line.item,
                "quantity": line.quantity,
                "bundle": line.bundle,
                "per": line.per,
            }
            for line in part.lines
        ],
    }


def content_hash(request: PreparedRequest) -> str:
    """The hash under which the ledger knows a request's exact bytes."""
    text = f"{request.method} {request.path}\n{request.body or ''}"
    return hashlib.sha256(text.encode()).hexdigest()
