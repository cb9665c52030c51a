"""Sorting on disk: runs of rows in a temporary folder that only its owner can read, then merged."""

from __future__ import annotations

import heapq
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from engine.ports.spill import Spill, SpilledRow

RUN = 20_000
"""So many rows are in memory at most."""


class DiskSpill(Spill):
    """Keeps its runs until it is closed, for as long as one command works."""

    def __init__(self, run: int = RUN) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="crossdock-")
        self._run = run
        self._made = 0

    @property
    def folder(self) -> Path:
        """Where the runs lie."""
        return Path(self._folder.name)

    def ordered(self, rows: Iterable[SpilledRow]) -> Iterator[SpilledRow]:
        source = iter(rows)
        runs: list[Path] = []
        while part := sorted(islice(source, self._run), key=_key):
            runs.append(self._written(part))
        yield from heapq.merge(*map(_read, runs), key=_key)

    def close(self) -> None:
        """Removes the folder and all that is in it."""
        self._folder.cleanup()

    def _written(self, rows: Iterable[SpilledRow]) -> Path:
        path = self.folder / f"{self._made}.jsonl"
        self._made += 1
        with open(path, "w", encoding="utf-8", opener=_private) as stream:
            stream.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
        return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read(path: Path) -> Iterator[SpilledRow]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _key(row: SpilledRow) -> str:
    return str(row[0])
