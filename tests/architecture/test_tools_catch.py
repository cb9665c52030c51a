"""Each rule that a tool checks is shown a deliberate violation, and the tool must name it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import tree

TOOLS = Path(sys.executable).parent
CONTRACTS = tree.pyproject()["tool"]["importlinter"]["contracts"]
BANNED = tree.pyproject()["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]

# The contract, the module that is planted, and the line that breaks it.
PLANTED = [
    ("street", "flows/planted_street.py", "import engine.executor"),
    ("street", "adapters/planted_neighbour.py", "import engine.sandbox"),
    ("street", "sandbox/planted_neighbour_back.py", "import engine.adapters"),
    ("pure", "compiler/planted_pure.py", "import os"),
    ("portless", "config/planted_portless.py", "import engine.ports"),
    ("adapters", "adapters/channeladvisor/planted_adapters.py", "import engine.adapters.files"),
    ("adapters", "adapters/planted_newcomer.py", "import engine.adapters.files"),
    ("sansio", "adapters/planted_sansio/protocol.py", "import time"),
    ("sandbox", "sandbox/planted_sandbox.py", "import engine.model"),
    ("twins", "sandbox/warehouseos/planted_twins.py", "import pathlib"),
    ("world", "adapters/channeladvisor/planted_world.py", "import engine.adapters.http"),
    ("world", "executor/planted_clock.py", "import engine.adapters.world"),
    ("acyclic", "model/planted_acyclic/one.py", "import engine.model.planted_other.two"),
    ("door-alembic", "report/planted_alembic.py", "import alembic"),
    ("door-click", "report/planted_click.py", "import click"),
    ("door-socket", "cli/planted_http.py", "import http.server"),
    ("door-httpx", "cli/planted_httpx.py", "import httpx"),
    ("door-html", "cli/planted_html.py", "import html"),
    ("door-jinja2", "report/planted_jinja2.py", "import jinja2"),
    ("door-jmespath", "flows/planted_jmespath.py", "import jmespath"),
    ("door-jsonschema", "config/planted_jsonschema.py", "import jsonschema"),
    ("door-pygls", "cli/planted_pygls.py", "import pygls.uris"),
    ("door-orjson", "cli/planted_orjson.py", "import orjson"),
    ("door-rich", "cli/planted_rich.py", "import rich.table"),
    ("door-socket", "cli/planted_socket.py", "import socket"),
    ("door-socket", "cli/planted_socketserver.py", "import socketserver"),
    ("door-sqlalchemy", "executor/planted_sqlalchemy.py", "import sqlalchemy"),
    ("door-tenacity", "executor/planted_tenacity.py", "import tenacity"),
    ("door-yaml", "compiler/planted_yaml.py", "import yaml"),
]
# What the planted modules need around them, where it is not there anyway.
AROUND = {
    "adapters/channeladvisor/__init__.py": "",
    "adapters/files/__init__.py": "",
    "adapters/planted_sansio/__init__.py": "",
    "model/planted_acyclic/__init__.py": "",
    "model/planted_other/__init__.py": "",
    "model/planted_other/two.py": "import engine.model.planted_acyclic.one",
}
# Ruff's rule -> code that breaks it, as if it stood in engine/flows/.
SLOPPY = {
    "A001": "list = 1",
    "ARG001": "def f(a): return 1",
    "B006": "def f(a=[]): return a",
    "BLE001": "try:\n    f()\nexcept Exception:\n    g()",
    "C901": "def f(a):\n" + "".join(f"    if a == {n}: g()\n" for n in range(9)),
    "DTZ001": "import datetime\nx = datetime.datetime(2026, 1, 1)",
    "E501": f"x = '{'x' * 100}'",
    "ERA001": "# x = f(1)",
    "F401": "import re",
    "FBT001": "def f(a: bool): return a",
    "FBT003": "f(True)",
    "FIX002": "# OTDO: later".replace("OT", "TO"),
    "I001": "import re\nimport ast\nre, ast",
    "N801": "class bad_name: ...",
    "PGH003": "x = f()  # type: ignore",
    "PGH004": "x = f()  # noqa",
    "PLC0415": "def f():\n    import re\n    return re",
    "PLR0913": "def f(a, b, c, d, e, g, h): return a, b, c, d, e, g, h",
    "PLR0915": "def f():\n" + "    g()\n" * 31,
    "PTH118": "import os.path\nx = os.path.join('a', 'b')",
    "RUF100": "x = 1  # noqa: E501",
    "S101": "assert x",
    "S602": "import subprocess\nsubprocess.run('ls', shell=True)",
    "SLF001": "x = f()._inside",
    "T201": "print(1)",
    "TID252": "from . import x",
    "TRY002": "raise Exception('no')",
    "UP007": "import typing\nx: typing.Union[int, str] = 1",
}


def _run(*command: str | Path, cwd: Path, text: str | None = None) -> tuple[int, str]:
    done = subprocess.run(
        [str(TOOLS / command[0]), *map(str, command[1:])],
        cwd=cwd,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _plant(engine: Path, name: str, text: str) -> None:
    path = engine / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", "utf-8")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the engine that breaks every contract."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        tree.ROOT / "engine", copy / "engine", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(tree.ROOT / "pyproject.toml", copy)
    for name, text in AROUND.items():
        if not (copy / "engine" / name).exists():
            _plant(copy / "engine", name, text)
    for _, name, text in PLANTED:
        _plant(copy / "engine", name, text)
    code, output = _run("lint-imports", "--no-logo", "--no-cache", cwd=copy)
    assert code == 1, output
    return output


def test_every_contract_has_a_planted_violation() -> None:
    """A contract that was never seen to catch anything is not trusted."""
    assert {contract for contract, _, _ in PLANTED} == {c["id"] for c in CONTRACTS}


def test_the_sandbox_is_kept_from_every_part_of_the_engine() -> None:
    """A part that is added to the engine is added to what the sandbox may not import."""
    [contract] = [c for c in CONTRACTS if c["id"] == "sandbox"]
    parts = {p.stem for p in (tree.ROOT / "engine").iterdir() if not p.name.startswith("__")}

    assert set(contract["forbidden_modules"]) == {f"engine.{p}" for p in parts - {"sandbox"}}


@pytest.mark.parametrize(("contract", "module"), [planted[:2] for planted in PLANTED])
def test_a_forbidden_import_breaks_its_contract(contract: str, module: str, broken: str) -> None:
    """Import-linter reports the contract as broken and names the module that breaks it."""
    [name] = [c["name"] for c in CONTRACTS if c["id"] == contract]
    titles = broken.partition("Broken contracts")[2]
    sections = re.split(r"^(.+)\n-+\n", titles, flags=re.MULTILINE)
    texts = dict(zip(sections[1::2], sections[2::2], strict=True))
    [witness] = re.findall(r"planted\w+", module)

    assert f"{name} BROKEN" in broken
    assert re.search(rf"\b{witness}\b", texts[name])


def _ruff(text: str, name: str = "engine/flows/planted.py") -> set[tuple[str, str]]:
    _, output = _run(
        *("ruff", "check", "--no-cache", "--output-format", "json", "--stdin-filename", name, "-"),
        cwd=tree.ROOT,
        text=text + "\n",
    )
    return {(found["code"], found["message"]) for found in json.loads(output)}


@pytest.mark.parametrize("rule", SLOPPY)
def test_a_sloppy_line_breaks_its_rule(rule: str) -> None:
    """Ruff, with the project's settings, names the rule."""
    assert rule in {code for code, _ in _ruff(SLOPPY[rule])}


