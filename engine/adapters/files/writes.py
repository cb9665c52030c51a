"""Appending a created order to a file, safely over a crash."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from engine.adapters import settings
from engine.adapters.files import protocol
from engine.adapters.files.place import place
from engine.adapters.files.sink import stored_lines
from engine.errors import ProtocolError
from engine.model.desired import PreparedRequest
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.model.same_order import same_content
from engine.ports.systems import Limits, Operation, WriteKit

# A local append is done when it returns: nothing comes late.
TIMING = Timing(late=timedelta(seconds=1))
DEFAULTS = settings.defaults(Limits(), TIMING)


class Append(Operation):
    """Appends unless the number is there already, so a repeat is settled by its answer."""

    def __init__(self, kit: WriteKit) -> None:
        self._path = place(kit, "write")
        self._timing = settings.timing(kit.settings, TIMING)
        self._clock = kit.clock
        self._numbers: set[str] | None = None

    @property
    def timing(self) -> Timing:
        return self._timing

    @property
    def resend_at_once(self) -> bool:
        return True

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        number = protocol.asked_of(request).number
        if number in self._known():
            return Answer(kind=AnswerKind.EXISTS, detail=f"order {number} is in the file")
        if self._clock.now() >= not_after:
            return Answer(kind=AnswerKind.NOT_SENT, detail="the send window was missed")
        try:
            append(self._path, (request.body or "").encode())
        except OSError as error:
            self._numbers = None
            return Answer(kind=AnswerKind.UNKNOWN, detail=f"append failed: {error.strerror}")
        self._known().add(number)
        return Answer(kind=AnswerKind.DONE)

    def verify(self, effect: Effect) -> Evidence:
        """Looks the number up in the file and compares the lines."""
        try:
            asked = protocol.asked_of(PreparedRequest.from_json(effect.intent.request))
        except ProtocolError as error:
            return Evidence(proof=Proof.UNCLEAR, detail=error.summary)
        mine = (v for v in stored_lines(self._path) if v["number"] == asked.number)
        value = next(mine, None)
        if value is None:
            return Evidence(proof=Proof.ABSENT, detail=f"there is no order {asked.number}")
        difference = same_content(asked, protocol.existing_of(value))
        if difference is not None:
            return Evidence(proof=Proof.DIFFERENT, detail=difference)
        return Evidence(proof=Proof.PRESENT, detail=f"order {asked.number} is in the file")

    def _known(self) -> set[str]:
        """The numbers in the file, read once: the customer's lease keeps other writers away."""
        if self._numbers is None:
            self._numbers = {value["number"] for value in stored_lines(self._path)}
        return self._numbers


def append(path: Path, line: bytes) -> None:
    """Adds one whole line and waits for the disk; a line that a crash cut short is closed first.

    A file that is not there yet is made for its owner alone: it holds names and addresses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab+", opener=_private) as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
