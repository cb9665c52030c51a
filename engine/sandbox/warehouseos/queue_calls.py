"""The calls about the host queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.sandbox.warehouseos.arguments import count_of
from engine.sandbox.warehouseos.dialect import Call
from engine.sandbox.warehouseos.intake import MalformedError, json_object
from engine.sandbox.warehouseos.outbox import Message
from engine.sandbox.warehouseos.site import Site

_EXTRA = {"zzUnheardOf": {"list": [1, None]}}


def read(site: Site, call: Call) -> Any:
    """The oldest messages; they stay until acknowledged, unless the profile says that reading
    removes them.
    """
    queue, settings = site.dialect.queue, site.settings
    most = min(count_of(call, "max", queue.get("max", 50)), queue.get("max", 50))
    type_ = call.arguments.get("type")
    given = site.store.outbox.next(most, type_, newest_first=settings.queue_reorder)
    if queue.get("readRemoves"):
        for message in given:
            site.store.outbox.remove(message.id)
        remaining = len(site.store.outbox)
    else:
        remaining = len(site.store.outbox) - len(given)
    rows = [_spoken(site, message) for message in given]
    rows = [row for row in rows for _ in range(1 + settings.queue_duplicates)]
    return site.dialect.speak("queue", {"rows": rows, "remaining": remaining})


def acknowledge(site: Site, call: Call) -> Any:
    """Takes messages off the queue; ids that are not on it are named and do no harm."""
    ids = _ids(site, call)
    found = [site.store.outbox.remove(_number(one)) for one in ids]
    lost = [one for one, was_there in zip(ids, found, strict=True) if not was_there]
    words = {"success": not lost, "acknowledged": sum(found), "notFound": lost}
    return site.dialect.speak("acknowledgement", words)


def _spoken(site: Site, message: Message) -> dict[str, Any]:
    extra = _EXTRA if site.settings.extra_members else {}
    words = {
        "id": site.message_id(message.id),
        "type": message.type,
        "created": message.created,
        "attempt": message.attempt,
        "payload": message.payload | extra,
    }
    return site.envelope(words) | extra


def _ids(site: Site, call: Call) -> list[Any]:
    if site.dialect.asks("queue.ack", "ids"):
        return [one for one in call.arguments.get("ids", "").split(",") if one]
    ids = site.dialect.understand("acknowledgement", json_object(call.body)).get("ids")
    if not isinstance(ids, list):
        raise MalformedError("The body has no list of ids.")
    return ids


def _number(given: Any) -> int:
    """The id that a text or a number means; 0, which no message has, for anything else."""
    text = str(given).rpartition("-")[2]
    return int(text) if text.isdecimal() else 0


QUEUE_CALLS: Mapping[str, Any] = {"queue.read": read, "queue.ack": acknowledge}
