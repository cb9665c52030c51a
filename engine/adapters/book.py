"""A budget's book: who has a seat, and when the calls of the last minute ended.

It is a row of floating-point numbers and nothing else, so that it can lie in a file that several
processes have in their memory. Whoever reads or writes has locked it. It is written so that a
process may be killed between any two cells: what is left then counts too much, never too little.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.adapters.room import (
    MINUTE,
    SEATS,
    Room,
    before,
    still_wanted,
    wait_of,
)
from engine.ports.budget import Ask, Rank, Turn

LONGEST_PAUSE = 300.0
"""Seconds. A limit counts by the minute; a wrong figure would stop everybody for good."""
_GRACE = 2.0
"""Seconds; so long the call of a process that was killed may still be in the system's hands."""

_RING = 10_000
_PAUSED, _COUNT, _WANTED = 0, 1, 2
_UNTIL = _WANTED + len(Rank)
_SINCE, _HOLDER = _UNTIL + SEATS, _UNTIL + 2 * SEATS
_ENDS = _UNTIL + 3 * SEATS
SIZE = 8 * (_ENDS + _RING)
"""Bytes. All zero is the book of an account that nobody has asked yet."""


class Book:
    """`cells` holds SIZE bytes as doubles; `owner` is this process's number, and `ended` says of
    another's whether it runs no more.

    A seat is taken where its `until` is not 0. The times at which calls ended lie in a ring, in
    their order, `count` of them since ever. Times are those of one steady clock, which starts anew
    with the machine: a time that has not come yet is from before that, and counts as now.
    """

    def __init__(self, cells: memoryview[float], owner: int, ended: Callable[[int], bool]) -> None:
        self._cells = cells
        self._owner = float(owner)
        self._ended = ended

    def ask(self, ask: Ask, now: float) -> Turn | float:
        """A seat, or after how many seconds to ask again."""
        wait = wait_of(self._room(ask, now), ask.limits, now)
        if wait and self._swept(now):
            wait = wait_of(self._room(ask, now), ask.limits, now)
        self._cells[_WANTED + ask.rank] = still_wanted(now, wait) if wait else 0.0
        return wait or self._seated(ask, now)

    def done(self, turn: Turn, now: float) -> None:
        """Notes the end of a call, and frees its seat, unless that is another's by now."""
        self._end(now)
        mine = self._cells[_HOLDER + turn.seat] == self._owner
        if mine and self._cells[_SINCE + turn.seat] == turn.since:
            self._cells[_UNTIL + turn.seat] = 0.0

    def pause(self, seconds: float, now: float) -> None:
        """Nobody is seated for so long."""
        self._cells[_PAUSED] = max(self._paused(now), now + min(seconds, LONGEST_PAUSE))

    def _room(self, ask: Ask, now: float) -> Room:
        in_flight = SEATS - self._untils().count(0.0)
        return Room(
            in_flight=in_flight,
            free_at=self._free_at(ask.limits.per_minute, in_flight, now),
            paused=self._paused(now),
            wanted=before(list(self._cells[_WANTED:_UNTIL]), ask, now),
        )

    def _untils(self) -> list[float]:
        return list(self._cells[_UNTIL:_SINCE])

    def _paused(self, now: float) -> float:
        until: float = self._cells[_PAUSED]
        return until if until <= now + LONGEST_PAUSE else 0.0

    def _free_at(self, per_minute: int | None, in_flight: int, now: float) -> float | None:
        """When so many calls of the last minute are over that one more may start."""
        if per_minute is None:
            return now
        left, count = min(per_minute, _RING) - in_flight, int(self._cells[_COUNT])
        if left <= 0:
            return None
        if count < left:
            return now
        place = _ENDS + (count - left) % _RING
        if self._cells[place] > now:
            self._bring_back(now)
        return float(self._cells[place]) + MINUTE

    def _bring_back(self, now: float) -> None:
        """The clock has started anew: what ended before that counts as if it had ended now."""
        for place in range(_ENDS, _ENDS + _RING):
            self._cells[place] = min(self._cells[place], now)

    def _seated(self, ask: Ask, now: float) -> Turn:
        seat = self._untils().index(0.0)
        self._cells[_HOLDER + seat] = self._owner
        self._cells[_SINCE + seat] = now
        self._cells[_UNTIL + seat] = now + ask.lasting
        return Turn(seat=seat, since=now)

    def _swept(self, now: float) -> bool:
        """Frees the seats that nobody gives back any more; whether there were any."""
        taken = [seat for seat, until in enumerate(self._untils()) if until]
        lost = [seat for seat in taken if self._is_lost(seat, now)]
        for seat in lost:
            self._end(now)
            self._cells[_UNTIL + seat] = 0.0
        return bool(lost)

    def _is_lost(self, seat: int, now: float) -> bool:
        """Whether its time has run out, is one from before the start, or its process has ended."""
        since, holder = self._cells[_SINCE + seat], self._cells[_HOLDER + seat]
        if since > now or self._cells[_UNTIL + seat] < now:
            return True
        return holder != self._owner and since + _GRACE < now and self._ended(int(holder))

    def _end(self, now: float) -> None:
        count = self._cells[_COUNT]
        self._cells[_ENDS + int(count) % _RING] = now
        self._cells[_COUNT] = count + 1
