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
    for name, lane in lanes.items():
        if lane:
            yield {**lanes, name: b""}
    for parts in (2, 4, 8, 16, 32, 64):
        for name, lane in lanes.items():
            size = -(-len(lane) // parts)
            for start in range(0, len(lane), size) if size else ():
                quiet = lane[:start] + bytes(len(lane[start : start + size])) + lane[start + size :]
                yield from _if_other(lanes, name, quiet.rstrip(b"\0"))
    for name, lane in lanes.items():
        for at, byte in enumerate(lane):
            for smaller in {0, byte // 2, byte - 1} if byte else ():
                yield from _if_other(
                    lanes, name, (lane[:at] + bytes([smaller]) + lane[at + 1 :]).rstrip(b"\0")
                )


def _if_other(lanes: Lanes, name: str, lane: bytes) -> Iterator[Lanes]:
    if lane != lanes[name]:
        yield {**lanes, name: lane}
