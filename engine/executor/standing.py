"""What the memory has open before a plan is carried out, by order and by part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.executor.bench import UNFINISHED
from engine.model.decision import Decision, Outcome
from engine.model.effect import Effect, EffectState, Intent
from engine.ports.ledger import InboxItem, LedgerReader

BY_ITSELF = ("closed by a later pass: ", "done: ", "retry: ")
"""How the ending of an item begins that needs a person again when it comes again."""


GONE = ".gone"
WHOLE = frozenset({"orders.unreadable", "changes.unreadable"})
"""Rules of items whose key is their record's own."""
PARTED = frozenset({"orders", "order-changes", "shipments"})
"""Flows whose records have parts."""
TOLD_ANEW = frozenset({"order-changes", "shipments"})
"""Flows that report what is so, each time that they look at a record; stock reports what happened,
and the orders flow some of it only before the export.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`holds`: (flow, record) -> part -> rule. `planned`: (flow, record) -> effects that were
    planned and proven not to have happened, but those of bookings: their messages may be dealt
    with, and then nothing else remembers them. `parked`: (flow, business key, kind) of each open
    inbox item; `asking`: (flow, key) -> the kinds of those that a later pass may close. `found`:
    (flow, record or key) -> the items that a decision put there, and no effect.
    """

    holds: Mapping[tuple[str, str], Mapping[str, str]]
    planned: Mapping[tuple[str, str], Sequence[Effect]]
    parked: frozenset[tuple[str, str, str]]
    asking: Mapping[tuple[str, str], frozenset[str]]
    found: Mapping[tuple[str, str], Sequence[InboxItem]]

    def over(self, decisions: Sequence[Decision]) -> list[InboxItem]:
        """The items that end with all the decisions on one record: what they say of it is not so
        any more.
        """
        names = dict.fromkeys(name for one in decisions for name in (one.order, one.key))
        items = {
            (item.business_key, item.kind): item
            for name in names
            for item in self.found.get((decisions[0].flow, name), ())
        }
        return [item for item in items.values() if _is_over(item, decisions)]


def _is_over(item: InboxItem, decisions: Sequence[Decision]) -> bool:
    """A rejection, once its key is decided otherwise, or its record is and does not wait as a
    whole: then nothing was decided of its parts. A record that was gone, once it is there. A
    report, only in flows that tell it anew each time that they look, and nothing of it waits.
    """
    if any((one.key, kind_of(one)) == (item.business_key, item.kind) for one in decisions):
        return False
    waiting = {one.key for one in decisions if one.outcome is Outcome.HOLD}
    if item.kind != Outcome.REJECT.value:
        return item.rule.endswith(GONE) or (item.flow in TOLD_ANEW and not waiting)
    record = decisions[0].order
    decided = {record, *(one.key for one in decisions)}
    return item.business_key in decided or record not in waiting


def kind_of(decision: Decision) -> str:
    """The class of the item that a decision puts into the inbox; of others just their outcome."""
    return "alert" if decision.urgent else decision.outcome.value


def standing_of(ledger: LedgerReader, made: datetime | None = None) -> Standing:
    """Reads what is open; all of it is short, whatever the size of the plan.

    What was told, held or planned after `made`, when the plan's first look was taken, is none of
    its business: passes that looked later know more. A plan file may be a day old when it is
    applied, and "as it was sent" would close what a pass has told a person of the order since.
    Of what is only on its way this does not hold: a file that was begun goes on, and ends it.
    """
    holds: dict[tuple[str, str], dict[str, str]] = {}
    for hold in ledger.holds():
        if hold.rule == UNFINISHED or not _is_later(hold.seen, made):
            holds.setdefault((hold.flow, hold.order), {})[hold.part] = hold.rule
    planned: dict[tuple[str, str], list[Effect]] = {}
    for effect in ledger.unfinished():
        if _is_planned(effect) and not _is_later(effect.intent_at, made):
            subject = (effect.intent.flow, order_of(effect.intent))
            planned.setdefault(subject, []).append(effect)
    items = ledger.inbox()
    known = [item for item in items if not _is_later(item.last_seen, made)]
    return Standing(
        holds=holds,
        planned=planned,
        parked=frozenset((item.flow, item.business_key, item.kind) for item in items),
        asking=_asking(ledger, known),
        found=_found(known),
    )


