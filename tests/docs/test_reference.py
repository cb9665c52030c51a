"""The reference is what its sources say today."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.commands import crossdock
from tests.docs.pages import ROOT

REFERENCE = ROOT / "docs" / "reference"
SCRIPT = ROOT / "script" / "reference.py"


def _made(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reference_is_up_to_date(tmp_path: Path) -> None:
    """Nobody has changed a schema or a command without running script/reference."""
    done = _made(["--check"], tmp_path)

    assert done.returncode == 0, done.stderr


def test_an_unknown_argument_is_refused(tmp_path: Path) -> None:
    """A misspelled --check does not write."""
    assert _made(["--chek"], tmp_path).returncode == 64


@pytest.mark.parametrize("name", ["ruleset", "site-profile"])
def test_every_described_key_is_on_its_page(name: str) -> None:
    """No description of a schema is lost on the way to its page, words about lists apart."""
    page = (REFERENCE / f"{name}.md").read_text("utf-8")
    schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    for changing in ("texts", "criterion", "alias-list"):
        schema["$defs"].pop(changing, None)
    lost = [text for text in _descriptions(schema["properties"]) if text not in page]
    lost += [text for text in _descriptions(schema["$defs"]) if text not in page]

    assert lost == []
    assert len(list(_descriptions(schema))) > 40


def _descriptions(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for member in value for text in _descriptions(member)]
    if not isinstance(value, dict):
        return []
    own = value.get("description")
    below = [text for member in value.values() for text in _descriptions(member)]
    return [own, *below] if isinstance(own, str) else below


def test_every_command_is_on_its_page() -> None:
    """Each command has its heading."""
    page = (REFERENCE / "commands.md").read_text("utf-8")

    assert len(crossdock.commands) > 9
    for name in crossdock.commands:
        assert f"## crossdock {name}\n" in page
