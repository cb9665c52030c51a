"""Counts what lies on the shelf: cases by flow, laws and what they say, mistakes of a cursor.

`python -m tests.promises.shelf --figures FILE`. That all of them hold is for the tests to say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cases.case import STREETS
from tests.cases.laws import LAWS
from tests.executor.test_cursor import MISTAKES

CASES = Path(__file__).parents[1] / "cases"
FLOWS = (*STREETS, "discrepancy")


def counted() -> Mapping[str, object]:
    """Numbers, and the mistakes by name."""
    return {
        "cases": {flow: len([*(CASES / flow).glob("*.yaml")]) for flow in FLOWS},
        "laws": len(LAWS),
        "clauses": sum(map(len, LAWS.values())),
        "cursor": list(MISTAKES),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Always 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--figures", type=Path, required=True)
    asked = parser.parse_args(arguments)
    asked.figures.write_text(json.dumps(counted(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
