"""The host queue of a WarehouseOS site: looking, and taking away what is stored.

Documented: what a trigger sends to a URL is not queued. All else about the queue is assumed: at
least once, oldest first, one consumer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.adapters import settings
from engine.adapters.retry import Patience, PatientReader
from engine.adapters.warehouseos import messages, protocol
from engine.adapters.warehouseos.client import TIMING, Client, failure
from engine.adapters.warehouseos.wire import view
from engine.errors import ConfigurationError, ProtocolError
from engine.model.stock import Message
from engine.ports.flows import EventQueue, EventSource
from engine.ports.systems import ReadKit, WriteKit
from engine.ports.world import ReadTransport, Request, Response, WriteTransport

READ, ACKNOWLEDGE = "queue.read", "queue.ack"
# So many ids in one call: they may stand in the address, which must not grow too long.
IDS = 50
# After so many refused ids in a row the call itself is wrong, not an id.
_PATIENCE = 5


class WarehouseOSEvents(EventSource):
    """One site's messages, looked at."""

    def __init__(self, kit: ReadKit) -> None:
        self._client = Client(kit)
        self._connection = kit.connection

    @property
    def may_look(self) -> bool:
        return not self._client.profile.told.read_removes

    def peek(self) -> tuple[Sequence[Message], int]:
        if not self.may_look:
            raise ConfigurationError(
                "this site's queue takes messages away when it is read: nobody may just look",
                "Run the flow, or see the profile's queue.readRemoves.",
            )
        found, more = _read(self._client, self._connection)
        return found, more or 0

    def parse(self, body: bytes) -> Message:
        return messages.posted(self._client.profile, self._connection, body)


class WarehouseOSQueue(EventQueue):
    """One site's messages, taken away once they are stored."""

    def __init__(self, kit: WriteKit) -> None:
        self._client = Client(kit)
        self._kit = kit
        self._window = settings.timing(kit.settings, TIMING).window
        self._behind: int | None = None

    def read(self) -> Sequence[Message]:
        found, self._behind = _read(self._client, self._connection)
        return found

    @property
    def ended(self) -> bool:
        return self._behind == 0

    @property
    def _connection(self) -> str:
        return self._kit.connection

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """A repeat is harmless, ids that are not there do no harm: so it is as patient as a read.

        An id that the site refuses does not keep the others in the queue. Raises ProtocolError
        where it refuses every one. Does nothing where reading has taken the messages away already.
        """
        if self._client.profile.told.read_removes:
            return
        for ids in self._ids(messages):
            refused = self._refused(ids)
            if refused is not None and (len(ids) == 1 or not self._one_by_one(ids)):
                raise refused

    def _refused(self, ids: Sequence[Any]) -> ProtocolError | None:
        """Takes these away in one call, or says what the site has against it."""
        request = self._request(ids)
        response = self._patient().get(request)
        self._client.admitted(response)
        if 200 <= response.status < 300:
            return None
        return failure(request, response, protocol.read_answer(self._client.profile, response))

    def _one_by_one(self, ids: Sequence[Any]) -> bool:
        """Whether the site takes any of them alone; it is not asked for ever."""
        taken = False
        for count, one in enumerate(ids):
            if not taken and count == _PATIENCE:
                return False
            taken = self._refused([one]) is None or taken
        return taken

    def _ids(self, given: Sequence[Message]) -> Iterator[list[Any]]:
        found = [messages.id_in(self._client.profile, message) for message in given]
        known = [one for one in dict.fromkeys(found) if one is not None]
        return (known[first : first + IDS] for first in range(0, len(known), IDS))

    def _request(self, ids: Sequence[Any]) -> Request:
        """The ids in the query where the call has a place for them, else in the body."""
        profile = self._client.profile
        call = profile.endpoint(ACKNOWLEDGE)
        if call.takes("ids"):
            joined = ",".join(str(one) for one in ids)
            return self._client.request(call.method, call.target(ids=joined))
        name = profile.section("acknowledgement").get("ids")
        if name is None:
            raise ConfigurationError(
                f"site profile {profile.name!r} does not say where acknowledged ids go",
                "Name ids in the query of queue.ack, or in members.acknowledgement.",
            )
        base = self._client.request(call.method, call.target())
        headers = {**base.headers, "Content-Type": "application/json; charset=utf-8"}
        return replace(base, headers=headers, body=json.dumps({name: list(ids)}).encode())

    def _patient(self) -> PatientReader:
        kit = self._kit
        sender = _Repeatable(kit.transport, kit.clock.now() + self._window * Patience().attempts)
        return PatientReader(sender, kit.clock, kit.random, Patience())


class _Repeatable(ReadTransport):
    """Lets a write that does the same when it is repeated be sent with the patience of a read."""

    def __init__(self, inner: WriteTransport, not_after: datetime) -> None:
        self._inner = inner
        self._not_after = not_after

    def get(self, request: Request) -> Response:
        return self._inner.write(request, self._not_after)

    def token(self, request: Request) -> Response:
        return self._inner.token(request)


def _read(client: Client, connection: str) -> tuple[list[Message], int | None]:
    """The oldest messages, and how many more the site says that there are; None where it tells no
    number.
    """
    profile = client.profile
    call = profile.endpoint(READ)
    most = {"max": str(profile.told.most)} if call.takes("max") else {}
    answer = view(profile.section("queue"), client.ask(READ, **most) or {})
    found, remaining = answer.get("rows"), answer.get("remaining")
    if not isinstance(found, list):
        raise ProtocolError(
            "the site's queue came without its messages",
            "See whether the site profile names the member that holds them.",
        )
    more = max(0, remaining) if isinstance(remaining, int) else None
    return [messages.message_of(profile, connection, one) for one in found], more
