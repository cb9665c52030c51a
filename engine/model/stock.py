"""Stock: what happened on the floor, what lies where, and what a channel is told of it.

Quantities are in each. Times are UTC. JSON form: `schemas/records/transaction.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal


class MessageKind(StrEnum):
    """What a warehouse's message is about. Of an unknown one nothing is known but that it came."""

    PICK = "pick"
    PACK = "pack"
    BOX = "box"
    STOCK = "stock"
    ORDER = "order"
    UNKNOWN = "unknown"


Transaction = Literal["put", "pull", "count", "putaway", "move"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransaction:
    """One booking of the floor.

    `quantity` is signed: what the shelf has more (put, putaway) or less (pull) than before, of a
    count the difference; of a move it is what went from `area` to `to_area` and positive.
    `fields` are the item's custom fields that came with it (`customField1`, ...).
    """

    key: str
    kind: Transaction
    item: str
    quantity: int
    area: str | None
    at: datetime
    to_area: str | None = None
    reason: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a warehouse's queue, or one that it posted.

    `key` is its identity for ever (a hash of its content where it has no id). Of a pick, pack or
    box it is a hint: `order` says which order to read. Of stock `transaction` is the only record.
    `why` says what is wrong with one that could not be read: it is parked, never dropped.
    `digest` is a hash of what happened, which is the same however often it is told (empty: nobody
    can tell). `number` is its place in the site's count of messages, where that has no gaps.
    """

    key: str
    kind: MessageKind
    order: str | None = None
    transaction: StockTransaction | None = None
    at: datetime | None = None
    why: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    number: int | None = None

    @property
    def namesake(self) -> Message:
        """This message under a key of its own, as its key is another message's already.

        A hint is followed all the same. Of a booking nobody can tell whether it is a new one or the
        old one told otherwise, so that it is not booked: a person must look.
        """
        key = f"{self.key}#{self.digest[:12]}"
        if self.kind is not MessageKind.STOCK:
            return replace(self, key=key)
        return replace(self, key=key, transaction=None, why=ID_AGAIN)


ID_AGAIN = "its id was another message's: the site counts anew, or tells one thing in two ways"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfLevel:
    """What lies of one item in one area: `on_hand` physically, `allocated` for open orders."""

    item: str
    area: str | None
    on_hand: int
    allocated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLevel:
    """What one product can still be sold of, by DC id, and what the channel has pending of it.

    Pending figures are known per product only (seen in the channel's metadata). `infinite`,
    parents and bundles have no stock of their own.
    """

    product: str
    profile: int
    sku: str
    available: Mapping[int, int]
    open_allocated: int = 0
    pending_checkout: int = 0
    pending_payment: int = 0
    pending_shipment: int = 0
    kind: Literal["item", "child", "parent", "bundle"] = "item"
    infinite: bool = False

    @property
    def pending(self) -> tuple[int, ...]:
        """All that is held back of it, by what it waits for."""
        return (
            self.open_allocated,
            self.pending_checkout,
            self.pending_payment,
            self.pending_shipment,
        )


QuantityType = Literal["Relative", "UnShipped", "InStock", "Absolute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityUpdate:
    """One call for one product: `legs` are DC id -> quantity, a signed change when relative."""

    product: str
    type: QuantityType
    legs: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Center:
    """One distribution center. Ids may be 0 or negative; deleted ones stay in the list."""

    id: int
    code: str | None
    name: str = ""
    deleted: bool = False
    external: bool = False
