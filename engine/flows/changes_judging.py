"""What is to become of one part that was sent: the table of changes, and what stands above it.

Several kinds at once: an order is put on hold where any kind wants that; else a person is told
where any kind wants that; it is sent again only where every kind allows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.compiler.orders import CompiledOrders
from engine.flows.changes_acts import (
    ASKED,
    delete_key,
    held_by_us,
    hold_key,
    of_key,
    removed,
    tag_of,
)
from engine.flows.changes_draft import Case
from engine.flows.orders_changes import create_key
from engine.model.decision import Outcome
from engine.model.effect import EffectState
from engine.model.order import Unreadable
from engine.model.rules_changes import STATES, ChangeRules
from engine.model.shipment import OrderProgress

STRONGEST = ("wos-hold", "alert", "report", "recreate", "delete", "ignore")
RESUBMIT = "changes.resubmit"
CANCELLED = "cancelled"
UNCANCELLED = "un-cancelled"
TEXTS = {
    "display": "a note or another member that is only shown changed",
    "address": "the address changed",
    "shipping-method": "the shipping method changed",
    "quantity-down": "fewer units of a line are wanted",
    "quantity-up": "more units of a line are wanted",
    "line-added": "a line was added",
    "line-removed": "a line was taken out",
    "dc-moved": "units went from one DC to another",
    UNCANCELLED: "it was cancelled, and is wanted again",
    "blanked": "the buyer's data was taken out",
    CANCELLED: "it was cancelled",
}


class Act(StrEnum):
    """What is done in the sink."""

    NOTHING = "nothing"
    HOLD = "hold"
    DELETE = "delete"
    CREATE = "create"
    RECREATE = "recreate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The outcome with its rule and reason; what is done, where the outcome is to send.

    `kinds` are the changes that it is for; `urgent`: a person should look at once.
    """

    outcome: Outcome
    rule: str
    reason: str
    act: Act = Act.NOTHING
    kinds: tuple[str, ...] = ()
    urgent: bool = False


def judge(
    compiled: CompiledOrders, rules: ChangeRules, case: Case, *, force: bool = False
) -> Judgement:
    """Judges a part that was sent. `force`: a person wants it sent again if it is not there."""
    unsure = unfinished(compiled, case) or _unclear(case)
    if unsure is not None:
        return unsure
    if not isinstance(case.there, OrderProgress):
        return _absent(compiled, rules, case, force=force)
    if force:
        reason = f"{case.number} is in the warehouse: delete it there first"
        return Judgement(outcome=Outcome.NOOP, rule="changes.present", reason=reason)
    return _present(compiled, rules, case, case.there)


def state_of(there: OrderProgress) -> str:
    """The row of the table: an order in a batch is locked while its status stays as it was."""
    if there.state in {"in-process", "complete"}:
        return there.state
    return "batched" if there.locked else there.state


def unfinished(compiled: CompiledOrders, case: Case) -> Judgement | None:
    """Why an earlier attempt keeps a part back."""
    states = {one.state for one in case.history}
    if EffectState.SENDING in states:
        return _held("changes.in-flight", f"a change of {case.number} has no answer yet")
    if EffectState.DOUBT in states:
        reason = f"whether a change of {case.number} happened is in doubt: see the inbox"
        return _held("changes.in-doubt", reason)
    again = of_key(case, create_key(compiled, case.number, case.revision + 1))
    if again is not None and again.state is EffectState.FAILED:
        return _held("changes.refused", f"the warehouse refused {case.number}: {again.reason}")
    return None


def _unclear(case: Case) -> Judgement | None:
    there = case.there
    if isinstance(there, Unreadable):
        why = there.why
    elif there is not None and state_of(there) not in STATES:
        why = f"its state {there.state} is none that we know"
    else:
        return None
    reason = f"what the warehouse has as {case.number} cannot be told: {why}"
    return _held("changes.unclear", reason)


