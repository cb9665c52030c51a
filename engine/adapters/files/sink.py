"""A file of created orders, one JSON object a line, as something to look into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.adapters.files import protocol
from engine.adapters.files.place import place
from engine.model.desired import DesiredOrder, ExistingOrder, ItemState, PreparedRequest
from engine.ports.systems import OrderSink, ReadKit


class FileSink(OrderSink):
    """Looks into the file of the setting `write`; one that is not there yet holds nothing."""

    def __init__(self, kit: ReadKit) -> None:
        self._path = place(kit, "write")

    def existing(self, numbers: Sequence[str]) -> Mapping[str, ExistingOrder]:
        wanted = set(numbers)
        return {
            value["number"]: protocol.existing_of(value)
            for value in stored_lines(self._path)
            if value["number"] in wanted
        }

    def items(self, numbers: Sequence[str]) -> Mapping[str, ItemState]:
        """A file knows no items."""
        return dict.fromkeys(numbers, ItemState.UNCHECKED)

    def creation(self, desired: DesiredOrder) -> PreparedRequest:
        return protocol.creation(desired)

    def cost(self, orders: int) -> int:
        """Files cost no calls."""
        return 0


def stored_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """The whole lines of the written file, in order."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        for line in lines:
            value = protocol.stored(line)
            if value is not None:
                yield value
