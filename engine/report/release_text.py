"""What a new release changes against the one that is live: places alone, as values may be long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """`changed orders.overlap`, `new stock`, `gone gates.stock`: where two documents differ.

    A list is one value: its order means something, or nothing that a place could say.
    """
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield f"changed {path}"
        return
    for key in dict.fromkeys([*before, *after]):
        place = f"{path}.{key}" if path else key
        if key not in after:
            yield f"gone {place}"
        elif key not in before:
            yield f"new {place}"
        else:
            yield from differences(before[key], after[key], place)
