"""Measures the cases and writes docs/benchmarks.md: see `script/bench --help`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from tests.bench.cases import CASES
from tests.bench.frame import LONG, ROOT, SHORT, USUAL
from tests.bench.table import Kept, page, read_kept, write_kept

FIGURES = ROOT / "tests" / "bench" / "figures.json"
PAGE = ROOT / "docs" / "benchmarks.md"
MEASURED = ("engine", "mappings", "rulesets", "schemas", "tests/bench/*.py", "tests/bench/jobs")
"""What decides over the figures. What is written here is no change of it."""


def main(arguments: Sequence[str]) -> int:
    """Measures what was asked for; keeps the figures and writes the page, unless in short."""
    asked = _parser().parse_args(arguments)
    scale = SHORT if asked.quick else LONG if asked.long else USUAL
    kept, commit = read_kept(FIGURES), _commit()
    for case in CASES:
        if asked.only and case.key not in asked.only:
            continue
        sys.stdout.write(f"== {case.title}\n")
        rows = case.rows(scale)
        for row in rows:
            told = f"{row.figure.middle:.2f}{row.unit}" if row.figure else row.note
            sys.stdout.write(f"{row.what}: {told}\n")
        sys.stdout.flush()
        kept[case.key] = Kept(rows=rows, commit=commit, sizes=case.sizes(scale))
        if not asked.quick:  # After each case: one that fails takes nothing from the others.
            write_kept(FIGURES, kept)
            PAGE.write_text(page(kept), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    keys = [case.key for case in CASES]
    parser.add_argument("--only", action="append", choices=keys, help="this case (repeatable)")
    parser.add_argument("--quick", action="store_true", help="little of it; writes nothing")
    parser.add_argument("--long", action="store_true", help="whole sizes, more rounds: hours")
    return parser


def _commit() -> str:
    """The commit whose code is measured, and whether the code has been changed since."""
    changed = _git("status", "--porcelain", "--", *MEASURED)
    return _git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