def _is_later(moment: datetime | None, made: datetime | None) -> bool:
    return made is not None and moment is not None and moment > made


def _is_planned(effect: Effect) -> bool:
    return effect.state is EffectState.PLANNED and not effect.intent.legs


def _found(items: Sequence[InboxItem]) -> Mapping[tuple[str, str], Sequence[InboxItem]]:
    found: dict[tuple[str, str], list[InboxItem]] = {}
    for item in items:
        if item.effect is None:
            for name in {record_of(item), item.business_key}:
                found.setdefault((item.flow, name), []).append(item)
    return found


def record_of(item: InboxItem) -> str:
    """The record that an item without an effect is about: a part's key ends in /LINK, and what of
    it was told apart in :BOX; the other keys are the record's own.
    """
    whole = item.flow not in PARTED or item.rule in WHOLE or item.rule.endswith(GONE)
    return item.business_key if whole else item.business_key.rpartition("/")[0] or item.business_key


def _asking(
    ledger: LedgerReader, items: Sequence[InboxItem]
) -> Mapping[tuple[str, str], frozenset[str]]:
    """Only a person ends a doubt, which keeps back all else of its subject, and a refused change of
    bookings: that those are on record is no proof that anybody was told.
    """
    effects = ledger.effects([item.effect for item in items if item.effect is not None])
    kept = {
        (item.flow, item.business_key)
        for item in items
        if (effect := effects.get(item.effect or "")) is not None and _is_for_persons(effect)
    }
    asking: dict[tuple[str, str], set[str]] = {}
    for item in items:
        if (item.flow, item.business_key) not in kept:
            asking.setdefault((item.flow, item.business_key), set()).add(item.kind)
    return {name: frozenset(kinds) for name, kinds in asking.items()}


def _is_for_persons(effect: Effect) -> bool:
    refused = effect.state is EffectState.FAILED and bool(effect.intent.legs)
    return effect.state is EffectState.DOUBT or refused


def order_of(intent: Intent) -> str:
    """The record that a later pass looks at again.

    Intents from before there were other flows do not say: a create carries its order in the
    binding, an export's marker is the order itself.
    """
    if intent.order:
        return intent.order
    return str(intent.binding["order"]) if intent.binding else intent.marker


def open_work(ledger: LedgerReader, flow: str) -> list[str]:
    """The records that every pass of a flow looks at again, whatever its cursor says: those with
    an open hold or an effect that has not ended.
    """
    held = [hold.order for hold in ledger.holds() if hold.flow == flow]
    unfinished = [one.intent for one in ledger.unfinished() if one.intent.flow == flow]
    return list(dict.fromkeys(held + [order_of(intent) for intent in unfinished]))


def maybe_ours(ledger: LedgerReader) -> dict[str, str]:
    """Number in the sink -> order, of each create that has not ended, or that was refused and still
    asks a person: who types the order in by hand makes it ours later, and what the sink told of it
    until then must not be dealt with as somebody else's.
    """
    asking = [item.effect for item in ledger.inbox() if item.effect is not None]
    refused = ledger.effects(asking).values() if asking else ()
    failed = [one for one in refused if one.state is EffectState.FAILED]
    bindings = (effect.intent.binding for effect in [*ledger.unfinished(), *failed])
    return {str(one["number"]): str(one["order"]) for one in bindings if one is not None}


def waiting_work(ledger: LedgerReader, flow: str) -> list[str]:
    """Open work, and the records with an open rejection: they may have been mended."""
    items = [one for one in ledger.inbox() if one.flow == flow and one.effect is None]
    rejected = [record_of(one) for one in items if one.kind == Outcome.REJECT.value]
    return list(dict.fromkeys(open_work(ledger, flow) + rejected))


def closed_by_persons(
    ledger: LedgerReader, flow: str, keys: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Business key and text of each item of a flow under these keys that a person has closed.

    One that closed by itself may come again, and nobody has dealt with it then.
    """
    return frozenset(
        (item.business_key, item.text)
        for item in ledger.inbox_of(keys)
        if item.flow == flow
        and item.resolved is not None
        and not item.resolution.startswith(BY_ITSELF)
    )
