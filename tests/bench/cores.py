"""Two processes at once: what the second adds on a machine with two cores."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from tests.bench import orders
from tests.bench.engines import OURS
from tests.bench.frame import ROOT, Row, Scale, Timed, side_by_side, timed


def measure(scale: Scale) -> list[Row]:
    """Twice the job one after the other, against twice at once, by the clock on the wall."""
    if (os.cpu_count() or 1) < 2:
        return [Row(what="two processes", note="not run: this machine has one core")]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "orders.ndjson"
        orders.write(scale.orders, source)
        ratio = side_by_side(_two(source, 1), _two(source, 2), scale.rounds)
    return [Row(what="two processes", figure=ratio, target=1.8, over=True)]


def _two(source: Path, at_once: int) -> Timed:
    """The job twice, so many of it at once."""

    def work() -> None:
        for first in range(0, 2, at_once):
            begun = [_begun(source, number) for number in range(first, first + at_once)]
            for process in begun:
                if process.wait():
                    raise subprocess.CalledProcessError(process.returncode, process.args)

    return timed(work)


def _begun(source: Path, number: int) -> subprocess.Popen[bytes]:
    command = OURS.arguments(source, source.with_suffix(f".{number}"))
    return subprocess.Popen(command, cwd=ROOT)
