"""The lines around a job: read, decode, map, encode, write."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Mapped = Callable[[dict[str, Any]], dict[str, Any] | None]


def play(mapped: Mapped, decode: Callable[[bytes], Any], encode: Callable[[Any], bytes]) -> None:
    """Plays a mapping over the file that the first argument names, into the second's."""
    source, target = map(Path, sys.argv[1:3])
    with source.open("rb") as lines, target.open("wb") as out:
        for line in lines:
            found = mapped(decode(line))
            if found is not None:
                out.write(encode(found) + b"\n")
