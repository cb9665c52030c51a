"""The mistakes that stories must catch can all be made in the engine as it is today."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from tests.promises.gather import ROOT
from tests.simulation.mutants import MUTANTS, Mutant, make


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.partition(":")[0])
def test_a_mistake_can_be_made(mutant: Mutant, tmp_path: Path) -> None:
    """Its text is there once, and what comes of it is another program."""
    path = tmp_path / mutant.file
    path.parent.mkdir(parents=True)
    shutil.copy(ROOT / mutant.file, path)
    before = ast.dump(ast.parse(path.read_text(encoding="utf-8")))
    make(mutant, tmp_path)

    assert ast.dump(ast.parse(path.read_text(encoding="utf-8"))) != before
