"""What the memory has of a record, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.explain.story import Event
from engine.model.effect import Effect
from engine.ports.ledger import Hold, InboxItem, LedgerReader
from engine.ports.state import MessageRecord, OrderRecord

STEPS: Mapping[str, str] = {
    "SENDING": "sent",
    "DONE": "done",
    "FAILED": "refused",
    "DOUBT": "in doubt: nobody knows whether it happened",
    "PLANNED": "not processed, planned again",
    "SUPERSEDED": "made up for by another change",
    "": "not wanted any more, and never sent",
}
"""What an effect's coming into a state means."""


def in_time(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events, the oldest first; what happened at one time stays in its order."""
    return tuple(sorted(events, key=lambda one: one.at))


def of_order(record: OrderRecord, ledger: LedgerReader) -> Iterator[Event]:
    """All that is on record of one order of the channel."""
    effects = ledger.effects([one.key for one in record.effects])
    yield from of_effects(list(effects.values()), ledger)
    for bound in record.bindings:
        yield from _steps(bound.part, "bound", f"{bound.part} is {bound.number}", ledger)
    for message in record.messages:
        yield from of_message(message)
    yield from of_holds(record.holds)
    yield from of_inbox(record.inbox)
    for moment in record.erased:
        yield Event(at=moment, of="memory", where="", what="what is the buyer's was erased")


def of_effects(effects: Sequence[Effect], ledger: LedgerReader) -> Iterator[Event]:
    """Every step of every write."""
    for effect in effects:
        intent = effect.intent
        told = f"{intent.kind} {intent.marker}"
        where = f"{intent.flow} to {intent.target}"
        for step in ledger.audit(intent.key):
            yield _step(step, where, f"{told}: {STEPS.get(step['to'], step['to'].lower())}")


def _steps(key: str, where: str, what: str, ledger: LedgerReader) -> Iterator[Event]:
    for step in ledger.audit(key):
        ended = "" if step["to"] else " no more"
        yield _step(step, where, f"{what}{ended}")


def _step(step: Mapping[str, Any], where: str, what: str) -> Event:
    return Event(at=step["at"], of="memory", where=where, what=what, detail=str(step["detail"]))


def of_message(message: MessageRecord) -> Iterator[Event]:
    """A message of the warehouse: when it came, and when it was dealt with."""
    what = f"message {message.key}"
    yield Event(
        at=message.received, of="memory", where="messages", what=f"{what} came", detail=message.kind
    )
    if message.handled is not None:
        yield Event(
            at=message.handled, of="memory", where="messages", what=f"{what} was dealt with"
        )


def of_holds(holds: Iterable[Hold]) -> Iterator[Event]:
    """What is held here now; holds that have ended are not kept."""
    for hold in holds:
        what = f"{hold.part} held by {hold.rule}"
        yield Event(at=hold.since, of="memory", where=hold.flow, what=what, detail=hold.reason)
        if hold.seen > hold.since:
            still = f"{hold.part} still held by {hold.rule}, when it was last looked at"
            yield Event(at=hold.seen, of="memory", where=hold.flow, what=still)


def of_inbox(items: Iterable[InboxItem]) -> Iterator[Event]:
    """What a person was told, and how that ended."""
    for item in items:
        what = f"inbox: {item.business_key}, {item.kind} ({item.rule})"
        if item.first_seen is not None:
            yield Event(
                at=item.first_seen, of="memory", where=item.flow, what=what, detail=item.text
            )
        if item.resolved is not None:
            yield Event(
                at=item.resolved,
                of="memory",
                where=item.flow,
                what=f"inbox: {item.business_key} closed",
                detail=item.resolution,
            )
