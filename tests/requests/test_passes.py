"""Each flow's clean pass makes the requests that it must, and those beyond them that are named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.requests.counting import APART, counted
from tests.requests.passes import PASSES, Pass
from tests.simulation.stage import open_stage


@pytest.mark.parametrize("row", PASSES, ids=lambda row: row.name)
def test_a_clean_pass_makes_no_request_too_many(row: Pass, tmp_path: Path) -> None:
    """What is beyond the fewest is known kind by kind, so that it can only become less."""
    stage = open_stage(tmp_path, row.scene)
    row.before(stage)

    with counted(stage) as kinds:
        code = row.play(stage)

    assert code == 0, stage.said
    apart = {kind: kinds.pop(kind) for kind in APART if kind in kinds}
    assert kinds == row.fewest + Counter(row.beyond)
    assert apart == row.apart
