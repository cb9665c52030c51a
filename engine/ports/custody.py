"""The port to what a person sets right by hand in the memory, and takes out of it for good."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

from engine.errors import CrossdockError

ORDER_FLOWS = ("orders", "order-changes", "shipments")
"""The flows whose records are the channel's orders: only their effects hold what is a buyer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many request bodies of effects, and how many raw records of messages, were erased."""

    bodies: int
    raws: int


_ENDS = {
    "PLANNED": "It was not sent; the next pass sends it or takes it back: crossdock run {of}",
    "SENDING": "It has no answer yet; a later pass settles it: crossdock run {of}",
    "DOUBT": "Say what became of it: crossdock inbox {of}",
}


def still_needed(key: str, state: str, customer: str) -> CrossdockError:
    """What is raised where an effect that has not ended keeps its order from being erased."""
    return CrossdockError(
        f"{key} is {state}: what it says is still needed, and nothing was erased",
        _ENDS[state].format(of=customer),
    )


class Custody(ABC):
    """A part of the writer's port; every change of it is in the audit, with its reason."""

    @abstractmethod
    def erase(self, order: str, now: datetime, reason: str) -> Erased:
        """Takes out what the requests, answers and raw messages of one order of the channel said.

        Keys, states, times, keyed hashes, bindings and the audit stay: they prove what was done.
        When this returns, no old copy is left in the file or its log either. Raises CrossdockError
        while an effect of the order has not ended, and where another process keeps old pages open.
        """

    @abstractmethod
    def move_cursor(
        self, feed: str, version: int, watermark: datetime, now: datetime, reason: str
    ) -> None:
        """Moves a cursor to any time; raises FenceError unless it stands in this version."""

    @abstractmethod
    def forget_bodies(self, before: datetime) -> int:
        """Erases request bodies of effects that ended before then, and the raw records of messages
        that came before then; returns how many. Memos and keys stay.
        """
