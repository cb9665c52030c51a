"""Comparing very many products: the time beside decoding the same pages, and the peak of memory."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.shipped import shipped
from tests.acceptance.peak import peak_of_python
from tests.bench import why as reason
from tests.bench.frame import ChildError, Row, Scale, Timed, as_installed, side_by_side, spread
from tests.bench.shelves import NOTHING, write

_MIB = 1024
_SHORT, _USUAL, _WHOLE = (500, 1_000), (5_000, 20_000), (5_000, 100_000)
_ROUNDS = 3
_GROWTH = 2.0


@dataclass(slots=True, kw_only=True)
class Stockroom:
    """A workspace, and pages of so many products; `peak` is the largest one seen, in MiB."""

    root: Path
    products: int
    peak: float = 0.0

    def words(self, work: str) -> list[str]:
        """What a Python is given to do this with the pages."""
        folder = self.root / str(self.products)
        return ["-m", "tests.bench.jobs.reconcile", str(self.root), str(folder), work]

    def timed(self, work: str) -> Timed:
        """The processor's time of it, imports apart."""

        def once() -> float:
            peak = peak_of_python(self.words(work), as_installed(os.environ))
            if peak.code:
                raise ChildError(f"{work} ended with {peak.code}")
            self.peak = max(self.peak, peak.kib / _MIB)
            return float((self.root / str(self.products) / "seconds").read_text())

        return once


def sizes(scale: Scale) -> str:
    """How much is compared, and how often."""
    told = " and ".join(f"{one:,} x {3 * one:,}" for one in _sizes(scale))
    return f"{told} products x location rows, {_ROUNDS} rounds"


def measure(scale: Scale) -> list[Row]:
    """The largest is timed; memory is that of the smaller one and what the larger one adds."""
    small, large = _sizes(scale)
    with _stockroom(small) as room:
        room.timed("reconcile")()
        least = room.peak
    with _stockroom(large) as room:
        work = room.timed("reconcile")
        ours = side_by_side(work, room.timed("decode"), _ROUNDS)
        bare = side_by_side(work, room.timed("loads"), _ROUNDS)
        most = room.peak
    told = f"{large:,} products"
    growth = f"what {told} take more than {small:,}"
    return [
        Row(what=f"{told}, of decoding with our own checks", figure=ours, target=1.5),
        Row(what=f"{told}, of `json.loads` alone", figure=bare),
        Row(what=f"{small:,} products", figure=spread([least]), unit=" MiB"),
        Row(what=growth, figure=spread([most - least]), unit=" MiB", target=_GROWTH),
    ]


def why(scale: Scale) -> str:
    """Where the time goes."""
    with _stockroom(_sizes(scale)[0]) as room:
        return reason.of_process(room.words("reconcile"))


def _sizes(scale: Scale) -> tuple[int, int]:
    if scale.small:
        return _SHORT
    return _WHOLE if scale.long else _USUAL


@contextmanager
def _stockroom(products: int) -> Iterator[Stockroom]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copytree(shipped("rulesets"), root / "rulesets")
        for number in (int(NOTHING), products):
            write(root / str(number), number)
        yield Stockroom(root=root, products=products)
