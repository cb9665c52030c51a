"""The requests of each flow's clean pass, by the fewest that it could do with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.frame import Row, Scale, spread
from tests.requests.counting import APART, counted
from tests.requests.passes import PASSES, Pass
from tests.simulation.stage import open_stage


def sizes(_scale: Scale) -> str:
    """They are counted, not timed."""
    return "Each pass is played once: what docs/requests.md tells of"


def measure(_scale: Scale) -> list[Row]:
    """One row a pass: what it makes, by what it must make."""
    return [row_of(one) for one in PASSES]


def row_of(one: Pass) -> Row:
    """Plays the pass on both sandboxes, in this process, on a simulated clock."""
    with tempfile.TemporaryDirectory() as folder:
        stage = open_stage(Path(folder), one.scene)
        one.before(stage)
        with counted(stage) as kinds:
            code = one.play(stage)
    if code:
        return Row(what=one.name, note=f"not counted: the pass ended with {code}")
    fewest = sum(one.fewest.values())
    made = kinds.total() - sum(kinds[kind] for kind in APART)
    ratio = spread([made / fewest])
    note = f"{made} where {fewest} would do"
    return Row(what=one.name, figure=ratio, target=1.0, note=note)
