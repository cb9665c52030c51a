"""`validate` of many rulesets at once."""

from __future__ import annotations

from pathlib import Path

from engine.report.validation_text import FLEET
from tests.acceptance.town import crossdock

COUNT = FLEET + 10
RULESET = """\
extends: shared
profiles: {{us: {profile}}}
links: {{main: {{dc: MAIN, areas: [Main], pick: Main, stock: us}}}}
orders: {{since: 2026-11-01, only: {{profile: [us]}}}}
"""
BASE = "extends: ca-to-wos/standard\nretention: 60d\n"


def fleet(root: Path, base: str = BASE) -> None:
    """So many customers of their own over one base."""
    for name, text in {
        "mappings/shared": base,
        **{f"rulesets/c{n:02}": RULESET.format(profile=12000200 + n) for n in range(COUNT)},
    }.items():
        path = root / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_fleet_that_is_right_is_told_in_one_line(tmp_path: Path) -> None:
    """No verdict for each, and exit 0."""
    fleet(tmp_path)
    said = crossdock(tmp_path, "validate")

    assert said.code == 0
    assert said.out == f"{COUNT} rulesets: {COUNT} ok, 0 with errors (0 errors, 0 warnings).\n"


def test_a_mistake_of_a_base_is_shown_once_and_counted_for_each(tmp_path: Path) -> None:
    """A person reads one problem, and sees that all rulesets have it."""
    fleet(tmp_path, BASE.replace("60d", "60 days"))
    said = crossdock(tmp_path, "validate")
    (row,) = [line for line in said.out.splitlines() if line.startswith("bad-duration ")]

    assert said.code == 1
    assert said.out.count("error[bad-duration]") == 1
    assert row.split()[1:4] == ["error", str(COUNT), str(COUNT)]
    assert f"{COUNT} rulesets: 0 ok, {COUNT} with errors" in said.out


def test_the_mistake_of_one_is_found_among_many(tmp_path: Path) -> None:
    """It is shown with its place, its ruleset is the worst, and machines have it too."""
    fleet(tmp_path)
    path = tmp_path / "rulesets" / "c07.yaml"
    path.write_text(path.read_text("utf-8").replace("since:", "sinse:"), encoding="utf-8")
    said = crossdock(tmp_path, "validate")
    every = crossdock(tmp_path, "validate", "--all").out
    as_json = crossdock(tmp_path, "validate", "--format", "json").json["customers"]

    assert "  --> rulesets/c07.yaml:4:10\n" in said.out
    assert "c07      1 error  unknown-key\n" in said.out
    assert every.count(": ok\n") == COUNT - 1
    assert [name for name, found in as_json.items() if found] == ["c07"]
