"""The wheel holds all that a customer's machine needs, and works without a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from engine.shipped import shipped

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("schemas", "mappings", "rulesets", "docs")


def _run(*command: str | Path, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run(
        [str(c) for c in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a package index would get it, without a network."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=ROOT)
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of an installation lie that has the wheel but no checkout.

    The wheel's dependencies come from the environment of the tests, by a path file; a path file
    of that environment (which would lead to the checkout) is not read from there.
    """
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = ("-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    _run(sys.executable, *pip, wheel, cwd=home)
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return home / "bin"


@pytest.mark.parametrize("kind", KINDS)
def test_all_shipped_files_are_in_the_wheel(kind: str, wheel: Path) -> None:
    """Each file of the checkout's folder is in the wheel, inside the package."""
    top = ROOT / kind
    ours = {p.relative_to(top).as_posix() for p in top.rglob("*") if p.is_file()}
    prefix = f"engine/_shipped/{kind}/"
    names = zipfile.ZipFile(wheel).namelist()

    assert {n.removeprefix(prefix) for n in names if n.startswith(prefix)} == ours
    assert ours


def test_the_wheel_holds_the_whole_engine_and_nothing_else(wheel: Path) -> None:
    """All of engine/ (migrations too) and the metadata; no tests, no scripts."""
    files = (ROOT / "engine").rglob("*")
    ours = {
        p.relative_to(ROOT).as_posix()
        for p in files
        if p.is_file() and "__pycache__" not in p.parts
    }
    names = [n for n in zipfile.ZipFile(wheel).namelist() if not n.startswith("engine/_shipped/")]

    assert {n for n in names if n.startswith("engine/")} == ours
    assert {n.partition("/")[0].partition("-")[0] for n in names} == {"engine", "crossdock"}


def test_a_checkout_finds_its_own_folders() -> None:
    """From a checkout, shipped data is what one edits."""
    assert [shipped(kind) for kind in KINDS] == [ROOT / kind for kind in KINDS]


def test_an_installation_finds_what_came_with_the_wheel(scripts: Path, tmp_path: Path) -> None:
    """Installed, shipped data comes from inside the package, not from a checkout nearby."""
    code = f"from engine.shipped import shipped; print(*map(shipped, {KINDS!r}), sep='\\n')"
    found = [Path(p) for p in _run(scripts / "python", "-c", code, cwd=tmp_path).splitlines()]

    assert [p.name for p in found] == list(KINDS)
    assert all(p.is_dir() and p.is_relative_to(scripts.parent) for p in found)


def test_the_version_is_said_in_one_place(scripts: Path, tmp_path: Path) -> None:
    """The installed command says the version of pyproject.toml, from an empty folder."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] in _run(scripts / "crossdock", "--version", cwd=tmp_path)


@pytest.mark.parametrize("customer", ["northpeak", "tidewater", "brightwick"])
def test_an_installation_validates_a_customer(customer: str, scripts: Path, tmp_path: Path) -> None:
    """Schemas, base mappings and site profiles are found without a checkout."""
    target = tmp_path / "rulesets" / customer
    target.parent.mkdir()
    for source in sorted((ROOT / "rulesets" / customer).rglob("*")):
        if source.is_file():
            copy = target / source.relative_to(ROOT / "rulesets" / customer)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    output = _run(scripts / "crossdock", "-C", tmp_path, "validate", customer, cwd=tmp_path)

    assert "Traceback" not in output
