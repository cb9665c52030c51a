"""Gathering runs its parts, keeps what they wrote, and writes the page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.figures import Part, read_figures, write_figures
from tests.promises.gather import ROOT, Target, gather, main
from tests.promises.page import page

ONE_STORY = "python -m tests.simulation.soak --seeds 1 --jobs 1"
ONE_FILE = "python -m tests.promises.counted tests/unit/ledger/test_legs.py"


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(figures=tmp_path / "figures.json", page=tmp_path / "page.md")


def test_a_run_of_little_writes_figures_and_page(target: Target) -> None:
    """One story, one file of tests and the cases; a later part is added to what is there."""
    first = gather({"stories": ONE_STORY, "tests": ONE_FILE}, target, short=True)
    second = gather({"cases": "python -m tests.promises.shelf"}, target, short=False)
    figures = read_figures(target.figures)

    assert (first, second) == ([], [])
    assert list(figures) == ["stories", "tests", "cases"]
    assert [part.short for part in figures.values()] == [True, True, False]
    assert len({part.commit for part in figures.values()} - {""}) == 1
    assert figures["stories"].figures["stories"] == 1
    assert figures["tests"].figures["tests/unit/ledger/test_legs.py"]["passed"] > 0
    assert figures["cases"].figures["laws"] == 18
    assert target.page.read_text(encoding="utf-8") == page(figures)


def test_a_part_that_fails_is_found_and_on_the_page(target: Target) -> None:
    """Pytest finds no such file: that is told, and where nothing was written that is too."""
    nothing = "python -m tests.promises.counted tests/no_such_file.py"
    found = gather({"tests": nothing}, target, short=True)

    assert found == [f"`{nothing}` ended with 4", f"`{nothing}` wrote no figures"]
    assert f"**BROKEN: `{nothing}` ended with 4**" in target.page.read_text(encoding="utf-8")


def test_a_failure_that_was_kept_is_a_failure(target: Target) -> None:
    """The script ends with 1 while a stored figure breaks a promise, and with 0 when none does."""
    kept = {"known": 1, "tried": [{"name": "net without ids", "seed": None}]}
    part = Part(command="run it", commit="abc1234", code=0, short=False, figures=kept)
    write_figures(target.figures, {"mistakes": part})

    assert main(["--only", "cases"], target) == 1
    assert "A PROMISE IS BROKEN" in target.page.read_text(encoding="utf-8")
    target.figures.unlink()
    assert main(["--only", "cases", "--quick"], target) == 0


def test_a_test_that_fails_is_counted(tmp_path: Path) -> None:
    """Passed and failed are told apart, and the exit code is that of pytest."""
    tried = tmp_path / "test_two.py"
    tried.write_text("def test_good():\n    pass\ndef test_bad():\n    assert 0\n", "utf-8")
    told = tmp_path / "figures.json"
    words = ["-m", "tests.promises.counted", "--figures", told, "--rootdir", tmp_path, tried]
    ended = subprocess.run([sys.executable, *words], cwd=ROOT, check=False, capture_output=True)

    assert ended.returncode == 1
    assert json.loads(told.read_text("utf-8")) == {
        "test_two.py": {"passed": 1, "failed": 1, "kills": 0}
    }
