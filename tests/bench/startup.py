"""How long commands take to start, as CPU time in bare Pythons (`python -c pass`).

Run it: `python -m tests.bench.startup [ROUNDS]`. Each round measures all, one after the other, so
that a machine that is busy for a while is busy for all of them.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from engine.shipped import shipped

DOOR = "from engine.cli.main import main; main()"


def cpu(words: Sequence[str], folder: Path) -> float:
    """The seconds of CPU of one process, with its children's."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(rounds: Sequence[Mapping[str, float]], bare: str) -> str:
    """Least, median and most of each, as ratios to `bare` in the same round."""
    lines = [f"{'case':28} {'min':>7} {'median':>7} {'max':>7}"]
    for name in rounds[0]:
        ratios = sorted(one[name] / one[bare] for one in rounds)
        lines.append(f"{name:28} {ratios[0]:7.2f} {median(ratios):7.2f} {ratios[-1]:7.2f}")
    return "\n".join(lines)


def _cases(folder: Path) -> dict[str, Callable[[], float]]:
    python = [sys.executable, "-c"]

    def cold() -> float:
        shutil.rmtree(folder / ".crossdock", ignore_errors=True)
        return cpu([*python, DOOR, "validate", "northpeak"], folder)

    return {
        "python -c pass": lambda: cpu([*python, "pass"], folder),
        "--help": lambda: cpu([*python, DOOR, "--help"], folder),
        "import click": lambda: cpu([*python, "import click"], folder),
        "validate one, nothing kept": cold,
        "validate one, kept": lambda: cpu([*python, DOOR, "validate", "northpeak"], folder),
        "import what run needs": lambda: cpu([*python, "import engine.bootstrap"], folder),
    }


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(shipped("rulesets"), folder / "rulesets")
        cases = _cases(folder)
        rounds = [{name: measure() for name, measure in cases.items()} for _ in range(count)]
    sys.stdout.write(table(rounds, "python -c pass") + "\n")


if __name__ == "__main__":
    main()