@pytest.mark.parametrize("banned", BANNED)
def test_a_banned_name_is_refused_with_our_advice(banned: str) -> None:
    """Where a clock, chance or the environment is banned, ruff says what to use instead."""
    module, _, name = banned.rpartition(".")
    head = {"datetime.datetime": "datetime", "datetime.date": "datetime"}.get(module, module)
    text = f"import {head}\nx = {banned}()" if name and module else f"import {banned}"
    advice = [m for code, m in _ruff(text) if code == "TID251"]

    assert advice == [f"`{banned}` is banned: {BANNED[banned]['msg']}"]


def test_unformatted_code_is_found() -> None:
    """Ruff's formatter is a gate too."""
    code, _ = _run(
        *("ruff", "format", "--check", "--stdin-filename", "engine/planted.py", "-"),
        cwd=tree.ROOT,
        text="x = {  'a':1 }\n",
    )

    assert code == 1


def test_loose_types_are_found(tmp_path: Path) -> None:
    """Mypy, with the project's settings, refuses what is untyped or wrong."""
    (tmp_path / "planted.py").write_text(
        "def f(a):\n    return a\n\ndef g(a: list) -> int:\n    return 'x'\n", "utf-8"
    )
    config = ("--config-file", tree.ROOT / "pyproject.toml", "--cache-dir", tmp_path / "cache")
    code, output = _run("mypy", "--strict", *config, "planted.py", cwd=tmp_path)

    assert code == 1
    assert set(re.findall(r"\[([\w-]+)\]", output)) == {
        "no-untyped-def",
        "type-arg",
        "return-value",
    }


def test_a_branch_that_no_test_takes_is_found(tmp_path: Path) -> None:
    """Coverage with the project's settings counts branches and fails below the threshold."""
    (tmp_path / "planted.py").write_text("import sys\nif len(sys.argv) > 9:\n    x = 1\n", "utf-8")
    config = f"--rcfile={tree.ROOT / 'pyproject.toml'}"
    store = f"--data-file={tmp_path / 'coverage'}"
    _run("coverage", "run", config, store, "--source=.", "planted.py", cwd=tmp_path)
    code, output = _run("coverage", "report", config, store, cwd=tmp_path)

    assert code == 2, output
    assert re.search(r"planted\.py\s+3\s+1\s+2\s+1", output)
