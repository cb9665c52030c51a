"""Whatever a command leaves on disk is its owner's alone, however generous the umask is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.adapters.spill import DiskSpill
from engine.cli.faults import write_fault_report
from tests.acceptance.town import Town
from tests.cli.test_state import NAME, WHY, sent_order


@pytest.fixture
def open_handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Files may be everybody's, if nobody says otherwise; a temporary folder of the test's own."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    umask = os.umask(0)
    yield place
    os.umask(umask)


def too_wide(folder: Path) -> list[str]:
    """What of a folder, itself included, others may read, write or enter."""
    found = [folder, *folder.rglob("*")]
    return [
        f"{path} {path.stat().st_mode & 0o777:o}" for path in found if path.stat().st_mode & 0o077
    ]


def test_no_command_leaves_anything_for_others(open_handed: Path, town: Town) -> None:
    """Ledger with its companions, plans and all else of the state folder, after each command."""
    state, made = town.root / ".crossdock", town.root / "made"
    plan = made / "plan.jsonl"
    assert town.run("plan", NAME, "--out", plan).code == 2
    town.run("plan", NAME)
    town.run("apply", plan)
    key, _ = sent_order(town)
    for words in (
        ("release", NAME, "--yes"),
        ("adopt", NAME, "--yes"),
        ("lookups", NAME),
        ("pause", NAME, *WHY),
        ("resume", NAME, *WHY),
        ("inbox", NAME),
        ("status",),
        ("state", NAME, "set", "--cursor", "orders", "--to", "2026-11-02", "--yes", *WHY),
        ("run", NAME),
        ("state", NAME, "erase", "--order", key, "--yes", *WHY),
    ):
        said = town.run(*words)
        assert said.code in (0, 2), said.err
        assert too_wide(state) == too_wide(made) == [], words
    assert list(open_handed.iterdir()) == []


def test_what_is_sorted_on_disk_is_private(open_handed: Path) -> None:
    """While it lies there; afterwards nothing does."""
    with closing(DiskSpill(2)) as spill:
        rows = spill.ordered([["b", 1], ["a", 2], ["c", 3]])
        assert next(rows)[0] == "a"
        assert len(list(spill.folder.iterdir())) == 2
        assert too_wide(spill.folder) == []
    assert list(open_handed.iterdir()) == []


def test_a_fault_report_is_private(open_handed: Path) -> None:
    """It names places of the stack, and is nobody else's business."""
    path = Path(write_fault_report(ValueError("canary")))

    assert path.parent == open_handed
    assert too_wide(path) == []
    assert "canary" not in path.read_text(encoding="utf-8")
