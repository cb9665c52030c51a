"""How the command starts: its help is stored, and a command's module is imported on demand."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from engine.cli.commands import MODULES, crossdock
from engine.cli.front_page import FRONT_PAGE
from engine.cli.main import main

HEAVY = ["alembic", "httpx", "jinja2", "jsonschema", "sqlalchemy"]


def test_the_stored_help_is_what_the_commands_say() -> None:
    """Whoever adds a command, or words one anew, stores it anew with script/reference."""
    said = CliRunner().invoke(crossdock, ["--help"], prog_name="crossdock", terminal_width=80)

    assert said.output == FRONT_PAGE


def test_the_stored_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The front door says it, and ends well."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == FRONT_PAGE


def test_every_command_is_found_under_its_name() -> None:
    """The table of modules names nothing that is not there."""
    assert {name: crossdock.commands[name].name for name in MODULES} == {n: n for n in MODULES}
    assert all(isinstance(one, click.Command) for one in crossdock.commands.values())


@pytest.mark.parametrize(
    ("words", "unused"),
    [
        (["--help"], ["click", "pathlib", "typing", *HEAVY]),
        (["docs", "tutorial"], ["rich", *HEAVY]),
        (["validate", "--help"], ["yaml", "importlib.metadata", *HEAVY]),
    ],
    ids=" ".join,
)
def test_a_command_imports_only_what_it_uses(words: list[str], unused: list[str]) -> None:
    """What is heavy and not needed is not imported, or every command would wait for it."""
    code = (
        "import sys, engine.cli.main as door\n"
        f"try: door.main({words!r})\n"
        "except SystemExit: pass\n"
        f"print('used:', *({{*{unused!r}}} & {{*sys.modules}}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "used:"
