"""`crossdock validate` of a fleet against loading its files with the C loader of PyYAML.

Run it: `python -m tests.bench.validate [RULESETS [ROUNDS]]`. Both are whole processes, measured in
turn, as CPU time: cold (nothing kept) and warm (what was kept still holds).
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.shipped import shipped
from tests.bench.startup import DOOR, cpu, table

LOADING = """
import pathlib, yaml
for path in sorted(pathlib.Path("rulesets").glob("*.yaml")):
    yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
"""
LOAD = "load with the C loader"


def fleet(folder: Path, count: int) -> None:
    """So many customers that are alike but for the ids of their profiles."""
    text = (shipped("rulesets") / "northpeak" / "ruleset.yaml").read_text("utf-8")
    (folder / "rulesets").mkdir()
    for number in range(count):
        own = re.sub(r"\b1200(\d{4})\b", rf"1{number:04}\1", text)
        (folder / "rulesets" / f"c{number:04}.yaml").write_text(own, encoding="utf-8")


def measured(folder: Path) -> dict[str, float]:
    """One round."""
    shutil.rmtree(folder / ".crossdock", ignore_errors=True)
    command = [sys.executable, "-c", DOOR, "validate"]
    return {
        LOAD: cpu([sys.executable, "-c", LOADING], folder),
        "validate, nothing kept": cpu(command, folder),
        "validate, kept": cpu(command, folder),
        "python -c pass": cpu([sys.executable, "-c", "pass"], folder),
    }


def main() -> None:
    """Prints the table."""
    given = [int(word) for word in sys.argv[1:]]
    count, rounds = [*given, *(1000, 3)[len(given) :]]
    with TemporaryDirectory() as place:
        fleet(Path(place), count)
        found = [measured(Path(place)) for _ in range(rounds)]
    sys.stdout.write(f"{count} rulesets\n{table(found, LOAD)}\n")


if __name__ == "__main__":
    main()
