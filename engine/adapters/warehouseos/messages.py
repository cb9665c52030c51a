"""The messages of a WarehouseOS site as canonical ones, by a site profile. No I/O.

Nothing here raises: a message that cannot be read says why, and somebody looks at it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.adapters.foreign import LOST
from engine.adapters.scrub import shown
from engine.adapters.warehouseos.profile import Profile, flat
from engine.adapters.warehouseos.wire import moment, parsed, text, view, whole
from engine.errors import BadRecordError, CrossdockError
from engine.model.stock import Message, MessageKind, StockTransaction, Transaction

ENVELOPE = "message"
_FIGURES = re.compile(r"[0-9]{1,18}$")
_TOLD = ("type", "created", "payload")
_STOCK = frozenset(("adjustment", "move", "putaway"))
# Our word for a kind of event -> the kind of message, and the section of the profile.
_ORDERS: Mapping[str, tuple[MessageKind, str]] = {
    "pick": (MessageKind.PICK, "pick"),
    "pack": (MessageKind.PACK, "pack"),
    "box": (MessageKind.BOX, "boxClosed"),
    "orderCreated": (MessageKind.ORDER, "orderCreated"),
}
_BOOKED: Mapping[str, Transaction] = {
    "put": "put",
    "pull": "pull",
    "count": "count",
    "putaway": "putaway",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What a message tells: our word for its type, and the event under the site's names."""

    type: str
    section: Mapping[str, str]
    payload: Mapping[str, Any]


def posted(profile: Profile, connection: str, body: bytes) -> Message:
    """A message as the site posts it; a body that is no JSON object is kept as text in `raw`."""
    value = parsed(body)
    if isinstance(value, Mapping) and _writable(value):
        return message_of(profile, connection, value)
    raw = {"body": body.decode(errors="replace")}
    return _bare(connection, raw, "it is no JSON object")


def message_of(profile: Profile, connection: str, value: Any) -> Message:
    """One message of the queue. Its key is the site's id, or a hash of what it says."""
    if not _writable(value):
        return _unwritable(profile, connection, value)
    if not isinstance(value, Mapping):
        return _bare(connection, {"value": value}, "it is no JSON object")
    envelope = view(profile.section(ENVELOPE), value)
    found = text(envelope.get("id"))
    message = replace(
        _bare(connection, value, "", found or hash_of(profile, value)),
        digest=digest_of(profile, envelope, value),
        number=_number(found) if profile.told.consecutive else None,
    )
    kind = profile.told.types.get(flat(str(envelope.get("type") or "")))
    if kind is None:
        named = shown(str(envelope.get("type") or "none"))
        return replace(message, why=f"its type, {named}, is not in the profile's triggers.types")
    payload = envelope.get("payload", value)
    try:
        message = replace(message, at=moment(envelope.get("created"), profile.zone, "its time"))
        return _read(profile, message, _event(profile, kind, payload))
    except CrossdockError as error:
        known = MessageKind.STOCK if kind in _STOCK else _ORDERS[kind][0]
        return replace(message, kind=known, why=error.summary)


def id_in(profile: Profile, message: Message) -> Any | None:
    """The id as the site wrote it, for an acknowledgement; None where it wrote none."""
    return view(profile.section(ENVELOPE), message.raw).get("id")


