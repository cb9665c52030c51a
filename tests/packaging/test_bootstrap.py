"""`script/bootstrap` in a folder of its own, with a Python whose pip and venv are stand-ins."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A real interpreter, but `-m venv DIR` copies this file there and `-m pip` only takes notes.
PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-m pip"*) echo "$*" >>pip.log; [ ! -e pip-fails ] ;;
  *"import venv"*) [ ! -e no-venv ] ;;
  *) exec {real} "$@" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing but what bootstrap reads, and a PATH with nothing but its tools."""
    for name in ("script/bootstrap", "script/requirements.lock", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for tool in ("bash", "sh", "cat", "cp", "dirname", "mkdir", "rm"):
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def _python(checkout: Path, name: str = "python3.11") -> Path:
    path = checkout / "bin" / name
    path.write_text(PYTHON.format(real=sys.executable), "utf-8")
    path.chmod(0o755)
    return path


def _bootstrap(checkout: Path) -> tuple[int, str]:
    done = subprocess.run(
        [checkout / "script" / "bootstrap"],
        cwd="/",
        env={"PATH": str(checkout / "bin"), "VIRTUAL_ENV": "elsewhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _installs(checkout: Path) -> list[str]:
    log = checkout / "pip.log"
    return log.read_text("utf-8").splitlines() if log.exists() else []


@pytest.mark.parametrize("name", ["python3.13", "python3.12", "python3.11", "python3"])
def test_it_installs_the_lock_and_then_the_project(checkout: Path, name: str) -> None:
    """The lock goes in with required hashes, the project without dependencies or isolation."""
    _python(checkout, name)
    code, _ = _bootstrap(checkout)
    lock, project = _installs(checkout)

    assert code == 0
    assert "--require-hashes --requirement script/requirements.lock" in lock
    assert "--no-deps --no-build-isolation --editable ." in project


def test_it_is_quiet_and_idle_when_nothing_changed(checkout: Path) -> None:
    """A second call prints nothing and asks no registry."""
    _python(checkout)
    _bootstrap(checkout)
    before = _installs(checkout)

    assert _bootstrap(checkout) == (0, "")
    assert _installs(checkout) == before


@pytest.mark.parametrize("name", ["script/requirements.lock", "pyproject.toml"])
def test_it_installs_again_when_a_file_changed(checkout: Path, name: str) -> None:
    """A changed lock or project is noticed by its content."""
    _python(checkout)
    _bootstrap(checkout)
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    code, _ = _bootstrap(checkout)

    assert code == 0
    assert len(_installs(checkout)) == 4


def test_it_starts_over_after_a_failed_install(checkout: Path) -> None:
    """What was half installed is not taken for installed."""
    _python(checkout)
    (checkout / "pip-fails").touch()
    failed, text = _bootstrap(checkout)
    (checkout / "pip-fails").unlink()
    code, _ = _bootstrap(checkout)

    assert (failed, code) == (1, 0)
    assert "needs the network" in text
    assert len(_installs(checkout)) == 3


def test_it_makes_a_broken_environment_anew(checkout: Path) -> None:
    """An environment whose Python is gone is replaced, not complained about."""
    _python(checkout)
    _bootstrap(checkout)
    (checkout / ".venv" / "bin" / "python").write_text("#!/no/such/python\n", "utf-8")
    code, _ = _bootstrap(checkout)

    assert code == 0
    assert len(_installs(checkout)) == 4


def test_it_says_what_to_install_where_python_is_missing(checkout: Path) -> None:
    """Without a Python of 3.11 or later it names the packages to install."""
    code, text = _bootstrap(checkout)

    assert code == 1
    assert "apt install python3 python3-venv" in text


def test_it_says_what_to_install_where_venv_is_missing(checkout: Path) -> None:
    """A Python that came without venv is named, with what to install."""
    _python(checkout)
    (checkout / "no-venv").touch()
    code, text = _bootstrap(checkout)

    assert code == 1
    assert "apt install python3-venv" in text
    assert not (checkout / ".venv").exists()
