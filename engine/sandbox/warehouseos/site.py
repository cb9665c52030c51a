"""One site: what it holds, how it speaks, and how it tells what happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.sandbox.floor import Floor
from engine.sandbox.warehouseos.dialect import Dialect
from engine.sandbox.warehouseos.settings import WarehouseOSSettings
from engine.sandbox.warehouseos.stamps import stamp
from engine.sandbox.warehouseos.store import Store

Post = Callable[[str, bytes], None]
"""Posts a body to a URL: the twin has no sockets. It is called while the twin is busy, so it must
not call the twin; an OSError means that nobody was there."""

UNKNOWN_TYPE = "SomethingNew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything that a call or a floor control works on."""

    store: Store
    dialect: Dialect
    floor: Floor[WarehouseOSSettings]
    post: Post | None = None

    @property
    def settings(self) -> WarehouseOSSettings:
        """The settings as they are now."""
        return self.floor.settings

    def tells(self, kind: str) -> bool:
        """Whether this kind of event is told at all: the site has it and its trigger is on."""
        return self.store.switches[kind].on and kind in self.dialect.triggers.get("types", {})

    def tell(self, kind: str, payload: dict[str, Any], now: datetime) -> None:
        """Sends an event, already in the site's words, the way its trigger says.

        Documented: what goes to a URL is not queued. Inferred: so a missed call is lost.
        """
        if not self.tells(kind):
            return
        switch, type_ = self.store.switches[kind], str(self.dialect.triggers["types"][kind])
        if switch.to == "url":
            self._call(str(switch.url), type_, payload, now)
            return
        self.store.outbox.append(type_, stamp(now), payload)
        if self.settings.unknown_types:
            self.store.outbox.append(UNKNOWN_TYPE, stamp(now), {"about": type_})

    def envelope(self, words: dict[str, Any]) -> dict[str, Any]:
        """A message on the wire; a site without a `payload` member lays the event beside it."""
        message = self.dialect.speak("message", words)
        if not self.dialect.has("message", "payload"):
            message |= words["payload"]
        return message

    def message_id(self, number: int) -> int | str:
        """How this site writes an id."""
        return f"MSG-{number}" if self.dialect.queue.get("ids") == "text" else number

    def _call(self, url: str, type_: str, payload: dict[str, Any], now: datetime) -> None:
        words = {"type": type_, "created": stamp(now), "attempt": 1, "payload": payload}
        if self.dialect.triggers.get("postedWithId"):
            words["id"] = self.message_id(self.store.outbox.number())
        if self.post is None:
            return  # Nobody carries it: as lost as a call that nobody takes.
        with suppress(OSError):
            self.post(url, json.dumps(self.envelope(words), ensure_ascii=False).encode())
