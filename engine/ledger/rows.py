"""Rows of tables <-> nouns of the model. Pure: nothing here asks the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.effect import Binding, Effect, EffectState, Intent
from engine.model.stock import Message
from engine.model.stock_json import message_from_json, message_to_json
from engine.ports.ledger import Hold, InboxItem, KnownProduct, PassNote, Pause, StoredMessage

# SQLAlchemy 2.0 and 2.1 type their rows differently; columns are attributes in both.
Row = Any


def intent_columns(intent: Intent) -> dict[str, Any]:
    """The columns of the effect table that come from the intent alone."""
    return {
        "customer": intent.customer,
        "key": intent.key,
        "kind": intent.kind,
        "target": intent.target,
        "subject": intent.subject,
        "marker": intent.marker,
        "business_key": intent.business_key,
        "request": dict(intent.request),
        "body_hash": intent.body_hash,
        "binding": None if intent.binding is None else dict(intent.binding),
        "flow": intent.flow,
        "order_key": intent.order,
        "memo": None if intent.memo is None else dict(intent.memo),
    }


def to_intent(row: Row) -> Intent:
    """An erased request comes back as an empty one."""
    return Intent(
        key=row.key,
        kind=row.kind,
        customer=row.customer,
        target=row.target,
        subject=row.subject,
        marker=row.marker,
        business_key=row.business_key,
        request=row.request or {},
        body_hash=row.body_hash,
        binding=row.binding,
        flow=row.flow,
        order=row.order_key,
        memo=row.memo,
    )


def to_effect(row: Row) -> Effect:
    """A whole row of the effect table."""
    return Effect(
        intent=to_intent(row),
        state=EffectState(row.state),
        version=row.version,
        attempts=row.attempts,
        intent_at=row.intent_at,
        window_until=row.window_until,
        settle_at=row.settle_at,
        absent_at=row.absent_at,
        reason=row.reason,
        fence=row.fence,
    )


def binding_columns(binding: Binding) -> dict[str, Any]:
    """The columns of the binding table, without customer and time."""
    return {
        "part": binding.part,
        "order_key": binding.order,
        "link": binding.link,
        "number": binding.number,
        "revision": binding.revision,
        "fingerprint": binding.fingerprint,
        "composition": [dict(line) for line in binding.composition],
    }


def to_binding(row: Row) -> Binding:
    """A row of the binding table."""
    return Binding(
        part=row.part,
        order=row.order_key,
        link=row.link,
        number=row.number,
        revision=row.revision,
        fingerprint=row.fingerprint,
        composition=row.composition,
    )


def promised_binding(intent: Intent) -> Binding | None:
    """What the intent says shall be bound once it is done; its members are Binding's fields."""
    members: Mapping[str, Any] | None = intent.binding
    return None if members is None else Binding(**members)


def to_hold(row: Row) -> Hold:
    """A row of the hold table."""
    return Hold(
        part=row.part,
        order=row.order_key,
        rule=row.rule,
        reason=row.reason,
        since=row.since,
        seen=row.seen,
        flow=row.flow,
    )


def to_inbox_item(row: Row) -> InboxItem:
    """A row of the inbox table."""
    return InboxItem(
        business_key=row.business_key,
        kind=row.kind,
        rule=row.rule,
        text=row.text,
        effect=row.effect,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        seen=row.seen,
        resolved=row.resolved,
        resolution=row.resolution,
        flow=row.flow,
    )


def to_pass_note(row: Row) -> PassNote:
    """A row of the pass_note table."""
    return PassNote(flow=row.flow, at=row.at, outcome=row.outcome, counts=row.counts)


def message_columns(message: Message) -> dict[str, Any]:
    """The columns of the message table that come from the message; its raw record has its own."""
    content = message_to_json(message)
    raw = content.pop("raw")
    return {
        "key": message.key,
        "kind": message.kind.value,
        "content": content,
        "raw": raw,
        "order_key": message.order,
    }


def to_stored_message(row: Row) -> StoredMessage:
    """An erased raw record comes back as an empty one."""
    message = message_from_json(row.content | {"raw": row.raw or {}})
    return StoredMessage(seq=row.seq, message=message, received=row.received_at)


def to_known_product(row: Row) -> KnownProduct:
    """A row of the product table."""
    return KnownProduct(profile=row.profile, sku=row.sku, product=row.product, item=row.item)


def to_pause(row: Row) -> Pause:
    """A row of the pause table."""
    return Pause(flow=row.flow, since=row.since, reason=row.reason, actor=row.actor)
