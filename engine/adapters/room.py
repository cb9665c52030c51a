"""How much room an account has left. Pure: figures in, seconds out.

A call counts from its start until a minute after its end. When a system counts it is not known,
but for this: not before it was sent, and not after it was answered. So however long each takes on
its way, no minute of the system's sees more than are allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.ports.budget import Ask
from engine.ports.systems import Limits

MINUTE = 60.05
"""Seconds; what is above sixty is for two clocks that do not go alike while one is set right."""
NAP = 0.003
"""Seconds between two looks at what ends nobody knows when: a call of another process."""
SEATS = 64
"""Calls that may be in flight where a system's limits do not say how many."""
_LATE = 0.05
"""Seconds by which a sleep may last longer than it should."""
LONGEST_NAP = 1.0
"""Seconds; who waits for longer looks again meanwhile, and says that it is still waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What an account's calls take up at one moment, as far as one who asks is concerned.

    `free_at` is when, but for calls in flight, the minute has room for one more; None where one of
    those must end first. Nobody may start until `paused`, and until `wanted` somebody is waiting
    who goes first. All in seconds of one steady clock.
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


def before(wanted: Sequence[float], ask: Ask, now: float) -> float:
    """Until when somebody is waiting who goes before this one; `wanted` is that of each rank.

    The more urgent do. So do those of the same rank where this one has not waited yet: a process
    that asks again and again would otherwise never let another one have its turn.

    Nobody says so for longer than until the next look: a later time is of another clock, and who
    was killed while it waited is forgotten by then.
    """
    first = ask.rank if ask.waited else ask.rank + 1
    return max((until for until in wanted[:first] if until <= still_wanted(now)), default=0.0)


def still_wanted(now: float, wait: float = LONGEST_NAP) -> float:
    """Until when a wait is kept in mind: somewhat longer than it should last."""
    return now + wait + _LATE
