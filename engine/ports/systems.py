"""The ports to the two systems. Reading is split from writing: an `OrderSource` and an `OrderSink`
only look, an `Operation` sends; a plan is composed from the readers alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from engine.model.desired import DesiredOrder, ExistingOrder, ItemState, PreparedRequest
from engine.model.effect import Answer, Effect, Evidence, Timing
from engine.model.order import Order, Unreadable
from engine.model.ruleset import OrderFilter
from engine.model.wanted import Wanted
from engine.ports.flows import (
    ChangeSink,
    EventQueue,
    EventSource,
    Inspector,
    ItemSink,
    ProductSource,
    ProgressSource,
    ShelfSource,
    ShipmentSink,
    StockSink,
    WriteBack,
)
from engine.ports.world import Clock, Randomness, ReadTransport, WorkerPool, WriteTransport

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """New orders with `since <= updated < until`; `acknowledged` None asks without that flag.

    A sweep goes `by` the created date: not everything that makes an order ours moves the other.
    """

    filter: OrderFilter
    since: datetime
    until: datetime
    acknowledged: bool | None
    by: Literal["updated", "created"] = "updated"


class OrderSource(ABC):
    """Reads canonical orders from one system."""

    @abstractmethod
    def server_now(self) -> datetime:
        """The system's own time (UTC), for cursors; never this machine's clock."""

    @abstractmethod
    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order | Unreadable]]:
        """Pages of orders; an order may come twice, none that stays still is left out."""

    @abstractmethod
    def by_key(self, keys: Sequence[str]) -> Mapping[str, Order | Unreadable]:
        """These orders as they are now; what is gone is missing from the answer."""

    def acknowledgement(self, key: str) -> PreparedRequest | None:
        """The request that marks an order as taken over; None where there is no such flag."""
        return None


class OrderSink(ABC):
    """Looks into the system where orders are created, and renders creates. It sends nothing."""

    @abstractmethod
    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        """The stored orders of these numbers; a number that is not there is missing."""

    @abstractmethod
    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        """What is known under these item numbers; every one asked for is in the answer."""

    @property
    def refuses_twice(self) -> bool:
        """Whether it is known, and not only hoped, that no number is taken twice: then a create
        that is sent at once tells by its answer what a look before it would.
        """
        return False

    @abstractmethod
    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        """Pure: the exact create request of this order."""

    @abstractmethod
    def cost(self, orders: int) -> int:
        """About how many calls it takes to create so many orders, for a plan's forecast."""


class Operation(ABC):
    """One kind of write of one system, with how it is sent and how it is proven."""

    @property
    @abstractmethod
    def timing(self) -> Timing: ...

    @property
    @abstractmethod
    def resend_at_once(self) -> bool:
        """True where a repeat is harmless because the answer itself settles it."""

    @abstractmethod
    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        """Sends once, classifies the answer; a failed transport becomes an Answer too."""

    @abstractmethod
    def verify(self, effect: Effect) -> Evidence:
        """Reads back by the effect's marker, comparing with what its request says."""


class BatchOperation(Operation):
    """A write that takes many records in one call and answers for each. A batch whose answer is
    lost is sent again in halves, so it must be `resend_at_once`.
    """

    @property
    @abstractmethod
    def most(self) -> int:
        """How many records one call takes."""

    @abstractmethod
    def send_many(self, requests: Sequence[PreparedRequest], not_after: datetime) -> list[Answer]:
        """Sends them in one call; one answer for each, in their order."""


class Secret:
    """A secret value that prints as stars; `reveal()` is called only where it is sent.

    It is no dataclass: `asdict` of what holds it would lay it open. To pickle it is a TypeError.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself."""
        return self.__value

    def __repr__(self) -> str:
        return "***"

    def __format__(self, form: str) -> str:
        return format("***", form)

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")


class Shared:
    """What the sides of one connection know together, while one pass or one plan lives.

    For what a system tells about itself, like a token: never for records, on which proofs rest.
    """

    def __init__(self) -> None:
        self._things: dict[type[Any], Any] = {}

    def one(self, kind: type[T]) -> T:
        """The only thing of this kind; made, without arguments, for whoever asks first."""
        found: T = self._things.setdefault(kind, kind())
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadKit:
    """What the composition root hands to an adapter that only looks.

    `settings` are the connection's, with profile documents loaded (`profile` is then a mapping)
    and secret references still text; `secret` resolves one. `shared` is the same in all kits of a
    connection. `wanted` is kind of record (`order`, `product`) -> what is read of the raw ones, for
    a source that can be asked for less than a whole one; of a kind that is missing all is.
    """

    connection: str
    settings: Mapping[str, Any]
    secret: Callable[[str], Secret]
    transport: ReadTransport
    clock: Clock
    random: Randomness
    pool: WorkerPool
    shared: Shared = field(default_factory=Shared)
    wanted: Mapping[str, Wanted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteKit(ReadKit):
    """The same with a transport that can write."""

    transport: WriteTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How hard a system may be asked by one account: calls at the same time, and calls a minute
    (None: no end). `per_machine`: calls a minute by all accounts that ask from one address.
    """

    in_flight: int | None = None
    per_minute: int | None = None
    per_machine: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """What a folder under `adapters/` exports as ADAPTER: a side that it has not is None.

    `buyer_members` are patterns (fnmatch) of its raw records' members that hold buyer's data.
    `written` (`number`, `notes` -> its raw member) is what `write_back` sets, `echoes` are patterns
    of raw members that move when we write, `over` shipping statuses of orders that hold nothing
    back any more.
    `targets` are the header members that a ruleset may map to, given the connection's settings,
    `item_targets` those of an item; None where anything goes. `operations` maps an operation's
    name to what performs it. `limits` are the system's own; what a connection's settings say goes
    before them. `records` (`order`, `product` -> a file of schemas/records) says what is known of
    its raw records. `identity` names the settings that say whose account it is, beside its `url`.
    `unfiltered` are the criteria that it cannot filter orders by. `defaults`
    (`timing.late` -> `2m`) is what holds where a connection leaves a setting out, in the words of a
    ruleset.
    """

    name: str
    source: Callable[[ReadKit], OrderSource] | None = None
    sink: Callable[[ReadKit], OrderSink] | None = None
    events: Callable[[ReadKit], EventSource] | None = None
    queue: Callable[[WriteKit], EventQueue] | None = None
    progress: Callable[[ReadKit], ProgressSource] | None = None
    shipments: Callable[[ReadKit], ShipmentSink] | None = None
    products: Callable[[ReadKit], ProductSource] | None = None
    items: Callable[[ReadKit], ItemSink] | None = None
    stock: Callable[[ReadKit], StockSink] | None = None
    shelves: Callable[[ReadKit], ShelfSource] | None = None
    changes: Callable[[ReadKit], ChangeSink] | None = None
    write_back: Callable[[ReadKit], WriteBack] | None = None
    inspector: Callable[[ReadKit], Inspector] | None = None
    operations: Callable[[WriteKit], Mapping[str, Operation]] | None = None
    buyer_members: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    echoes: tuple[str, ...] = ()
    over: frozenset[str] = frozenset()
    targets: Callable[[Mapping[str, Any]], frozenset[str]] | None = None
    item_targets: Callable[[Mapping[str, Any]], frozenset[str]] | None = None
    limits: Limits = Limits()
    identity: tuple[str, ...] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    unfiltered: frozenset[str] = frozenset()
    defaults: Mapping[str, str | int] = field(default_factory=dict)
