"""An adapter from a package of its own: it writes each created order into a notebook, a text file.

It is as small as one can be that keeps what the ports promise, and imports nothing of crossdock but
ports, model and errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import ConfigurationError
from engine.model.desired import (
    DesiredOrder,
    ExistingLine,
    ExistingOrder,
    ItemState,
    PreparedRequest,
)
from engine.model.effect import Answer, AnswerKind, Effect, Evidence, Proof, Timing
from engine.ports.systems import Adapter, Operation, OrderSink, ReadKit, WriteKit


class Notebook(OrderSink):
    """Looks into the notebook."""

    def __init__(self, kit: ReadKit) -> None:
        self.path = notebook_of(kit)

    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        pages = {page["number"]: page for page in pages_of(self.path)}
        return {
            number: ExistingOrder(
                number=number,
                state="available",
                area=None,
                lines=tuple(ExistingLine(**line) for line in pages[number]["lines"]),
            )
            for number in numbers
            if number in pages
        }

    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        return dict.fromkeys(numbers, ItemState.UNCHECKED)

    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        lines = [
            {"item": one.item, "quantity": one.quantity, "host_id": one.host_id}
            for one in desired.lines
        ]
        body = json.dumps({"number": desired.number, "lines": lines})
        return PreparedRequest(method="NOTE", path=desired.number, body=body)

    def cost(self, orders: int) -> int:
        return 0


class Write(Operation):
    """Writes a page, unless the number has one."""

    def __init__(self, kit: WriteKit) -> None:
        self.path = notebook_of(kit)

    @property
    def timing(self) -> Timing:
        return Timing()

    @property
    def resend_at_once(self) -> bool:
        return True

    def send(self, request: PreparedRequest, not_after: datetime) -> Answer:
        if any(page["number"] == request.path for page in pages_of(self.path)):
            return Answer(kind=AnswerKind.EXISTS, detail="it is in the notebook")
        with self.path.open("a", encoding="utf-8") as notebook:
            notebook.write(f"{request.body}\n")
        return Answer(kind=AnswerKind.DONE)

    def verify(self, effect: Effect) -> Evidence:
        wanted = effect.intent.request["path"]
        found = any(page["number"] == wanted for page in pages_of(self.path))
        return Evidence(proof=Proof.PRESENT if found else Proof.ABSENT, detail="looked it up")


def notebook_of(kit: ReadKit) -> Path:
    """The file of the setting `paper`."""
    name = kit.settings.get("paper")
    if not isinstance(name, str):
        raise ConfigurationError(f"connection {kit.connection!r} has no `paper`", "Name a file.")
    return Path(kit.settings["workspace"]) / name


def pages_of(path: Path) -> list[dict[str, Any]]:
    """The orders that were written, in order."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


ADAPTER = Adapter(name="notebook", sink=Notebook, operations=lambda kit: {"create": Write(kit)})
