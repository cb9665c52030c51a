"""The port to a place for more rows than memory should hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

SpilledRow = list[Any]
"""A row of plain JSON values; the first is its key, a text."""


class Spill(ABC):
    """Sorts streams of rows, holding only a part of each in memory."""

    @abstractmethod
    def ordered(self, rows: Iterable[SpilledRow]) -> Iterator[SpilledRow]:
        """The same rows by key; those of one key stay in their order. Takes in all of `rows` when
        the first one is asked for.
        """
