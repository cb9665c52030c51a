"""How the command starts: its help is stored, and a command's module is imported on demand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from engine.cli.commands import MODULES, USAGE, crossdock
from engine.cli.main import PAGES, main

HEAVY = ["alembic", "httpx", "jinja2", "jsonschema", "sqlalchemy"]


@pytest.mark.parametrize("words", [[], *([name] for name in MODULES)], ids=" ".join)
def test_the_stored_help_is_what_the_commands_say(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever adds a command, or words one anew, stores it anew with script/reference."""
    asked = [*words, "--help"]
    said = CliRunner().invoke(crossdock, asked, prog_name="crossdock", terminal_width=80)
    for place in ([], ["-C", "anywhere"]):
        with pytest.raises(SystemExit) as ended:
            main([*place, *asked])

        assert ended.value.code == 0
        assert capsys.readouterr().out == said.output


def test_each_stored_page_is_one_of_a_command() -> None:
    """What no command says any more is not kept."""
    names = [path.stem for path in Path(PAGES).iterdir()]

    assert sorted(names) == sorted(["crossdock", *MODULES])


@pytest.mark.parametrize(
    "words", [["plans", "--help"], ["../main", "--help"], ["a", "b", "--help"]]
)
def test_what_has_no_stored_page_is_answered_by_the_commands(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that there is not is told as ever."""
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == USAGE
    assert "No such command" in capsys.readouterr().err


def test_every_command_is_found_under_its_name() -> None:
    """The table of modules names nothing that is not there."""
    assert {name: crossdock.commands[name].name for name in MODULES} == {n: n for n in MODULES}
    assert all(isinstance(one, click.Command) for one in crossdock.commands.values())


@pytest.mark.parametrize(
    ("words", "unused"),
    [
        (["--help"], ["click", "pathlib", "typing", *HEAVY]),
        (["run", "--help"], ["click", "pathlib", "typing", *HEAVY]),
        (["docs", "tutorial"], ["rich", *HEAVY]),
        (["run", "nobody"], ["alembic", "httpx._main", "pygments", "engine.sandbox", "engine.lsp"]),
    ],
    ids=" ".join,
)
def test_a_command_imports_only_what_it_uses(words: list[str], unused: list[str]) -> None:
    """What is heavy and not needed is not imported, or every command would wait for it."""
    code = (
        "import sys, engine.cli.main as door\n"
        f"try: door.main({words!r})\n"
        "except SystemExit: pass\n"
        "loaded = {name for name, module in sys.modules.items() if module}\n"
        f"print('used:', *({{*{unused!r}}} & loaded))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "used:"
