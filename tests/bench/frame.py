"""How things are measured: two at a time, in turns, so that a noisy machine is noisy for both.

A figure is a ratio of one run, never a time: it can be compared with one from another machine.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from timeit import default_timer

ROOT = Path(__file__).parents[2]
_COMPILED = tempfile.TemporaryDirectory(prefix="crossdock-bench-")
Timed = Callable[[], float]
"""Does the work once and says how long it took, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is done: orders, rounds, and whether what takes very long is done too."""

    orders: int
    rounds: int
    long: bool = False

    @property
    def small(self) -> bool:
        """Whether it is to be over soon."""
        return self.orders < 1_000

    @property
    def told(self) -> str:
        """The size and the rounds, for most cases."""
        return f"{self.orders:,} orders, {self.rounds} rounds"


SHORT = Scale(orders=500, rounds=3)
USUAL = Scale(orders=10_000, rounds=5)
LONG = Scale(orders=10_000, rounds=9, long=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """The smallest, the middle and the largest of some ratios, or of other figures of one unit."""

    least: float
    middle: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    `figure` is None where nothing could be measured; then `note` says why. `target` is the figure
    that is promised, with `over` where it must not be less, else it must not be more.
    """

    what: str
    figure: Ratio | None = None
    unit: str = "x"
    target: float | None = None
    over: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the middle figure keeps the target; None where there is none of either."""
        if self.figure is None or self.target is None:
            return None
        if self.over:
            return self.figure.middle >= self.target
        return self.figure.middle <= self.target


def spread(figures: Sequence[float]) -> Ratio:
    """The three figures of many."""
    return Ratio(least=min(figures), middle=median(figures), most=max(figures))


def side_by_side(one: Timed, other: Timed, rounds: int) -> Ratio:
    """How many times as long the one takes as the other, who goes first in every second round."""
    found = []
    for number in range(rounds):
        if number % 2:
            divisor, dividend = other(), one()
        else:
            dividend, divisor = one(), other()
        found.append(dividend / divisor)
    return spread(found)


def timed(work: Callable[[], object]) -> Timed:
    """Work in this process, timed by the clock on the wall."""

    def once() -> float:
        begin = default_timer()
        work()
        return default_timer() - begin

    return once


def processor_time(
    command: Sequence[str], more: Mapping[str, str] | None = None, folder: Path = ROOT
) -> Timed:
    """A whole process that is started in a folder, by the time that it had a processor: what else
    goes on counts less.
    """
    environment = as_installed({**os.environ, **(more or {})})

    def once() -> float:
        before = _of_children()
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        done = subprocess.run(command, env=environment, cwd=folder, check=False, **streams)
        if done.returncode:
            raise ChildError(done.stderr.decode(errors="replace")[-500:])
        return _of_children() - before

    return once


def as_installed(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a Python whose modules are compiled once, as those of a package are that
    was installed, whatever the machine says about writing them.
    """
    kept = {name: text for name, text in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": _COMPILED.name}


class ChildError(RuntimeError):
    """A process that is measured has failed; the text is the end of what it said."""


def python(*arguments: str) -> list[str]:
    """A command of this Python."""
    return [sys.executable, *arguments]


def _of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
