"""The peak of memory of the whole `plan` command, over worlds of different sizes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.acceptance.growth import Measured, measured
from tests.acceptance.peak import peak_of_python
from tests.bench.frame import Row, Scale, as_installed, spread

CUSTOMER = "brightwick"
_MIB = 1024
_SIZES = (1_000, 10_000)
_LONG = 1_000_000


_IMPORTS = "import engine.bootstrap, engine.customers, engine.cli.planning"


def sizes(_scale: Scale) -> str:
    """Nothing is timed."""
    return "Each plan twice, of which the lesser counts"


def why(_scale: Scale) -> str:
    """How much of the peak there is before the first order is read."""
    bare, imports = (_peak(text) for text in ("pass", _IMPORTS))
    return f"a bare Python takes {bare:.0f} MiB, and {imports:.0f} MiB with what a plan imports"


def _peak(text: str) -> float:
    return peak_of_python(["-c", text], as_installed(os.environ)).kib / _MIB


def measure(scale: Scale) -> list[Row]:
    """The peak for each size of a world, of which the customer has a third, and the growth."""
    sizes = (200, 400) if scale.orders < _SIZES[0] else _SIZES
    found = [_of_world(size) for size in (*sizes, *((_LONG,) if scale.long else ()))]
    rows = [
        Row(
            what=f"a plan of {one.orders:,} orders",
            figure=spread([one.plan / _MIB]),
            unit=" MiB",
            target=64.0,
        )
        for one in found
    ]
    growth = (found[-1].plan - found[0].plan) / _MIB
    note = "" if scale.long else "`script/bench --long` goes to a world of a million"
    grown = Row(
        what="growth to the largest", figure=spread([growth]), unit=" MiB", target=2.0, note=note
    )
    return [*rows, grown]


def _of_world(size: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        return measured(Path(folder), CUSTOMER, size)
