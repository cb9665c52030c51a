"""Parts of a handled order that nothing was sent of: units that came to another link since."""

from __future__ import annotations

from collections.abc import Sequence

from engine.compiler.orders import CompiledOrders
from engine.flows.changes_draft import Case
from engine.flows.changes_judging import (
    TEXTS,
    Act,
    Judgement,
    action_of,
    is_asked_for,
    is_gone,
    sent_again,
    state_of,
    unfinished,
)
from engine.model.decision import Outcome
from engine.model.rules_changes import STATES, ChangeRules
from engine.model.shipment import OrderProgress

Sent = Sequence[tuple[Case, Judgement]]
"""The parts that were sent, with what is to become of them."""

NOT_ASKED = "what was sent of the order is what was asked for"


def judge_new(
    compiled: CompiledOrders,
    rules: ChangeRules,
    case: Case,
    sent: Sent,
    *,
    force: bool = False,
    waits: bool = False,
) -> Judgement:
    """Judges a part of which nothing was sent; the state is the furthest of the other parts.

    It is created only where the table says recreate, and where every part that loses units to it
    is deleted in the same plan: else they would be sent twice. Where all those parts are gone
    already there is nothing to delete, and what becomes of their units becomes of this part.
    A part that takes no other's units is the orders flow's where that flow still reads the order:
    it is not marked as taken over (`waits`), or no order ever is. Units of another part are never:
    that flow holds them, because they were sent (`orders.moved`).
    """
    losing = [one for one, _ in _losing(sent)]
    of_orders = not losing and (waits or not compiled.rules.acknowledge)
    unsure = None if of_orders else unfinished(compiled, case)
    if unsure is not None:
        return unsure
    if case.cancelled or of_orders:
        why = "it was cancelled" if case.cancelled else "the flow orders decides this part"
        return Judgement(outcome=Outcome.NOOP, rule="changes.new-part", reason=why)
    if losing and all(is_gone(compiled, one) for one in losing):
        asked = force or is_asked_for(compiled, case)
        return sent_again(compiled, rules, losing[0], force=asked)
    if force:
        return Judgement(outcome=Outcome.NOOP, rule="changes.new-part", reason=NOT_ASKED)
    return _by_table(rules, case, sent)


def _by_table(rules: ChangeRules, case: Case, sent: Sent) -> Judgement:
    kind = "dc-moved" if _had(case, sent) else "line-added"
    action = action_of(rules, kind, _furthest(sent))
    rule = f"orders.changes.{kind}"
    reason = f"{TEXTS[kind]}; nothing was sent for {case.draft.part.link.name}"
    if action == "ignore":
        return Judgement(outcome=Outcome.NOOP, rule=rule, reason=reason)
    deleting = {Act.DELETE, Act.RECREATE}
    if action == "recreate" and all(one.act in deleting for _, one in _losing(sent)):
        return Judgement(
            outcome=Outcome.SEND, rule=rule, reason=reason, act=Act.CREATE, kinds=(kind,)
        )
    return Judgement(outcome=Outcome.REPORT, rule=rule, reason=reason, urgent=action == "alert")


def _had(case: Case, sent: Sent) -> bool:
    """Whether another part was sent with a line of this one."""
    bindings = [one.binding for one, _ in sent if one.binding is not None]
    lines = {row["line"] for binding in bindings for row in binding.composition}
    return any(line.host_id in lines for line in case.draft.lines)


def _losing(sent: Sent) -> Sent:
    return [one for one in sent if "dc-moved" in one[0].kinds]


def _furthest(sent: Sent) -> str:
    states = [state_of(one.there) for one, _ in sent if isinstance(one.there, OrderProgress)]
    known = [STATES.index(state) for state in STATES if state in states]
    return STATES[max(known, default=STATES.index("available"))]
