"""What a site says, back in our words: orders, messages, lists and bulk answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.sandbox.warehouseos.dialect import Dialect
from tests.unit.sandbox.warehouseos.site import Reply, Site

EVENTS = {"box": "boxClosed"}


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was read; `event` has our words, its lines and boxes too."""

    id: Any
    kind: str
    attempt: int
    event: dict[str, Any]


def dialect(site: Site) -> Dialect:
    """How this site speaks."""
    return Dialect(site.profile)


def order_of(site: Site, number: str) -> dict[str, Any]:
    """The status answer of an order."""
    wire = site.call("orders.get", number=number).body
    spoken, words = dialect(site), {}
    for section in ("orderStatus", "order"):
        words |= spoken.understand(section, wire)
    lines = words["lines"]
    words["lines"] = [
        spoken.understand("line", line) | spoken.understand("lineStatus", line) for line in lines
    ]
    words["boxes"] = [_box(spoken, box) for box in words["boxes"]]
    return words


def quantities(site: Site, number: str) -> list[tuple[int, int, int, int]]:
    """(requested, picked, short, packed) of each line."""
    lines = order_of(site, number)["lines"]
    return [(one["requested"], one["picked"], one["short"], one["packed"]) for one in lines]


def read(site: Site, **arguments: str) -> list[Told]:
    """The messages that one read of the queue hands out."""
    wire = site.call("queue.read", **arguments).body
    return [told(site, row) for row in wire[site.names("queue")["rows"]]]


def told(site: Site, wire: Mapping[str, Any]) -> Told:
    """One message in our words."""
    spoken = dialect(site)
    message = spoken.understand("message", wire)
    types = {word: kind for kind, word in site.profile["triggers"]["types"].items()}
    kind = types.get(message["type"], "unknown")
    event = spoken.understand(EVENTS.get(kind, kind), message.get("payload", wire))
    if "lines" in event:
        event["lines"] = [spoken.understand("eventLine", line) for line in event["lines"]]
    if "boxes" in event:
        event["boxes"] = [_box(spoken, box) for box in event["boxes"]]
    return Told(message.get("id"), kind, message["attempt"], event)


def acknowledge(site: Site, *ids: Any) -> dict[str, Any]:
    """Acknowledges by id, where this site wants the ids."""
    names = site.names("acknowledgement")
    if "query" in site.profile["endpoints"]["queue.ack"]:
        reply = site.call("queue.ack", ids=",".join(map(str, ids)))
    else:
        reply = site.call("queue.ack", json.dumps({names["ids"]: list(ids)}).encode())
    return dialect(site).understand("acknowledgement", reply.body)


def write_items(site: Site, endpoint: str, *records: Any) -> Reply:
    """Sends records, given in our words, to a bulk call."""
    spoken = dialect(site)
    wire = [_record(spoken, one) if isinstance(one, dict) else one for one in records]
    wrap = site.profile["itemUpsert"].get("wrap")
    return site.call(endpoint, json.dumps({wrap: wire} if wrap else wire).encode())


def results(site: Site, reply: Reply) -> list[dict[str, Any]]:
    """What a bulk answer says of each record."""
    rows = dialect(site).understand("bulk", reply.body)["results"]
    return [dialect(site).understand("result", row) for row in rows]


def item_of(site: Site, number: str) -> dict[str, Any]:
    """An item as the site shows it."""
    words = dialect(site).understand("item", site.call("items.get", number=number).body)
    words["aliases"] = [dialect(site).understand("alias", one) for one in words["aliases"]]
    return words


def rows(site: Site, endpoint: str, section: str, **arguments: str) -> list[dict[str, Any]]:
    """The rows of one page of a list."""
    wire = site.call(endpoint, **arguments).body
    listed = wire[site.names(f"{section}List")["rows"]]
    return [dialect(site).understand(section, row) for row in listed]


def levels(site: Site, item: str) -> tuple[int, int, int]:
    """On hand, committed and available of an item."""
    (row,) = rows(site, "inventory.summary", "summary", item=item)
    return row["onHand"], row["committed"], row["available"]


def _record(spoken: Dialect, record: Mapping[str, Any]) -> dict[str, Any]:
    words = dict(record)
    if isinstance(words.get("aliases"), list):
        words["aliases"] = [spoken.speak("alias", one) for one in words["aliases"]]
    return spoken.speak("item", words)


def _box(spoken: Dialect, box: Mapping[str, Any]) -> dict[str, Any]:
    words = spoken.understand("box", box)
    words["contents"] = [spoken.understand("content", one) for one in words["contents"]]
    return words
