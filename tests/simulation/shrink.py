"""From a tape that fails to a short one: what a person reads of a failure is a short story.

Deltas are taken away lane by lane: the end of a lane, then pieces of it become zero (nothing
happens), then each byte that is left becomes smaller. No piece is cut out of the middle, so that
what stays keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

Lanes = Mapping[str, bytes]
Fails = Callable[[Lanes], bool]


def shrink(lanes: Lanes, fails: Fails, *, most: int = 400) -> Lanes:
    """A tape that still fails, and none of its neighbours does; at most so many are tried."""
    found = {name: bytes(lane) for name, lane in lanes.items()}
    budget = iter(range(most))
    shorter = True
    while shorter:
        shorter = False
        for candidate in _candidates(found):
            if next(budget, None) is None:
                return found
            if fails(candidate):
                found, shorter = dict(candidate), True
                break
    return found


def _candidates(lanes: Lanes) -> Iterator[Lanes]:
    """Quieter neighbours of a tape, the boldest first."""
    for parts in (1, 2, 4, 8, 16, 32, 64):
        for name, lane in lanes.items():
            yield from ({**lanes, name: one} for one in _hushed(lane, parts) if one != lane)
    for name, lane in lanes.items():
        yield from ({**lanes, name: one} for one in _lowered(lane) if one != lane)


def _hushed(lane: bytes, parts: int) -> Iterator[bytes]:
    """The lane with one of so many equal pieces made zero."""
    size = -(-len(lane) // parts)
    for start in range(0, len(lane), size) if size else ():
        zeros = bytes(len(lane[start : start + size]))
        yield (lane[:start] + zeros + lane[start + size :]).rstrip(b"\0")


def _lowered(lane: bytes) -> Iterator[bytes]:
    """The lane with one of its bytes smaller."""
    for at, byte in enumerate(lane):
        for smaller in (0, byte // 2, byte - 1) if byte else ():
            yield (lane[:at] + bytes([smaller]) + lane[at + 1 :]).rstrip(b"\0")
