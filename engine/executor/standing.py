"""What the memory has open before a plan is carried out, by order and by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.model.effect import Effect, EffectState, Intent
from engine.ports.ledger import InboxItem, LedgerReader

BY_ITSELF = ("closed by a later pass: ", "done: ", "retry: ")
"""How the ending of an item begins that needs a person again when it comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`holds`: (flow, record) -> part -> rule. `planned`: (flow, record) -> effects that were
    planned and proven not to have happened, but those of bookings: their messages may be dealt
    with, and then nothing else remembers them. `parked`: (flow, business key, kind) of each open
    inbox item; `asking` are flows and keys of those that a later pass may close.
    """

    holds: Mapping[tuple[str, str], Mapping[str, str]]
    planned: Mapping[tuple[str, str], Sequence[Effect]]
    parked: frozenset[tuple[str, str, str]]
    asking: frozenset[tuple[str, str]]


def standing_of(ledger: LedgerReader) -> Standing:
    """Reads what is open; all of it is short, whatever the size of the plan."""
    holds: dict[tuple[str, str], dict[str, str]] = {}
    for hold in ledger.holds():
        holds.setdefault((hold.flow, hold.order), {})[hold.part] = hold.rule
    planned: dict[tuple[str, str], list[Effect]] = {}
    for effect in ledger.unfinished():
        if effect.state is EffectState.PLANNED and not effect.intent.legs:
            subject = (effect.intent.flow, order_of(effect.intent))
            planned.setdefault(subject, []).append(effect)
    items = ledger.inbox()
    parked = frozenset((item.flow, item.business_key, item.kind) for item in items)
    return Standing(holds=holds, planned=planned, parked=parked, asking=_asking(ledger, items))


def _asking(ledger: LedgerReader, items: Sequence[InboxItem]) -> frozenset[tuple[str, str]]:
    """Only a person ends a doubt, which keeps back all else of its subject, and a refused change of
    bookings: that those are on record is no proof that anybody was told.
    """
    effects = ledger.effects([item.effect for item in items if item.effect is not None])
    kept = {
        (item.flow, item.business_key)
        for item in items
        if (effect := effects.get(item.effect or "")) is not None and _is_for_persons(effect)
    }
    return frozenset((item.flow, item.business_key) for item in items) - kept


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


def closed_by_persons(ledger: LedgerReader, flow: str) -> frozenset[tuple[str, str]]:
    """Business key and text of each item of a flow that a person has closed.

    One that closed by itself may come again, and nobody has dealt with it then.
    """
    return frozenset(
        (item.business_key, item.text)
        for item in ledger.inbox(include_closed=True)
        if item.flow == flow
        and item.resolved is not None
        and not item.resolution.startswith(BY_ITSELF)
    )
