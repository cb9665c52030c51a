"""A part as it is to be created in the sink: header, lines, and whether it starts on hold."""

from __future__ import annotations

from dataclasses import dataclass

from engine.compiler.orders import CompiledOrders
from engine.compiler.predicates import PredicateError
from engine.flows.orders_draft import PartDraft
from engine.flows.orders_fields import header_of
from engine.flows.orders_lines import numbered
from engine.flows.orders_parts import Problem
from engine.model.decision import Outcome
from engine.model.desired import DesiredOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Undesired:
    """Why a part cannot be created as its ruleset wants it: held, or rejected."""

    outcome: Outcome
    problems: list[Problem]


def desired_of(compiled: CompiledOrders, part: PartDraft) -> DesiredOrder | Undesired:
    """The order to be created for a part, or what keeps it back."""
    header, holding, rejecting = header_of(compiled, part.scope)
    on_hold, undecided = wos_hold(compiled, part)
    if rejecting:
        return Undesired(outcome=Outcome.REJECT, problems=rejecting)
    if holding or undecided:
        return Undesired(outcome=Outcome.HOLD, problems=[*holding, *undecided])
    return DesiredOrder(
        number=part.number,
        area=part.part.link.pick,
        hold=on_hold,
        fields=header.fields,
        lines=numbered(part.lines),
        private=header.private,
    )


def wos_hold(compiled: CompiledOrders, part: PartDraft) -> tuple[bool, list[Problem]]:
    """Whether a rule has the part created on hold, and the rules that are undecided."""
    on_hold = False
    undecided = []
    for rule in compiled.wos_hold:
        try:
            on_hold = rule.predicate.test(part.scope) or on_hold
        except PredicateError as error:
            undecided.append(Problem(rule=rule.id, reason=f"its predicate is undecided: {error}"))
    return on_hold, undecided
