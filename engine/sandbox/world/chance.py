"""The one place that knows chance: a generator that gives the same numbers for the same seed."""

from __future__ import annotations

from random import Random  # noqa: TID251 - worlds are seeded, and seeded here

__all__ = ["Random", "seeded"]


def seeded(seed: int) -> Random:
    """A generator of its own, untouched by any other."""
    return Random(seed)  # noqa: S311 - it invents orders, not secrets
