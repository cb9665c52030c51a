"""The orders flow: drafts and what is known in, decisions out. No clock, no network, no log.

Every part of an order ends in exactly one decision, which names the rule that made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.flows.orders_changes import (
    Rendering,
    binding_of,
    create_key,
    creation,
    export,
    export_key,
)
from engine.flows.orders_desired import Undesired, desired_of
from engine.flows.orders_draft import Draft, PartDraft
from engine.flows.orders_lines import item_problems
from engine.flows.orders_parts import Problem
from engine.flows.orders_taken import Composition, moved, outgrown
from engine.flows.orders_written import write_back, write_back_key
from engine.model.decision import Change, Decision, Outcome
from engine.model.desired import DesiredOrder, ExistingOrder, ItemState
from engine.model.effect import Binding, Effect, EffectState
from engine.model.order import Unreadable
from engine.model.same_order import same_content

FLOW = "orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was looked up for a batch of drafts."""

    existing: Mapping[str, ExistingOrder] = field(default_factory=dict)
    items: Mapping[str, ItemState] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)


def keys_of(compiled: CompiledOrders, draft: Draft) -> list[str]:
    """The keys of the effects whose state `decide` wants to know."""
    numbers = dict.fromkeys([*(part.number for part in draft.parts), *draft.begun])
    creates = [create_key(compiled, number) for number in numbers]
    order = draft.order.key
    return [*creates, export_key(compiled, order), write_back_key(compiled, order)]


def decide(
    compiled: CompiledOrders, draft: Draft, known: Known, rendering: Rendering
) -> list[Decision]:
    """The decisions on one order: one for each part, or one for the order when it has none."""
    if draft.stuck:
        return [_whole(draft, Outcome.HOLD, draft.stuck[0])]
    if draft.dropped is not None:
        decisions = [_whole(draft, Outcome.SKIP, draft.dropped)]
        over = draft.taken and not _promised(compiled, draft, known)
    else:
        decisions = [_decide_part(compiled, draft, part, known, rendering) for part in draft.parts]
        over = all(_binds(decision) for decision in decisions)
    if not over:
        return decisions
    written, untold = _written(compiled, draft, known, rendering)
    exported = _exported(compiled, draft, known, rendering)
    # Told first: should this pass die once the flag is set, no other one reads the order again.
    return [*untold, *_ended(decisions, [*written, *exported])]


def unreadable(record: Unreadable) -> Decision:
    """The decision on a record that its source could not make an order of: parked, alone."""
    return Decision(
        flow=FLOW,
        key=record.key,
        order=record.key,
        outcome=Outcome.REJECT,
        rule="orders.unreadable",
        reason=record.why,
    )


def gone(order: str) -> Decision:
    """The decision on an order that waits here, or was asked for, and is not in the source."""
    return Decision(
        flow=FLOW,
        key=order,
        order=order,
        outcome=Outcome.REPORT,
        rule="orders.gone",
        reason="the source does not have it, or not any more",
    )


def _whole(draft: Draft, outcome: Outcome, problem: Problem) -> Decision:
    return Decision(
        flow=FLOW,
        key=draft.order.key,
        order=draft.order.key,
        outcome=outcome,
        rule=problem.rule,
        reason=problem.reason,
    )


def _decide_part(
    compiled: CompiledOrders, draft: Draft, part: PartDraft, known: Known, rendering: Rendering
) -> Decision:
    if part.binding is not None:
        return _bound(draft, part, part.binding)
    effect = known.effects.get(create_key(compiled, part.number))
    if other := _other_order(draft, effect):
        reason = f"{part.number} was given to order {other}: two orders cannot share a number"
        return _decision(draft, part, Outcome.REJECT, "orders.number-taken", reason)
    problems = _waiting(effect) or [*part.problems, *_moved(compiled, draft, part, known)]
    if problems:
        return _held(draft, part, problems)
    return _new(compiled, draft, part, known, rendering)


def _bound(draft: Draft, part: PartDraft, binding: Binding) -> Decision:
    more = outgrown(part.lines, binding.composition)
    if more:
        return _held(draft, part, more)
    return _decision(draft, part, Outcome.NOOP, "orders.bound", "it is bound already")


def _new(
    compiled: CompiledOrders, draft: Draft, part: PartDraft, known: Known, rendering: Rendering
) -> Decision:
    """The decision on a part that nothing of its own keeps back."""
    desired = desired_of(compiled, part)
    if isinstance(desired, Undesired):
        first, reasons = desired.problems[0], _reasons(desired.problems)
        return _decision(draft, part, desired.outcome, first.rule, reasons)
    existing = known.existing.get(part.number)
    if existing is not None:
        return _already(draft, part, desired, existing)
    problems, unchecked = item_problems(part.lines, known.items)
    if problems:
        return _held(draft, part, problems)
    return _send(compiled, draft, part, desired, rendering, tuple(unchecked))


def _other_order(draft: Draft, effect: Effect | None) -> str | None:
    """The order whose number this is by the memory, where it is not this one.

    Content alone cannot tell: two orders of one mug each look alike where the sink gives no line
    ids back.
    """
    binding = effect.intent.binding if effect is not None else None
    return None if binding is None or binding["order"] == draft.order.key else binding["order"]