def hash_of(profile: Profile, value: Mapping[str, Any]) -> str:
    """What tells a message without an id from others: all it says, but how often it was sent."""
    attempt = profile.section(ENVELOPE).get("attempt", "").casefold()
    kept = {name: member for name, member in value.items() if name.casefold() != attempt}
    return "sha256:" + hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def digest_of(profile: Profile, envelope: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """A hash of what happened. Where it stands apart from the envelope, only type and time are
    taken of that: the rest may change when it is sent again.
    """
    told = {name: envelope[name] for name in _TOLD if name in envelope}
    found = hash_of(profile, told if "payload" in told else value)
    return found.removeprefix("sha256:")


def _number(found: str | None) -> int | None:
    """The figures at the end of an id: 900101 of MSG-900101."""
    figures = _FIGURES.search(found or "")
    return int(figures.group()) if figures else None


def _writable(value: Any) -> bool:
    """Whether it can be written down again: not if it is nested too deep, or holds half of a
    character. Anybody may post such a thing.
    """
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _unwritable(profile: Profile, connection: str, value: Any) -> Message:
    """One that no memory could hold: of it the id is kept, so that it can be taken away."""
    name = profile.section(ENVELOPE).get("id", "")
    found = view({"id": name}, value if isinstance(value, Mapping) else {})
    kept = {name: found["id"]} if found and _writable(found["id"]) else {}
    return _bare(connection, kept, "it is nested too deep, or holds half of a character")


def _bare(connection: str, raw: Mapping[str, Any], why: str, name: str = "") -> Message:
    """A message of which nothing is known."""
    known = name or "sha256:" + hashlib.sha256(json.dumps(raw).encode()).hexdigest()
    return Message(key=f"{connection}:{known}", kind=MessageKind.UNKNOWN, why=why, raw=raw)


def _event(profile: Profile, kind: str, payload: Any) -> _Event:
    if not isinstance(payload, Mapping):
        raise BadRecordError("what it tells is no JSON object")
    section = kind if kind in _STOCK else _ORDERS[kind][1]
    return _Event(type=kind, section=profile.section(section), payload=payload)


def _read(profile: Profile, message: Message, event: _Event) -> Message:
    words = view(event.section, event.payload)
    at = moment(words.get("at"), profile.zone, "its time") or message.at
    if event.type in _STOCK:
        booked = _transaction(profile, replace(message, at=at), event)
        return replace(message, kind=MessageKind.STOCK, transaction=booked, at=at)
    order = text(words.get("number"))
    why = "" if order else "it names no order"
    return replace(message, kind=_ORDERS[event.type][0], order=order, at=at, why=why)


def _transaction(profile: Profile, message: Message, event: _Event) -> StockTransaction:
    """A booking; raises BadRecordError where the message and the profile do not agree."""
    words = view(event.section, event.payload)
    item = text(words.get("item"))
    if item is None or message.at is None:
        raise BadRecordError("it tells no item or no time")
    kind = _kind(profile, event.type, words)
    moved = kind == "move"
    area = text(words.get("fromArea" if moved else "area"))
    to_area = text(words.get("toArea")) if moved else None
    if any(LOST in name for name in (item, area, to_area) if name):
        raise BadRecordError("a sign of its item or area cannot be read")
    return StockTransaction(
        key=message.key,
        kind=kind,
        item=item,
        quantity=_quantity(profile, kind, words),
        area=area,
        to_area=to_area,
        at=message.at,
        reason=text(words.get("reason")),
        fields=_fields(profile, event.payload),
    )


def _kind(profile: Profile, event: str, words: Mapping[str, Any]) -> Transaction:
    """Moves and putaways are told by their type; an adjustment says which one it was."""
    if event == "move":
        return "move"
    if event == "putaway":
        return "putaway"
    said = str(words.get("transaction") or "none")
    kind = _BOOKED.get(profile.told.transactions.get(flat(said), ""))
    if kind is None:
        raise BadRecordError(
            f"its transaction, {shown(said)}, is none of the profile's triggers.transactions"
        )
    return kind


def _quantity(profile: Profile, kind: Transaction, words: Mapping[str, Any]) -> int:
    """What the shelf has more. Raises BadRecordError where the sign is not the one that the
    profile promises, or does not fit what lay there before and after: a wrong sign would count
    twice into the wrong direction.
    """
    said = whole(words.get("quantity"), "its quantity")
    quantity = -said if kind == "pull" and profile.told.one_way else said
    wrong = quantity > 0 if kind == "pull" else quantity < 0
    if wrong and kind != "count":
        raise BadRecordError(f"a {kind} of {said} is not what the profile's quantities say")
    before, after = words.get("before"), words.get("after")
    if before is not None and after is not None:
        change = whole(after, "what lies there") - whole(before, "what lay there")
        if change != quantity:
            raise BadRecordError(f"a {kind} of {said} is not the change from {before} to {after}")
    return quantity


def _fields(profile: Profile, payload: Mapping[str, Any]) -> dict[str, str]:
    """The item's custom fields that came with it, under our words; empty ones are left out."""
    found = view(profile.told.fields, payload)
    texts = ((word, text(value)) for word, value in found.items())
    return {word: value for word, value in texts if value is not None}
