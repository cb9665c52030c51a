"""How much room an account has left. Pure: figures in, seconds out.

A call counts from its start until a minute after its end. When a system counts it is not known,
but for this: not before it was sent, and not after it was answered. So however long each takes on
its way, no minute of the system's sees more than are allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.ports.budget import Rank
from engine.ports.systems import Limits

MINUTE = 60.1
"""Seconds; the tenth more is for two clocks that do not go alike, sixteen times what they may."""
NAP = 0.005
"""Seconds between two looks at what ends nobody knows when: a call of another process."""
SEATS = 64
"""Calls that may be in flight where a system's limits do not say how many."""
LONGEST_NAP = 1.0
"""Seconds; who waits for longer looks again meanwhile, and says that it is still waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What an account's calls take up at one moment, as far as one who asks is concerned.

    `free_at` is when, but for calls in flight, the minute has room for one more; None where one of
    those must end first. Nobody may start until `paused`, and until `wanted` somebody more urgent
    is waiting. All in seconds of one steady clock.
    """

    in_flight: int
    free_at: float | None
    paused: float
    wanted: float


def wait_of(room: Room, limits: Limits, now: float) -> float:
    """For how long whoever asks must wait, in seconds; 0 where it may start."""
    if room.free_at is None:
        return NAP
    timed = max(room.free_at, room.paused) - now
    if timed > 0:
        return min(timed, LONGEST_NAP)
    full = room.in_flight >= min(limits.in_flight or SEATS, SEATS)
    return NAP if full or room.wanted > now else 0.0


def more_urgent(wanted: Sequence[float], rank: Rank, now: float) -> float:
    """Until when somebody more urgent than this rank is waiting; `wanted` is that of each rank.

    Nobody says so for longer than until the next look: a later time is of another clock, and who
    was killed while it waited is forgotten by then.
    """
    return max((until for until in wanted[:rank] if until <= still_wanted(now)), default=0.0)


def still_wanted(now: float, wait: float = LONGEST_NAP) -> float:
    """Until when a wait is kept in mind: somewhat longer than it lasts, as sleep is not exact."""
    return now + wait + 10 * NAP
