"""`crossdock validate` of a fleet against loading its files with the C loader of PyYAML."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from engine.shipped import shipped
from tests.bench.frame import Row, Scale, processor_time, python, side_by_side
from tests.bench.startup import CUSTOMER, command, forgetting

_LOADING = """
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
    yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
"""
_FLEET, _SMALL_FLEET = 1_000, 40


def sizes(scale: Scale) -> str:
    """How many rulesets, and how often."""
    return f"{_fleet(scale):,} rulesets, {scale.rounds} rounds"


def measure(scale: Scale) -> list[Row]:
    """Both are whole processes: with nothing kept, and with answers that still hold."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_fleet(folder, _fleet(scale))
        loading = processor_time(python("-c", _LOADING, str(folder / "rulesets")))
        check = command(folder, "validate")
        cold = side_by_side(forgetting(folder, check), loading, scale.rounds)
        warm = side_by_side(check, loading, scale.rounds)
    return [
        Row(what="validate a fleet, nothing kept", figure=cold, target=1.3),
        Row(what="validate a fleet, its answers kept", figure=warm, target=0.1),
    ]


def write_fleet(folder: Path, count: int) -> None:
    """So many customers that are alike but for the ids of their profiles."""
    text = (shipped("rulesets") / CUSTOMER / "ruleset.yaml").read_text("utf-8")
    (folder / "rulesets").mkdir()
    for number in range(count):
        own = re.sub(r"\b1200(\d{4})\b", rf"1{number:04}\1", text)
        (folder / "rulesets" / f"c{number:04}.yaml").write_text(own, encoding="utf-8")


def _fleet(scale: Scale) -> int:
    return _SMALL_FLEET if scale.small else _FLEET
