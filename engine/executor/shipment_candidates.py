"""Which orders a pass of shipments looks at: those that messages name, those that are open here,
and now and then those that changed in the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.executor.chunks import chunks
from engine.executor.shipment_gather import ShipmentDesk
from engine.executor.standing import maybe_ours, open_work
from engine.flows.shipments import bad_message, foreign, not_about_shipping, not_bound
from engine.flows.shipments_final import is_through
from engine.flows.shipments_view import FLOW
from engine.model.decision import Decision
from engine.model.stock import Message, MessageKind

PAGE = 40
KINDS = (
    MessageKind.PICK, MessageKind.PACK, MessageKind.BOX, MessageKind.ORDER, MessageKind.UNKNOWN,
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Heard:
    """What the messages say: `hints` on our orders' numbers, and what is decided by itself.

    `picks` are those of them that tell of picks.
    """

    hints: dict[str, tuple[str, ...]] = field(default_factory=dict)
    picks: set[str] = field(default_factory=set)
    decisions: list[Decision] = field(default_factory=list)

    def take(self, message: Message) -> None:
        """Puts a message where it belongs."""
        if message.kind is MessageKind.ORDER:
            self.decisions.append(not_about_shipping(message.key))
        elif message.order is None or message.why:
            why = message.why or "it names no order"
            self.decisions.append(bad_message(message.key, why))
        else:
            self._hint(message.order, message)

    def _hint(self, number: str, message: Message) -> None:
        self.hints[number] = (*self.hints.get(number, ()), message.key)
        if message.kind is MessageKind.PICK:
            self.picks.add(message.key)


def heard(desk: ShipmentDesk) -> Heard:
    """Reads the messages that nobody has dealt with."""
    found = Heard()
    for message in desk.inflow.messages(KINDS):
        found.take(message)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Orders of the channel that some numbers are bound to, and what there is to say of others."""

    orders: tuple[str, ...]
    decisions: tuple[Decision, ...] = ()


def named(desk: ShipmentDesk, said: Heard) -> Iterator[Named]:
    """What the hinted numbers are: ours, not ours yet, or somebody else's."""
    begun = maybe_ours(desk.ledger)
    for numbers in chunks(said.hints, PAGE):
        bound = desk.ledger.bindings_of(numbers)
        others = [number for number in numbers if number not in bound]
        yield Named(
            orders=_once(bound[number].order for number in numbers if number in bound),
            decisions=tuple(_of_others(desk, said, others, begun)),
        )


def asked(desk: ShipmentDesk, keys: Sequence[str]) -> Named:
    """What a person asked for: orders of the channel, their parts, or warehouse orders."""
    found = _orders_of(desk, keys)
    begun = maybe_ours(desk.ledger)
    others = [_unbound(key, begun) for key in keys if key not in found]
    return Named(orders=_once(found.values()), decisions=tuple(others))


def waiting(desk: ShipmentDesk) -> Named:
    """Those with an open hold, an effect that has not ended, or something in the inbox."""
    held = asked(desk, open_work(desk.ledger, FLOW))
    inbox = [item.business_key for item in desk.ledger.inbox() if item.flow == FLOW]
    more = _orders_of(desk, inbox).values()
    return Named(orders=_once([*held.orders, *more]), decisions=held.decisions)


def _orders_of(desk: ShipmentDesk, keys: Sequence[str]) -> dict[str, str]:
    """Key -> the order of the channel that is bound; a key may be an order, something of one
    (`1001/east:BOX-1`), or a warehouse order. One that is none of these is missing.
    """
    found: dict[str, str] = {}
    for some in chunks(keys, PAGE):
        ways = {key: (key, key.rpartition("/")[0]) for key in some}
        known = desk.ledger.bindings(_once(order for way in ways.values() for order in way))
        numbers = desk.ledger.bindings_of(some)
        for key, orders in ways.items():
            mine = [order for order in orders if known.get(order)]
            if mine or key in numbers:
                found[key] = mine[0] if mine else numbers[key].order
    return found


def changed(desk: ShipmentDesk, since: datetime) -> Iterator[Named]:
    """Page by page those that changed in the warehouse and have something left to be told."""
    for page in desk.progress.changed(since):
        for numbers in chunks(page, PAGE):
            bound = desk.ledger.bindings_of(numbers)
            effects = desk.effects(_once(one.order for one in bound.values()))
            open_ones = [
                one.order
                for one in bound.values()
                if not is_through(desk.compiled, one, effects[one.order])
            ]
            yield Named(orders=_once(open_ones))


def _of_others(
    desk: ShipmentDesk, said: Heard, numbers: Iterable[str], begun: Mapping[str, str]
) -> Iterator[Decision]:
    for number in numbers:
        if number in begun:
            yield not_bound(number, begun[number])
        else:
            shared = said.picks if desk.compiled.shares_picks else frozenset[str]()
            mine = [key for key in said.hints[number] if key not in shared]
            if mine:
                yield foreign(number, mine)


def _unbound(key: str, begun: Mapping[str, str]) -> Decision:
    """What is open here and is no order of ours any more, or none yet."""
    waits = next((number for number, order in begun.items() if key in (number, order)), None)
    return foreign(key, ()) if waits is None else not_bound(waits, begun[waits])


def _once(orders: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(orders))
