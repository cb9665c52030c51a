"""`script/test`, `script/demo` and `.ci/run` in a folder where every tool is a stand-in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GATES = ["ruff check", "ruff format", "mypy --strict engine", "lint-imports", "pytest"]
INSTALLED = ["bootstrap", "editor-server"]
TOOL = """#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>calls.log
echo "$name $*" | grep -q "^$(cat red)" && exit 3
exit 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose tools write down how they were called; `red` says which one fails."""
    for name in ("script/test", "script/demo", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir(parents=True)
    for path in (
        tmp_path / "script" / "audit",
        tmp_path / "script" / "bootstrap",
        tmp_path / "script" / "editor-server",
        *(tools / name for name in ("ruff", "mypy", "lint-imports", "pytest", "crossdock")),
    ):
        path.write_text(TOOL, "utf-8")
        path.chmod(0o755)
    (tmp_path / "red").write_text("none", "utf-8")
    return tmp_path


def _run(checkout: Path, script: str, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
    done = subprocess.run(
        [checkout / script, *arguments],
        cwd=cwd or checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _calls(checkout: Path) -> list[str]:
    return (checkout / "calls.log").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("script", "before"), [("script/test", INSTALLED), (".ci/run", ["audit", *INSTALLED])]
)
def test_every_gate_is_called_in_order(checkout: Path, script: str, before: list[str]) -> None:
    """CI and a person run the same gates, after the same bootstrap, each under its heading."""
    code, text = _run(checkout, script, cwd=checkout if script == "script/test" else Path("/"))
    calls = _calls(checkout)
    rest = calls[len(before) :]

    assert code == 0
    assert [call.split()[0] for call in calls[: len(before)]] == before
    assert [c[: len(g)] for c, g in zip(rest, GATES, strict=True)] == GATES
    assert "--cov" in rest[-1]
    assert text.count("\n== ") == len(GATES)


@pytest.mark.parametrize("red", GATES)
def test_the_first_red_gate_ends_the_run(checkout: Path, red: str) -> None:
    """A gate that fails is the last one called, and its code is the code of the run."""
    (checkout / "red").write_text(red, "utf-8")
    code, _ = _run(checkout, "script/test")

    assert code == 3
    assert _calls(checkout)[-1].startswith(red)


def test_arguments_go_to_pytest(checkout: Path) -> None:
    """A part of the tests is not judged by its coverage."""
    _run(checkout, "script/test", "-k", "one or two")

    assert _calls(checkout)[-1] == "pytest -k one or two"


def test_the_demo_is_the_command_in_the_environment(checkout: Path) -> None:
    """The demo is started where the user stands, with what the user said."""
    (checkout / "calls.log").touch()
    code, _ = _run(checkout, "script/demo", "--orders", "50")

    assert code == 0
    assert [c.split()[0] for c in _calls(checkout)] == ["bootstrap", "crossdock"]
    assert _calls(checkout)[-1] == "crossdock demo --orders 50"
