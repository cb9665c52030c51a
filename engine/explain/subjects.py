"""What a key means: by the memory, and by the systems where the memory does not know it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.errors import ConfigurationError, ProtocolError
from engine.executor.standing import record_of
from engine.explain.story import Kind, Subject
from engine.model.order import Order
from engine.model.stock import Message, MessageKind
from engine.ports.flows import ProductSource
from engine.ports.ledger import KnownProduct, LedgerReader, StoredMessage
from engine.ports.state import OrderRecord
from engine.ports.systems import OrderSource

KINDS: tuple[Kind, ...] = ("order", "product", "transaction")
PAGE = 500
_DIGITS = re.compile(r"[0-9]+")


class Memory(Protocol):
    """What a person may ask of a memory beside what a plan asks."""

    def record_of(self, order: str) -> OrderRecord: ...

    def order_of_number(self, number: str) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Where a key is looked for. `profiles` are those whose products are asked for by SKU; the
    sources are None where they are not to be had. `numbers` are those that an order would
    get; `is_booking` says whether a booking of this name waits to be decided.
    """

    ledger: LedgerReader
    memory: Memory
    links: frozenset[str]
    profiles: tuple[int, ...] = ()
    orders: OrderSource | None = None
    products: ProductSource | None = None
    numbers: Callable[[Order], Sequence[str]] = lambda order: ()
    is_booking: Callable[[str], bool] = lambda name: False


def subject_of(key: str, looking: Looking) -> Subject:
    """The one record that a key means; `order:`, `product:` or `transaction:` before it says which
    kind. Raises ConfigurationError where it means several or none, and CrossdockError where the
    memory does not know it and a system gives no answer.
    """
    kinds, name = _asked(key)
    finders = [FINDERS[kind] for kind in kinds if kind in FINDERS]
    found = list(dict.fromkeys(one for find in finders for one in find(name, looking)))
    if not found and "transaction" in kinds:
        # Their whole history is looked through, so that they come last.
        found = list(_transaction(name, looking))[:1]
    found = found or [one for one in _remembered(name, looking.ledger) if one.kind in kinds][:1]
    if len(found) > 1:
        raise ConfigurationError(
            f"{key} means more than one record: {', '.join(map(_spoken, found))}",
            f"Say which one, as in: {found[0].kind}:{found[0].key}",
        )
    if not found:
        raise ConfigurationError(
            f"neither the memory nor the channel knows {key}",
            "Give an order's id or number (or a part, as 1001/east), a SKU, a product's id or a "
            "booking's id.",
        )
    return found[0]


def _asked(key: str) -> tuple[Sequence[Kind], str]:
    head, colon, rest = key.partition(":")
    for kind in KINDS:
        if colon and head == kind:
            return [kind], rest
    return KINDS, key


def _spoken(subject: Subject) -> str:
    return f"the {subject.kind} {subject.key}"


def _order(name: str, looking: Looking) -> Iterator[Subject]:
    head, _, link = name.rpartition("/")
    key = head if head and link in looking.links else name
    by_number = looking.memory.order_of_number(name)
    for known in dict.fromkeys(one for one in (key, by_number) if one is not None):
        if looking.memory.record_of(known).is_known:
            yield Subject(kind="order", key=known)
            return
    if looking.orders is None:
        return
    if key in _live(looking.orders.by_key, key):
        yield Subject(kind="order", key=key)
    else:
        yield from _numbered(name, looking, looking.orders)


def _numbered(name: str, looking: Looking, orders: OrderSource) -> Iterator[Subject]:
    """An order that has not been sent, by the number that it would get: most have its id in it."""
    for token in dict.fromkeys(_DIGITS.findall(name)):
        for order in _live(orders.by_key, token).values():
            if isinstance(order, Order) and name in looking.numbers(order):
                yield Subject(kind="order", key=order.key)


def _product(name: str, looking: Looking) -> Iterator[Subject]:
    ledger = looking.ledger
    known = [
        *ledger.products([name]).get(name, ()),
        *ledger.products_of_items([name]).get(name, ()),
    ]
    yield from map(_of_known, known)
    if known or looking.products is None:
        return
    refs = [
        ref
        for profile in looking.profiles
        for ref in looking.products.by_sku(profile, [name]).get(name, ())
    ]
    for ref in refs:
        yield Subject(kind="product", key=ref.key, names=(ref.sku,))
    if not refs:
        for product in _live(looking.products.by_key, name).values():
            yield Subject(kind="product", key=name, names=(getattr(product, "sku", name),))


def _of_known(known: KnownProduct) -> Subject:
    names = tuple(dict.fromkeys((known.sku, known.item)))
    return Subject(kind="product", key=known.product, names=names)


def _live(read: Callable[[Sequence[str]], Mapping[str, object]], key: str) -> Mapping[str, object]:
    """What a system has under a key; nothing for a text that cannot be a key there."""
    try:
        return read([key])
    except (ConfigurationError, ProtocolError):
        return {}


def _transaction(name: str, looking: Looking) -> Iterator[Subject]:
    stored = next(messages_named(name, looking.ledger), None)
    if stored is not None:
        booking = stored.message.transaction
        key = booking.key if booking is not None else stored.message.key
        names = (stored.message.key, *([booking.item] if booking is not None else []))
        yield Subject(kind="transaction", key=key, names=tuple(one for one in names if one != key))
    elif looking.ledger.legs_below(f"{name}:") or looking.is_booking(name):
        yield Subject(kind="transaction", key=name)


def _remembered(name: str, ledger: LedgerReader) -> Iterator[Subject]:
    """What is held, or asks a person, under a name that leads nowhere else."""
    for hold in ledger.holds():
        if name in (hold.part, hold.order):
            yield _of_flow(hold.flow, hold.order)
    for item in ledger.inbox_of([name]):
        yield _of_flow(item.flow, record_of(item))


def _of_flow(flow: str, record: str) -> Subject:
    kinds: Mapping[str, Kind] = {"items": "product", "stock": "transaction"}
    return Subject(kind=kinds.get(flow, "order"), key=record)


def messages_named(name: str, ledger: LedgerReader) -> Iterator[StoredMessage]:
    """The stored messages that have this key, or tell of the booking that has it."""
    for page in (ledger.messages, ledger.dealt_messages):
        after = 0
        while stored := page(list(MessageKind), after, PAGE):
            after = stored[-1].seq
            yield from (one for one in stored if is_named(one.message, name))


def is_named(message: Message, name: str) -> bool:
    """Whether a message has this key, or tells of the booking that has it."""
    booking = message.transaction
    return name in (message.key, booking.key if booking is not None else None)


FINDERS: Mapping[Kind, Callable[[str, Looking], Iterator[Subject]]] = {
    "order": _order,
    "product": _product,
}
