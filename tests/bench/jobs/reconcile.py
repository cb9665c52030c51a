"""`crossdock reconcile` over pages on disk, or no more than decoding them, in this process.

Its arguments: a workspace, a folder of pages, and what is to be done with them. It writes the
processor's seconds of that into the folder's `seconds` file. What a first time costs, imports and
the ledger's tables, is spent before, on a folder without products.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.adapters.foreign import json_of
from engine.adapters.world import SystemClock, SystemRandomness, ThreadPool
from engine.bootstrap import Machine
from engine.cli.main import main
from tests.bench.shelves import CUSTOMER, ENVIRONMENT, NOTHING, Shelves, pages


class Unhurried(SystemClock):
    """Nobody waits: who sleeps moves it on."""

    def __init__(self) -> None:
        super().__init__()
        self._slept = timedelta()

    def now(self) -> datetime:
        return super().now() + self._slept

    def monotonic(self) -> float:
        return super().monotonic() + self._slept.total_seconds()

    def sleep(self, seconds: float) -> None:
        self._slept += timedelta(seconds=seconds)


def _reconciled(root: Path, folder: Path) -> None:
    def machine(_start: datetime | None) -> Machine:
        return Machine(
            clock=Unhurried(),
            random=SystemRandomness(),
            pool=ThreadPool(5),
            reader=lambda clock: Shelves(folder, clock),
        )

    out = str(folder / "rows.csv")
    words = ["-C", str(root), "reconcile", CUSTOMER, "--format", "csv", "--out", out]
    os.environ.update(ENVIRONMENT)
    try:
        main(words, machine)
    except SystemExit as ended:
        if ended.code not in (0, 2):
            raise


def _decoded(decode: Callable[[bytes], Any]) -> Callable[[Path, Path], None]:
    def work(_root: Path, folder: Path) -> None:
        for page in pages(folder):
            decode(page.read_bytes())

    return work


WORKS = {"reconcile": _reconciled, "decode": _decoded(json_of), "loads": _decoded(json.loads)}


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    root, folder, work = Path(sys.argv[1]), Path(sys.argv[2]), WORKS[sys.argv[3]]
    work(root, root / NOTHING)
    before = _spent()
    work(root, folder)
    (folder / "seconds").write_text(str(_spent() - before))