def _moved(compiled: CompiledOrders, draft: Draft, part: PartDraft, known: Known) -> list[Problem]:
    """What the order's other parts took: those that are bound, and those that may be there."""
    link = part.part.link.name
    promised = _promised(compiled, draft, known)
    elsewhere: list[Composition] = [one.composition for one in draft.bound if one.link != link]
    elsewhere += [one.get("composition", ()) for one in promised if one.get("link") != link]
    return moved(part.lines, elsewhere, draft.order.lines)


def _promised(compiled: CompiledOrders, draft: Draft, known: Known) -> list[Mapping[str, Any]]:
    """The bindings of the order's parts that may be there, or not: nobody knows yet."""
    found = (known.effects.get(create_key(compiled, number)) for number in draft.begun)
    return [
        effect.intent.binding or {}
        for effect in found
        if effect is not None and effect.state in {EffectState.SENDING, EffectState.DOUBT}
    ]


def _waiting(effect: Effect | None) -> list[Problem]:
    """Why an earlier attempt keeps a part back; PLANNED and DONE do not."""
    if effect is None or effect.state in {EffectState.PLANNED, EffectState.DONE}:
        return []
    texts = {
        EffectState.SENDING: ("orders.in-flight", "an earlier send has no answer yet"),
        EffectState.DOUBT: ("orders.in-doubt", "whether it was sent is in doubt: see the inbox"),
        EffectState.FAILED: ("orders.refused", f"the warehouse refused it: {effect.reason}"),
    }
    rule, reason = texts[effect.state]
    return [Problem(rule=rule, reason=reason)]


def _already(
    draft: Draft, part: PartDraft, desired: DesiredOrder, existing: ExistingOrder
) -> Decision:
    if existing.unclear:
        reason = f"what the warehouse has as {part.number} cannot be told: {existing.unclear}"
        return _decision(draft, part, Outcome.HOLD, "orders.unclear", reason)
    difference = same_content(desired, existing)
    if difference is None:
        reason = f"{part.number} is in the warehouse already, with the same content"
        decision = _decision(draft, part, Outcome.NOOP, "orders.already-there", reason)
        return replace(decision, binding=binding_of(draft, part))
    reason = f"{part.number} is taken in the warehouse by an order that differs: {difference}"
    return _decision(draft, part, Outcome.REJECT, "orders.number-taken", reason)


def _send(
    compiled: CompiledOrders,
    draft: Draft,
    part: PartDraft,
    desired: DesiredOrder,
    rendering: Rendering,
    unchecked: tuple[str, ...],
) -> Decision:
    change = creation(compiled, draft, part, desired, rendering)
    link = part.part.link
    where = link.pick or "the warehouse"
    left_out = f"; left out: {', '.join(draft.left_out)}" if draft.left_out else ""
    reason = f"{link.name}: DC {link.dc} to {where}{left_out}"
    decision = _decision(draft, part, Outcome.SEND, "orders.send", reason)
    return replace(decision, changes=(change,), unchecked=unchecked)


def _written(
    compiled: CompiledOrders, draft: Draft, known: Known, rendering: Rendering
) -> tuple[list[Change], list[Decision]]:
    """What is written back to the order, and what a person is told as it cannot be."""
    if not _is_open(known, write_back_key(compiled, draft.order.key)):
        return [], []
    change, problems = write_back(compiled, draft, rendering)
    told = [_whole(draft, Outcome.REPORT, problem) for problem in problems[:1]]
    return ([] if change is None else [change]), told


def _exported(
    compiled: CompiledOrders, draft: Draft, known: Known, rendering: Rendering
) -> list[Change]:
    if not compiled.rules.acknowledge:
        return []
    if not _is_open(known, export_key(compiled, draft.order.key)):
        return []
    request = rendering.acknowledge(draft.order.key)
    return [] if request is None else [export(compiled, draft, request)]


def _is_open(known: Known, key: str) -> bool:
    """Whether an effect is still to be sent."""
    effect = known.effects.get(key)
    return effect is None or effect.state is EffectState.PLANNED


def _ended(decisions: list[Decision], more: list[Change]) -> list[Decision]:
    """Adds what is done once every part is bound, or about to be, to the last decision.

    That may be the one to leave an order alone: its last part was shipped or cancelled while
    another, or the flag itself, kept it waiting, and no filter of new orders lets it in again.
    """
    if not more:
        return decisions
    last = decisions[-1]
    changes = (*last.changes, *more)
    if last.outcome is not Outcome.SEND:
        exports = any(change.operation == "export" for change in more)
        rule, left = (
            ("orders.export", "the flag is not set yet")
            if exports
            else ("orders.write-back", "nothing is written back yet")
        )
        reason = f"{last.reason}; every part is bound, {left}"
        last = replace(last, outcome=Outcome.SEND, rule=rule, reason=reason)
    return [*decisions[:-1], replace(last, changes=changes)]


def _binds(decision: Decision) -> bool:
    return decision.outcome in {Outcome.SEND, Outcome.NOOP}


def _held(draft: Draft, part: PartDraft, problems: list[Problem]) -> Decision:
    return _decision(draft, part, Outcome.HOLD, problems[0].rule, _reasons(problems))


def _reasons(problems: list[Problem]) -> str:
    return "; ".join(dict.fromkeys(problem.reason for problem in problems))


def _decision(draft: Draft, part: PartDraft, outcome: Outcome, rule: str, reason: str) -> Decision:
    return Decision(
        flow=FLOW,
        key=part.key,
        order=draft.order.key,
        outcome=outcome,
        rule=rule,
        reason=reason,
        link=part.part.link.name,
        number=part.number or None,
    )
