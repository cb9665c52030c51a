"""The host queue: messages that wait until the host has acknowledged them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

FIRST_ID = 900101


@dataclass(slots=True, kw_only=True)
class Message:
    """`type` and `payload` are as on the wire; `attempt` counts how often it was handed out."""

    id: int
    type: str
    created: str
    payload: dict[str, Any]
    attempt: int = 0


class Outbox:
    """Oldest first, at least once: what is not acknowledged comes again."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._messages = {one["id"]: Message(**one) for one in state.get("queue", [])}
        self._next = state.get("nextMessage", FIRST_ID)

    def to_json(self) -> dict[str, Any]:
        """The members `queue` and `nextMessage` of a state."""
        waiting = [asdict(message) for message in self._messages.values()]
        return {"queue": waiting, "nextMessage": self._next}

    def __len__(self) -> int:
        return len(self._messages)

    def number(self) -> int:
        """The next id; ids rise and none is given twice."""
        self._next += 1
        return int(self._next - 1)

    def append(self, type_: str, created: str, payload: dict[str, Any]) -> None:
        """Puts a message at the end."""
        message = Message(id=self.number(), type=type_, created=created, payload=payload)
        self._messages[message.id] = message

    def next(self, most: int, type_: str | None, *, newest_first: bool = False) -> list[Message]:
        """Hands out at most so many messages, of one type where one is named; none is removed."""
        waiting = list(self._messages.values())
        chosen = reversed(waiting) if newest_first else iter(waiting)
        wanted = (message for message in chosen if type_ is None or message.type == type_)
        given = list(islice(wanted, most))
        for message in given:
            message.attempt += 1
        return given

    def remove(self, number: int) -> bool:
        """Takes a message off the queue; says whether it was there."""
        return self._messages.pop(number, None) is not None
