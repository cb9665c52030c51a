"""Runs every part, keeps its figures, and writes docs/promises.md from them.

`script/promises --help` says what can be asked. Figures of parts that are not run stay as they are.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.promises.figures import (
    PARTS,
    STORED,
    Figures,
    Part,
    broken,
    read_figures,
    write_figures,
)
from tests.promises.page import page
from tests.promises.promises import TESTED

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "promises.md"
SHELF = "python -m tests.promises.shelf"
"""It has no short form."""
QUICK = {
    "stories": "python -m tests.simulation.soak --seeds 20",
    "mistakes": "python -m tests.simulation.mutants 'tell nobody' --seeds 20",
    "crash": "python -m tests.crash.long_form --once --only 'asked, pause'",
    "tests": "python -m tests.promises.counted tests/unit/ledger tests/executor/test_cursor.py",
    "fuzz": "python -m pytest -q -p no:cacheprovider tests/fuzz/test_templates.py",
    "cases": SHELF,
    "week": "python -m tests.promises.weeks --orders 20",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the figures are kept, and the page."""

    figures: Path = STORED
    page: Path = PAGE


STANDING = Target()
"""In the clone."""


def long_form(seeds: int, minutes: int, *, once: bool) -> Mapping[str, str]:
    """The command of each part; each is given `--figures FILE` as well."""
    return {
        "stories": f"python -m tests.simulation.soak --quick --seeds {seeds}",
        "mistakes": "python -m tests.simulation.mutants",
        "crash": "script/crash-matrix" + " --once" * once,
        "tests": f"python -m tests.promises.counted -n 2 {' '.join(TESTED)}",
        "fuzz": f"script/fuzz {minutes}",
        "cases": SHELF,
        "week": "python -m tests.promises.weeks --orders 2000",
    }


def gather(commands: Mapping[str, str], target: Target, *, short: bool) -> Sequence[str]:
    """Runs these parts one after the other; returns what was found, and the page says so too.

    Each part is on the page as soon as it has ended, so that a long run may be broken off.
    """
    figures: Figures = read_figures(target.figures) if target.figures.exists() else {}
    at = commit()
    for name, command in commands.items():
        sys.stdout.write(f"== {name}: {command}\n")
        sys.stdout.flush()
        figures = {**figures, name: run(command, at, short=short)}
        write_figures(target.figures, figures)
        figures = read_figures(target.figures)
        target.page.write_text(page(figures), encoding="utf-8")
    return broken(figures)


def run(command: str, at: str, *, short: bool) -> Part:
    """Runs one part in the project's folder, which is at this commit."""
    with tempfile.TemporaryDirectory(prefix="promises-") as folder:
        told = Path(folder) / "figures.json"
        words = shlex.split(command)
        words[:1] = [sys.executable] if words[0] == "python" else words[:1]
        ended = subprocess.run([*words, "--figures", str(told)], cwd=ROOT, check=False)
        figures = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    return Part(
        command=_shown(command),
        commit=at,
        code=ended.returncode,
        short=short and command != SHELF,
        figures=figures,
    )


def commit() -> str:
    """Of the tree that is run, short; says so where files of it are changed, but for our own."""
    own = [f":!{path.relative_to(ROOT)}" for path in (STORED, PAGE)]
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *own)
    return (_git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" * bool(changed))


def _git(*words: str) -> str:
    said = subprocess.run(["git", *words], cwd=ROOT, check=False, capture_output=True, text=True)
    return said.stdout.strip()


def _shown(command: str) -> str:
    """Without the list of files, which the page has anyway."""
    return command.replace(" ".join(TESTED), "TESTS")


def main(arguments: Sequence[str] | None = None, target: Target = STANDING) -> int:
    """1 where a promise is broken, in the parts that were run or in those that were kept."""
    asked = _parser().parse_args(arguments)
    commands = QUICK if asked.quick else long_form(asked.seeds, asked.minutes, once=asked.once)
    chosen = {name: commands[name] for name in PARTS if name in (asked.only or PARTS)}
    found = gather(chosen, target, short=asked.quick)
    for text in found:
        sys.stdout.write(f"BROKEN: {text}\n")
    sys.stdout.write(f"{target.page.name} is written, {len(found)} broken\n")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/promises", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="little of everything: some minutes")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be repeated")
    parser.add_argument("--seeds", type=int, default=5000, help="stories (5000)")
    parser.add_argument("--once", action="store_true", help="no second deaths, which take hours")
    parser.add_argument("--minutes", type=int, default=30, help="of fuzzing (30)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
