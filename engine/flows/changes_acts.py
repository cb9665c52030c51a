"""The changes of the order-changes flow: deleting in the sink, creating again, putting on hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.compiler.orders import CompiledOrders
from engine.flows.changes_content import marks_of
from engine.flows.changes_draft import Case
from engine.flows.orders_changes import Rendering, create_key, creation, sink_subject
from engine.flows.orders_draft import Draft
from engine.flows.orders_parts import same_dc
from engine.model.decision import Change
from engine.model.desired import DesiredOrder, PreparedRequest
from engine.model.effect import Effect, EffectState


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRendering:
    """How the sink words a change of an order that it has: pure functions of its adapter."""

    orders: Rendering
    delete: Callable[[str], PreparedRequest]
    header: Callable[[str, Mapping[str, str]], PreparedRequest]


ASKED = "asked"
"""The member of a memo that says that a person wants this create, whatever the ruleset says."""


def delete_key(compiled: CompiledOrders, number: str, revision: int) -> str:
    """The key of the effect that deletes this revision of an order in the sink."""
    return f"v1:{compiled.customer}:delete:{number}:{revision}"


def hold_key(compiled: CompiledOrders, case: Case, kinds: Sequence[str]) -> str:
    """The key of the effect that puts an order on hold for what it says by now."""
    tag = tag_of(case, kinds)
    return f"v1:{compiled.customer}:hold:{case.number}:{case.revision}:{tag}"


def tag_of(case: Case, kinds: Sequence[str]) -> str:
    """A short hash of what changed, so that the same is told, or held for, once."""
    text = json.dumps([list(kinds), dict(case.marks)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def of_key(case: Case, key: str) -> Effect | None:
    """The effect of this key on the part's number, if there is one."""
    return next((one for one in case.history if one.intent.key == key), None)


def removed(compiled: CompiledOrders, case: Case) -> Effect | None:
    """The effect by which we deleted the bound revision; None where we did not."""
    effect = of_key(case, delete_key(compiled, case.number, case.revision))
    return effect if effect is not None and effect.state is EffectState.DONE else None


def held_by_us(compiled: CompiledOrders, case: Case) -> Effect | None:
    """The latest effect by which we put the bound revision on hold."""
    prefix = f"v1:{compiled.customer}:hold:{case.number}:{case.revision}:"
    mine = [one for one in case.history if one.intent.key.startswith(prefix)]
    return next((one for one in reversed(mine) if one.state is EffectState.DONE), None)


def deletion(
    compiled: CompiledOrders, case: Case, kinds: Sequence[str], rendering: ChangeRendering
) -> Change:
    """Deletes a part in the sink. Its memo says what for: a crash behind it loses nothing."""
    return Change(
        operation="delete",
        key=delete_key(compiled, case.number, case.revision),
        target=compiled.rules.sink,
        subject=sink_subject(compiled, case.number),
        marker=case.number,
        request=rendering.delete(case.number),
        memo={"again": True, "kinds": list(kinds), "held": _is_held(compiled, case)},
        summary="delete",
    )


def hold(
    compiled: CompiledOrders, case: Case, kinds: Sequence[str], rendering: ChangeRendering
) -> Change:
    """Puts a part on hold in the sink."""
    return Change(
        operation="set-header",
        key=hold_key(compiled, case, kinds),
        target=compiled.rules.sink,
        subject=sink_subject(compiled, case.number),
        marker=case.number,
        request=rendering.header(case.number, {"status": "hold"}),
        memo={"kinds": list(kinds)},
        summary="put on hold",
    )


def recreation(
    compiled: CompiledOrders,
    draft: Draft,
    case: Case,
    desired: DesiredOrder,
    rendering: ChangeRendering,
    after: tuple[str, ...],
) -> Change:
    """Creates a part in its next revision, once what `after` names is done.

    What a person had on hold comes back on hold.
    """
    desired = replace(desired, hold=desired.hold or _is_held(compiled, case))
    plain = creation(compiled, draft, case.draft, desired, rendering.orders)
    shipped = _shipped(draft, case)
    echo = replace(case.echo, markers=case.echo.markers - set(shipped))
    marks = marks_of(compiled, draft.order, case.draft.scope, echo, on_hold=desired.hold)
    revision = case.revision + 1
    return replace(
        plain,
        key=create_key(compiled, case.number, revision),
        after=after,
        binding={**(plain.binding or {}), "revision": revision},
        memo={"marks": marks, "shipped": shipped},
    )


def _shipped(draft: Draft, case: Case) -> list[str]:
    """Markers of what was shipped of this part before: the new revision knows nothing of it."""
    link = case.draft.part.link
    mine = (one.marker for one in draft.order.allocations if same_dc(link, one))
    return sorted(marker for marker in mine if marker in case.echo.markers)


def _is_held(compiled: CompiledOrders, case: Case) -> bool:
    """Whether a person has, or had before we deleted it, the order on hold."""
    gone = removed(compiled, case)
    if gone is not None:
        return bool((gone.intent.memo or {}).get("held"))
    return getattr(case.there, "state", "") == "hold" and held_by_us(compiled, case) is None
