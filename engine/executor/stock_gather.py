"""What waits for the stock flow: bookings out of messages, and newly picked units of the orders
that messages name. Reading is cumulative there: a message is only a hint which order to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from engine.compiler.stock import CompiledStock
from engine.executor.chunks import chunks
from engine.executor.intake import Inflow
from engine.executor.runner import Ask
from engine.executor.standing import maybe_ours
from engine.flows.stock_bookings import Booking, booking_of
from engine.flows.stock_picks import (
    Picked,
    left_out,
    ours,
    picked_of,
    prefix_of,
    record_of,
    through,
    told_of,
    undecided,
    unusable,
)
from engine.model.decision import Decision, Outcome
from engine.model.order import Unreadable
from engine.model.shipment import OrderProgress
from engine.model.stock import Message, MessageKind
from engine.ports.flows import ProgressSource
from engine.ports.ledger import LedgerReader

PAGE = 40
Hints = Mapping[str, tuple[str, ...]]
"""Number of an order -> the keys of the messages that name it."""
THROUGH = frozenset({Outcome.SKIP, Outcome.REPORT})
"""A pick that ends like this is dealt with. One that was sent is when its legs are on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where bookings come from."""

    compiled: CompiledStock
    inflow: Inflow
    progress: ProgressSource
    ledger: LedgerReader


@dataclass(slots=True, kw_only=True)
class Waiting:
    """What one pass has to decide: bookings by item, oldest first, and the `decisions` that need
    nothing else. `picked` are orders whose picks are among the bookings, `taken` are the keys of
    all messages that were read.
    """

    read: int = 0
    bookings: dict[str, list[Booking]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    picked: list[Picked] = field(default_factory=list)
    hints: Hints = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    def take(self, found: Booking | Decision) -> None:
        """Puts it where it belongs."""
        if isinstance(found, Decision):
            self.decisions.append(found)
        else:
            self.bookings.setdefault(found.item, []).append(found)

    def ended(self, decided: Sequence[Decision]) -> Iterator[Decision]:
        """What there is to say of the orders once their lines are `decided`."""
        open_lines = {one.key for one in decided if one.outcome not in THROUGH}
        for order in self.picked:
            yield from order.decisions
            if not open_lines & {booking.name for booking in order.bookings}:
                yield replace(through(order.number), settles=self.hints[order.number])


def gather(sources: Sources, ask: Ask) -> Waiting:
    """Reads the messages that a person asked for, in the order of their coming."""
    wants = wants_picks(sources.compiled)
    kinds = _kinds(sources.compiled, wants=wants)
    asked = (one for one in sources.inflow.messages(kinds) if _is_asked(ask, one))
    messages = list(islice(asked, ask.limit))
    keys = frozenset(message.key for message in messages)
    waiting = Waiting(read=len(messages), hints=_hints(messages), taken=keys)
    for message in messages:
        if not _names_order(message):
            waiting.take(booking_of(message))
    if wants:
        _pick(sources, waiting)
    else:
        waiting.decisions += [
            replace(left_out(number), settles=keys) for number, keys in waiting.hints.items()
        ]
    return waiting


def _kinds(compiled: CompiledStock, *, wants: bool) -> list[MessageKind]:
    """Where shipments are told too, their flow deals with what cannot be told apart, and with picks
    that nothing is wanted of. Else nobody but this flow does: what is never dealt with is kept for
    ever, with all that the site said of a buyer.
    """
    if not compiled.shares_picks:
        return list(MessageKind)
    return [MessageKind.STOCK, *([MessageKind.PICK] if wants else [])]


def _names_order(message: Message) -> bool:
    return message.kind is MessageKind.PICK and bool(message.order) and not message.why


def wants_picks(compiled: CompiledStock) -> bool:
    """Whether anything could come of a pick of an order that is not the channel's."""
    return compiled.rules.ways["pick"] != "ignore" or bool(compiled.named)


def _is_asked(ask: Ask, message: Message) -> bool:
    if ask.since is not None and message.at is not None and message.at < ask.since:
        return False
    booking = message.transaction
    names = {message.key, record_of(message.order or "")}
    if booking is not None:
        names |= {booking.key, booking.item}
    return not ask.only or bool(names & set(ask.only))


def _hints(messages: Sequence[Message]) -> Hints:
    hints: dict[str, tuple[str, ...]] = {}
    for message in messages:
        if message.order and _names_order(message):
            hints[message.order] = (*hints.get(message.order, ()), message.key)
    return hints


def _pick(sources: Sources, waiting: Waiting) -> None:
    """Looks at the orders that messages name and that are not the channel's."""
    begun = maybe_ours(sources.ledger)
    for numbers in chunks(waiting.hints, PAGE):
        bound = sources.ledger.bindings_of(numbers)
        for number in bound:
            waiting.decisions += _own(sources.compiled, number, waiting.hints)
        open_ones = [number for number in numbers if number in begun and number not in bound]
        waiting.decisions += [undecided(number) for number in open_ones]
        foreign = [number for number in numbers if number not in begun and number not in bound]
        progress = sources.progress.progress(foreign) if foreign else {}
        for number in foreign:
            _pick_one(sources, waiting, number, progress.get(number))


def _own(compiled: CompiledStock, number: str, hints: Hints) -> list[Decision]:
    """Where shipments are told too, their flow deals with the message, and this one is silent."""
    return [] if compiled.shares_picks else [replace(ours(number), settles=hints[number])]


def _pick_one(
    sources: Sources, waiting: Waiting, number: str, progress: OrderProgress | Unreadable | None
) -> None:
    if progress is None or isinstance(progress, Unreadable):
        decision = unusable(number, progress)
        settled = decision.outcome in THROUGH
        waiting.take(replace(decision, settles=waiting.hints[number] if settled else ()))
        return
    told = told_of(number, sources.ledger.legs_below(prefix_of(number)))
    picked = picked_of(progress, told)
    waiting.picked.append(picked)
    for booking in picked.bookings:
        waiting.take(booking)