def _absent(compiled: CompiledOrders, rules: ChangeRules, case: Case, *, force: bool) -> Judgement:
    where = f"{case.number} is not in the warehouse"
    if case.cancelled:
        return _quiet(f"orders.changes.{CANCELLED}", f"it was cancelled, and {where}")
    if not wants(case):
        return _quiet("changes.nothing-open", f"{where}, and nothing of it is left to send")
    return sent_again(compiled, rules, case, force=force)


def is_gone(compiled: CompiledOrders, case: Case) -> bool:
    """Whether what was sent of a part is in the sink no more, and nothing of it is under way."""
    return case.there is None and unfinished(compiled, case) is None


def sent_again(
    compiled: CompiledOrders, rules: ChangeRules, case: Case, *, force: bool
) -> Judgement:
    """What becomes of the units of a part that is gone: as we deleted it, as a person asks for, or
    by `changes.absent`.
    """
    where = f"{case.number} is not in the warehouse"
    gone = removed(compiled, case)
    kinds = tuple((gone.intent.memo or {}).get("kinds", ())) if gone is not None else ()
    if kinds and CANCELLED not in kinds:
        reason = f"{where}: we deleted it to send it again"
        return _send(f"orders.changes.{kinds[0]}", reason, Act.CREATE, kinds)
    if force or is_asked_for(compiled, case):
        return _send(RESUBMIT, f"{where}, and is sent again as asked for", Act.CREATE)
    return _deleted(rules, case, touched=case.touched or CANCELLED in kinds)


def is_asked_for(compiled: CompiledOrders, case: Case) -> bool:
    """Whether a person's wish was begun and never happened: who typed it may not see that."""
    begun = of_key(case, create_key(compiled, case.number, case.revision + 1))
    if begun is None or begun.state is not EffectState.PLANNED:
        return False
    return bool((begun.intent.memo or {}).get(ASKED))


def _deleted(rules: ChangeRules, case: Case, *, touched: bool) -> Judgement:
    """What happens to an order that somebody deleted, by `changes.absent`."""
    rule, where = "orders.changes.absent", f"{case.number} is not in the warehouse"
    if rules.absent == "resubmit-when-touched" and touched:
        return _send(rule, f"{where}, and its order was edited since", Act.CREATE)
    if rules.absent == "report":
        return _told(rule, f"{where} (as of {tag_of(case, ())})")
    if rules.absent == "hold":
        return _held(rule, f"{where}; it waits until somebody says resubmit")
    waits = rules.absent == "resubmit-when-touched"
    until = ": it is sent again once its order is edited" if waits else ""
    return _quiet(rule, f"{where}, where somebody deleted it{until}")


def _present(
    compiled: CompiledOrders, rules: ChangeRules, case: Case, there: OrderProgress
) -> Judgement:
    if case.unclear and not case.cancelled:
        reason = "; ".join(problem.reason for problem in case.unclear)
        return _told(
            "changes.lines", f"what is wanted of {case.number} by now is unclear: {reason}"
        )
    kinds = (CANCELLED,) if case.cancelled else case.kinds
    kept = held_by_us(compiled, case)
    if not kinds and kept is not None and (kept.intent.memo or {}).get("kinds") == [CANCELLED]:
        kinds = (UNCANCELLED,)
    if not kinds and kept is not None and there.state == "hold":
        reason = f"{case.number} was put on hold for a change that is gone: release it there"
        return _told("changes.on-hold", reason)
    if not kinds:
        return _quiet("changes.none", f"{case.number} is as it was sent")
    return _by_table(compiled, rules, case, there, kinds)


def _by_table(
    compiled: CompiledOrders,
    rules: ChangeRules,
    case: Case,
    there: OrderProgress,
    kinds: tuple[str, ...],
) -> Judgement:
    state = state_of(there)
    row = {kind: action_of(rules, kind, state) for kind in kinds}
    kind = min(kinds, key=lambda one: STRONGEST.index(row[one]))
    rule = f"orders.changes.{kind}"
    reason = f"{'; '.join(TEXTS[one] for one in kinds)}; {case.number} is {state} in the warehouse"
    action = row[kind]
    if action == "ignore":
        return _quiet(rule, reason)
    if action == "wos-hold":
        return _hold(compiled, case, kinds, rule, f"{reason}")
    if action in {"recreate", "delete"}:
        return _remove(compiled, case, there, kinds, _told(rule, reason))
    return _told(rule, f"{reason} (as of {tag_of(case, kinds)})", urgent=action == "alert")


