"""The port to an account's budget: how hard a system may be asked, by everybody together.

A system counts what comes from an account, and not from which process: so all flows, commands and
processes that ask one account take their turns from one budget. docs/budget.md says what an
implementation must offer; `engine/adapters/budgets.py` has the two that are there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import IntEnum

from engine.ports.systems import Limits


class Rank(IntEnum):
    """Who goes first where there is not room for all; the smaller number does."""

    BUYERS = 0
    """A buyer waits for it: orders, what becomes of them, and shipments."""
    STOCK = 1
    ITEMS = 2
    LOOKS = 3
    """A person looks at something, or compares it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who wants to call: within which limits, how urgently, and for how many seconds at most.

    `waited` says that it was told to wait before, and goes before those of its rank who were not.
    """

    limits: Limits
    rank: Rank
    lasting: float
    waited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A call that was let through: its seat, and when it took it (seconds of the budget's clock).

    Both together are its name: the seat is another's once it was given back, or has run out.
    """

    seat: int
    since: float


class Budget(ABC):
    """What one account allows. Nothing here waits: whoever is told to does, on the Clock port."""

    @abstractmethod
    def ask(self, ask: Ask) -> Turn | float:
        """A turn, to be given back when the call has ended; or after how many seconds (more than
        0) to ask again.

        Both in one step, for all that share the account: no two take the last seat.
        """

    @abstractmethod
    def done(self, turn: Turn) -> None:
        """The call has ended, however it did. From now on it counts for a minute."""

    @abstractmethod
    def pause(self, seconds: float) -> None:
        """Nobody gets a turn for so long: the system said that it was too much."""

    def close(self) -> None:
        """Lets go of what it holds open; called by who made it. Without any it does nothing."""
        return
