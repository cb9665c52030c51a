"""Runs tests and counts, file by file, how many passed and failed, and how many SIGKILLs they are.

`python -m tests.promises.counted --figures FILE TESTS...`; what is not known here goes to pytest.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

_KILLS = re.compile(r"^tests/kill/\w+\.py::test_(a_)?killed_")
"""Tests named so kill a real process with SIGKILL, at least once each."""


class Counting:
    """A plugin of pytest. `files` has a row for each file of which a test ended."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, int]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self._row(report.nodeid)["passed"] += 1
            self._row(report.nodeid)["kills"] += _KILLS.match(report.nodeid) is not None
        elif report.failed:
            self._row(report.nodeid)["failed"] += 1

    def _row(self, nodeid: str) -> dict[str, int]:
        return self.files.setdefault(
            nodeid.partition("::")[0], {"passed": 0, "failed": 0, "kills": 0}
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code is pytest's own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--figures", type=Path, required=True)
    asked, words = parser.parse_known_args(arguments)
    counting = Counting()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *words], plugins=[counting])
    told = dict(sorted(counting.files.items()))
    asked.figures.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
