"""An adapter of another installed package is found by its entry point, and by nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.adapters import find, names
from engine.credentials import inherited_environment
from engine.errors import ConfigurationError
from engine.sandbox.yard import Layout
from tests.acceptance.town import open_town

PACKAGE = Path(__file__).parent / "notebook"
TO_NOTEBOOK = {
    "connections": {"out": {"adapter": "notebook", "paper": "notes.jsonl"}},
    "orders": {"to": "out", "items": {"check": "off"}},
}


def crossdock_with_package(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, in which the package is installed."""
    return subprocess.run(
        [sys.executable, "-m", "engine", "-C", str(root), *arguments],
        env={**inherited_environment(), "PYTHONPATH": str(PACKAGE)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_ruleset_may_name_the_adapter_of_a_package(tmp_path: Path) -> None:
    """The whole street: validated, planned, sent, and nothing left for a second run."""
    with open_town(tmp_path, Layout(customer="brightwick"), overlay=TO_NOTEBOOK) as town:
        valid = crossdock_with_package(tmp_path, "validate", "brightwick")
        first = crossdock_with_package(tmp_path, "run", "brightwick")
        pages = (tmp_path / "notes.jsonl").read_text("utf-8").splitlines()
        again = crossdock_with_package(tmp_path, "run", "brightwick")

        assert (valid.returncode, first.returncode, again.returncode) == (0, 0, 0), first.stderr
        assert {int(json.loads(page)["number"]) for page in pages} == town.exported()
        assert len(pages) == len(town.exported()) > 0
        assert (tmp_path / "notes.jsonl").read_text("utf-8").splitlines() == pages


def test_without_the_package_the_name_is_a_mistake_of_the_ruleset(tmp_path: Path) -> None:
    """It is told with its place, like any other name that nothing has."""
    with open_town(tmp_path, Layout(customer="brightwick"), overlay=TO_NOTEBOOK) as town:
        said = town.run("validate", "brightwick")

    assert said.code == 1
    assert "unknown-adapter" in said.out + said.err


def install(folder: Path, name: str, **points: str) -> None:
    """Writes what an installer leaves of a distribution with these entry points."""
    made = folder / f"{name}-1.0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    lines = [f"{key} = {value}" for key, value in points.items()]
    text = "\n".join(["[crossdock.adapters]", *lines, ""])
    (made / "entry_points.txt").write_text(text, "utf-8")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which packages are imported while the test runs."""
    monkeypatch.syspath_prepend(str(PACKAGE))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_names_are_those_of_folders_and_of_packages(place: Path) -> None:
    """What is installed stands beside what comes with the engine, and is not imported for that."""
    install(place, "broken", hollow="no_such_module:ADAPTER")

    assert names() == ("channeladvisor", "files", "hollow", "notebook", "warehouseos")
    assert find("notebook").name == "notebook"
    assert find("files").name == "files"


@pytest.mark.parametrize(
    ("points", "name", "says"),
    [
        ({"files": "crossdock_notebook:ADAPTER"}, "files", "from crossdock itself, second"),
        ({"notebook": "crossdock_notebook:ADAPTER"}, "notebook", "more than once"),
        ({"hollow": "no_such_module:ADAPTER"}, "hollow", "of the package second cannot be loaded"),
        ({"bare": "crossdock_notebook:NOTHING"}, "bare", "cannot be loaded"),
        ({"odd": "crossdock_notebook:Notebook"}, "odd", "is none of that name"),
        ({"alias": "crossdock_notebook:ADAPTER"}, "alias", "is none of that name"),
        ({}, "notebok", "there is no adapter"),
    ],
)
def test_what_is_no_adapter_is_said_when_it_is_asked_for(
    place: Path, points: dict[str, str], name: str, says: str
) -> None:
    """Two of one name, or one that cannot be loaded: whose it is, and nobody else's harm."""
    install(place, "second", **points)

    with pytest.raises(ConfigurationError, match=says) as refused:
        find(name)

    assert refused.value.advice
    assert find("warehouseos").name == "warehouseos"
