"""Messages and bookings of the floor as JSON (schemas/records/transaction.schema.json) and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.stamps import stamp_of, stamp_text
from engine.model.stock import Message, MessageKind, StockTransaction


def transaction_to_json(transaction: StockTransaction) -> dict[str, Any]:
    """A plain JSON value, from which `transaction_from_json` makes an equal transaction."""
    return {
        "key": transaction.key,
        "kind": transaction.kind,
        "item": transaction.item,
        "quantity": transaction.quantity,
        "area": transaction.area,
        "at": stamp_text(transaction.at),
        "to_area": transaction.to_area,
        "reason": transaction.reason,
        "fields": dict(transaction.fields),
    }


def transaction_from_json(value: Mapping[str, Any]) -> StockTransaction:
    """Takes what the schema allows; raises KeyError, TypeError or ValueError for anything else."""
    return StockTransaction(
        key=value["key"],
        kind=value["kind"],
        item=value["item"],
        quantity=value["quantity"],
        area=value["area"],
        at=stamp_of(value["at"]),
        to_area=value.get("to_area"),
        reason=value.get("reason"),
        fields=value.get("fields", {}),
    )


def message_to_json(message: Message) -> dict[str, Any]:
    """A plain JSON value, from which `message_from_json` makes an equal message."""
    booking = message.transaction
    return {
        "key": message.key,
        "kind": message.kind.value,
        "order": message.order,
        "transaction": None if booking is None else transaction_to_json(booking),
        "at": None if message.at is None else stamp_text(message.at),
        "why": message.why,
        "raw": dict(message.raw),
        "digest": message.digest,
        "number": message.number,
    }


def message_from_json(value: Mapping[str, Any]) -> Message:
    """Takes what `message_to_json` gives, `raw` left out or not.

    Raises KeyError, TypeError or ValueError for anything else.
    """
    booking, at = value.get("transaction"), value.get("at")
    return Message(
        key=value["key"],
        kind=MessageKind(value["kind"]),
        order=value.get("order"),
        transaction=None if booking is None else transaction_from_json(booking),
        at=None if at is None else stamp_of(at),
        why=value.get("why", ""),
        raw=value.get("raw", {}),
        digest=value.get("digest", ""),
        number=value.get("number"),
    )
