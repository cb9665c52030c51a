"""The ports of the flows beside orders: eyes on both systems, and requests rendered for them.

As with orders, what is here only looks; an `Operation` sends. Rendering is pure.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.model.desired import PreparedRequest
from engine.model.finding import Finding
from engine.model.order import Unreadable
from engine.model.product import DesiredItem, ExistingItem, Product, ProductRef
from engine.model.shipment import DesiredShipment, DesiredTracking, OrderProgress
from engine.model.stock import Center, ChannelLevel, Message, QuantityUpdate, ShelfLevel


class EventSource(ABC):
    """A warehouse's outgoing messages. Looking takes nothing away."""

    @property
    @abstractmethod
    def may_look(self) -> bool:
        """False where the site's own read takes messages away: then only `EventQueue` reads."""

    @abstractmethod
    def peek(self) -> tuple[Sequence[Message], int]:
        """The oldest messages, as many as one read gives, and how many more wait behind them."""

    @abstractmethod
    def parse(self, body: bytes) -> Message:
        """One message as the site posts it to a URL; never raises: an odd one has a `why`."""


class EventQueue(ABC):
    """The same queue for who stores: reads, and takes away what is stored. Needs a writer."""

    @abstractmethod
    def read(self) -> Sequence[Message]:
        """The oldest messages not yet taken away; empty when there are none."""

    @property
    def ended(self) -> bool:
        """Whether the system said at the last read that nothing waits behind what it gave."""
        return False

    @abstractmethod
    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Takes these away. Idempotent; raises SystemUnavailableError when it cannot be told."""


class ProgressSource(ABC):
    """How far the warehouse is with its orders."""

    @abstractmethod
    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        """These orders as they are now; what is gone is missing from the answer."""

    @abstractmethod
    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        """Pages of numbers of the orders that changed since then; all of them where the site
        cannot tell, none where it has no list at all.
        """

    @property
    def listed_at(self) -> datetime | None:
        """The warehouse's own time when it began to answer the last `changed`; None where it told
        none, or was not asked.
        """
        return None


class ShipmentSink(ABC):
    """The channel's side of shipments; it sends nothing."""

    @abstractmethod
    def shipment(self, desired: DesiredShipment) -> PreparedRequest:
        """Pure: the exact call that tells one shipment, its lines always listed."""

    @abstractmethod
    def tracking(self, desired: DesiredTracking) -> PreparedRequest:
        """Pure: the call that adds tracking, with the delivery status that keeps it shipped."""


class ProductSource(ABC):
    """The channel's products."""

    @abstractmethod
    def server_now(self) -> datetime: ...

    @abstractmethod
    def products(
        self, profiles: Sequence[int], since: datetime, until: datetime
    ) -> Iterator[Sequence[Product | Unreadable]]:
        """Pages of products with `since <= updated < until`; one may come twice."""

    @abstractmethod
    def by_key(self, keys: Sequence[str]) -> Mapping[str, Product | Unreadable]:
        """These products as they are now; what is gone is missing."""

    @abstractmethod
    def by_sku(self, profile: int, skus: Sequence[str]) -> Mapping[str, Sequence[ProductRef]]:
        """SKU as asked -> every product of the profile with it, letter case apart (none: empty)."""


class ItemSink(ABC):
    """The warehouse's items; it sends nothing."""

    @property
    def may_ask(self) -> bool:
        """False where the site does not show its items: then `stored` finds none."""
        return True

    @abstractmethod
    def stored(self, numbers: Sequence[str]) -> Mapping[str, ExistingItem]:
        """The items of these numbers; an unknown number is missing."""

    @abstractmethod
    def item(self, desired: DesiredItem, *, patch: bool) -> PreparedRequest:
        """Pure: the record of one item. Its body is the record alone, whatever the batch around
        it; `patch` writes the given members and leaves the others.
        """


class StockSink(ABC):
    """The channel's quantities; it sends nothing."""

    @abstractmethod
    def centers(self) -> Mapping[int, Center]:
        """Every distribution center by id, deleted and external ones too."""

    @abstractmethod
    def quantity(self, update: QuantityUpdate) -> PreparedRequest:
        """Pure: the exact call; it never claims that its list of DCs is complete."""

    @abstractmethod
    def levels(self, profiles: Sequence[int]) -> Iterator[Sequence[ChannelLevel]]:
        """Pages of what can be sold, product by product, in as few calls as the API allows."""

    @abstractmethod
    def level(self, products: Sequence[str]) -> Mapping[str, ChannelLevel]:
        """These products now; what is gone is missing."""


class ShelfSource(ABC):
    """What lies in the warehouse."""

    @abstractmethod
    def shelves(self) -> Iterator[Sequence[ShelfLevel]]:
        """Pages of stock records, one a location: the same item and area may come many times."""

    @abstractmethod
    def shelf(self, items: Sequence[str]) -> Mapping[str, Sequence[ShelfLevel]]:
        """These items' records now."""


class ChangeSink(ABC):
    """The warehouse's side of order changes; it sends nothing."""

    @abstractmethod
    def deletion(self, number: str) -> PreparedRequest:
        """Pure: the call that deletes one order."""

    @abstractmethod
    def header(self, number: str, fields: Mapping[str, str]) -> PreparedRequest:
        """Pure: the call that sets header members of one order; `status` takes our words.

        Raises ConfigurationError for a member that the site profile does not allow to change.
        """


class WriteBack(ABC):
    """The channel's own members that we may write on an order; it sends nothing."""

    @abstractmethod
    def write_back(self, order: str, members: Mapping[str, Any]) -> PreparedRequest:
        """Pure: the call that sets `number` (the seller's own order number) and `notes`."""


class Inspector(ABC):
    """Asks a live system whether what a connection's settings say holds."""

    @abstractmethod
    def inspect(self) -> Sequence[Finding]:
        """Everything found, good news too (severity `ok`)."""

    def profiles(self) -> Mapping[int, str] | None:
        """Id -> name of each account that the credentials reach; None where there are no such.

        Raises CrossdockError where they cannot be read.
        """
        return None
