"""How long commands take to start, as processor time in bare Pythons (`python -c pass`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.bootstrap import open_workspace
from engine.config.load import load_profile
from engine.sandbox.yard import Layout, open_yard
from engine.shipped import shipped
from tests.acceptance.growth import UNHURRIED
from tests.acceptance.town import site_of, write_ruleset
from tests.bench.frame import Row, Scale, Timed, processor_time, python, side_by_side

DOOR = "from engine.cli.main import main; main()"
CUSTOMER = "northpeak"
_TIMES = 3
"""A process is so short that it takes more rounds than other cases do."""


def sizes(scale: Scale) -> str:
    """What is started, and how often."""
    return f"One ruleset of the shipped ones, {_TIMES * scale.rounds} rounds"


def measure(scale: Scale) -> list[Row]:
    """The commands that people and schedules start most, each beside a bare Python."""
    with workspace() as folder:
        check = command(folder, "validate", CUSTOMER)
        rows = [
            _row("--help", 1.5, command(folder, "--help"), scale),
            _row("validate one file, its answer kept", 3.5, check, scale),
            _row("validate one file, nothing kept", 3.5, forgetting(folder, check), scale),
        ]
    with _idle() as run:
        return [*rows, _row("run with nothing to do", 7.0, run, scale)]


@contextmanager
def workspace() -> Iterator[Path]:
    """The shipped rulesets in a folder of their own."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(shipped("rulesets"), Path(name) / "rulesets")
        yield Path(name)


def command(folder: Path, *words: str, more: Mapping[str, str] | None = None) -> Timed:
    """A command line of crossdock in that workspace, as a process."""
    return processor_time(python("-c", DOOR, *words), more, folder)


def forgetting(folder: Path, work: Timed) -> Timed:
    """The same after all that the workspace has kept was taken away, which is not timed."""

    def once() -> float:
        shutil.rmtree(folder / ".crossdock", ignore_errors=True)
        return work()

    return once


def _row(what: str, target: float, work: Timed, scale: Scale) -> Row:
    work()  # What Python and crossdock keep for the next time is kept now.
    bare = processor_time(python("-c", "pass"))
    ratio = side_by_side(work, bare, _TIMES * scale.rounds)
    return Row(what=what, figure=ratio, target=target)


@contextmanager
def _idle() -> Iterator[Timed]:
    """`run` in a workspace that has sent all there is, while its sandbox stands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_ruleset(folder, CUSTOMER, UNHURRIED)
        profile, problems = load_profile(site_of(CUSTOMER), open_workspace(folder))
        if profile is None:
            raise ValueError(problems)
        with open_yard(Layout(customer=CUSTOMER), profile) as yard:
            run = command(folder, "run", CUSTOMER, more=yard.environment)
            run()  # Sends all there is; the warm-up then finds what this pass itself has changed.
            yield run
