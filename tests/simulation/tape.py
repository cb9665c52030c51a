"""All decisions of a simulated story come from here: bytes, in lanes, so that they can be shrunk.

A lane that has run out answers 0, and 0 always means that nothing happens: the shorter and the
emptier a tape, the quieter its story. Each party draws from a lane of its own, so that a decision
taken away from one of them leaves those of the others what they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

LANES = ("setting", "people", "channel", "warehouse", "process", "operators")
LENGTH = 4096
"""Bytes of a lane that a seed makes; a story draws fewer."""


class Tape:
    """What is to be drawn, and how far each lane was read."""

    def __init__(self, lanes: Mapping[str, bytes]) -> None:
        self._lanes = {name: bytes(lanes.get(name, b"")) for name in LANES}
        self._read = dict.fromkeys(LANES, 0)

    @classmethod
    def of_seed(cls, seed: int) -> Tape:
        """The tape that a seed stands for, on every machine the same."""
        return cls({name: Random(f"{seed}:{name}").randbytes(LENGTH) for name in LANES})

    def lane(self, name: str) -> Lane:
        return Lane(self, name)

    def take(self, name: str) -> int:
        """The next byte of a lane, 0 when there is none."""
        at, lane = self._read[name], self._lanes[name]
        self._read[name] += 1
        return lane[at] if at < len(lane) else 0

    def played(self) -> dict[str, bytes]:
        """The part of each lane that was drawn: what a shrinker begins with."""
        return {name: lane[: self._read[name]] for name, lane in self._lanes.items()}


class Lane:
    """One party's decisions."""

    def __init__(self, tape: Tape, name: str) -> None:
        self._tape = tape
        self._name = name

    def below(self, most: int) -> int:
        """A number from 0 to `most` - 1, of at most 65,536."""
        if most <= 1:
            return 0
        drawn = self._tape.take(self._name)
        if most > 256:
            drawn = drawn << 8 | self._tape.take(self._name)
        return drawn % most

    def happens(self, share: float) -> bool:
        """Whether something of this share happens; never where the lane has run out."""
        return self._tape.take(self._name) >= 256 - round(256 * share)

    def choose(self, choices: Sequence[T]) -> T:
        """One of them; the first where the lane has run out."""
        return choices[self.below(len(choices))]
