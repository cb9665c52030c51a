"""A plan is for the systems that it was made with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from engine.bootstrap import Machine
from engine.errors import LibraryFaultError
from engine.sandbox.yard import Layout
from tests.acceptance.town import Town, crossdock, open_town
from tests.cli.conftest import STILL


def test_a_plan_of_a_rehearsal_is_nothing_for_other_systems(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With other addresses behind the same connections, apply says so and sends nothing."""
    _, file = town.plan()
    (tmp_path / "live").mkdir()
    with open_town(tmp_path / "live", Layout(customer="brightwick"), still=STILL) as live:
        said = town.run("apply", file)
        assert live.writes() == []

    assert said.code == 1
    assert "was made for other systems: ca, wos is at another address" in said.err
    assert town.writes() == []


def test_a_broken_invariant_ends_with_a_report(workspace: Path) -> None:
    """Exit 70: our own fault is named as such, and says where the report lies."""
    crossdock(workspace, "init", "acme")

    def broken(_: datetime | None) -> Machine:
        raise LibraryFaultError("the house is upside down")

    said = crossdock(workspace, "plan", "acme", machines=broken)

    assert said.code == 70
    assert "the house is upside down" in said.err
    assert "Report: " in said.err
    Path(said.err.rpartition("Report: ")[2].strip()).unlink()