def action_of(rules: ChangeRules, kind: str, state: str) -> str:
    """The cell of the table; cancellations have their own row."""
    return rules.cancelled[state] if kind == CANCELLED else rules.table[kind][state]


def _hold(
    compiled: CompiledOrders, case: Case, kinds: tuple[str, ...], rule: str, reason: str
) -> Judgement:
    """Puts it on hold, once for each content: a person who releases it has seen to it."""
    done = of_key(case, hold_key(compiled, case, kinds))
    ended = done.state if done is not None else None
    state = case.there.state if isinstance(case.there, OrderProgress) else ""
    if ended is EffectState.DONE and state == "hold":
        return _quiet("changes.on-hold", f"{case.number} was put on hold for this")
    if ended is EffectState.DONE:
        return _quiet("changes.released", f"{case.number} was put on hold for this, and released")
    if state in {"hold", "complete"} or (done is not None and ended is EffectState.FAILED):
        why = f": {done.reason}" if done is not None else ""
        return _told(rule, f"{reason}, and cannot be put on hold for it{why}")
    return _send(rule, reason, Act.HOLD, kinds)


def _remove(
    compiled: CompiledOrders,
    case: Case,
    there: OrderProgress,
    kinds: tuple[str, ...],
    told: Judgement,
) -> Judgement:
    """Deletes it, and sends it again where anything of it is wanted. Ours alone, as it was sent."""
    refused = of_key(case, delete_key(compiled, case.number, case.revision))
    if case.created is None:
        reason = f"{told.reason}; this ruleset did not create it, so that it is not deleted"
        return _told("changes.not-created", reason)
    if not _is_as_sent(case, there):
        reason = f"{told.reason}; what is there is not what was sent, so that it is not deleted"
        return _told("changes.not-created", reason)
    if refused is not None and refused.state is EffectState.FAILED:
        reason = f"{told.reason}; the warehouse refused to delete it: {refused.reason}"
        return _told("changes.refused", reason)
    act = Act.RECREATE if wants(case) and CANCELLED not in kinds else Act.DELETE
    return _send(told.rule, told.reason, act, kinds)


def wants(case: Case) -> bool:
    """Whether anything is left to send, also where it cannot be told how much."""
    return bool(case.draft.lines or case.draft.part.problems)


def _is_as_sent(case: Case, there: OrderProgress) -> bool:
    """Whether the sink's lines are those of the binding; what it split itself has its bundle's."""
    sent = case.binding.composition if case.binding is not None else ()
    split = {line.bundle for line in there.lines} & {row["item"] for row in sent}
    wanted = Counter[str]()
    for row in sent:
        if row["item"] not in split:
            wanted[row["item"]] += row["quantity"]
    stored = Counter[str]()
    for line in there.lines:
        if line.bundle not in split:
            stored[line.item] += line.requested
    return wanted == stored


def _send(rule: str, reason: str, act: Act, kinds: Sequence[str] = ()) -> Judgement:
    return Judgement(
        outcome=Outcome.SEND, rule=rule, reason=reason, act=act, kinds=tuple(kinds) or ("absent",)
    )


def _held(rule: str, reason: str) -> Judgement:
    return Judgement(outcome=Outcome.HOLD, rule=rule, reason=reason)


def _quiet(rule: str, reason: str) -> Judgement:
    return Judgement(outcome=Outcome.NOOP, rule=rule, reason=reason)


def _told(rule: str, reason: str, *, urgent: bool = False) -> Judgement:
    return Judgement(outcome=Outcome.REPORT, rule=rule, reason=reason, urgent=urgent)
