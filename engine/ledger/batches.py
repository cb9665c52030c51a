"""Long lists of keys, cut so that no statement has more parameters than a database takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SIZE = 500


def batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys in their order, at most SIZE at a time."""
    for start in range(0, len(keys), SIZE):
        yield keys[start : start + SIZE]
