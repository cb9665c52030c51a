"""The README: every command in it is typed, and its ruleset is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks, commands, cron_commands, of_kind
from tests.docs.session import Session, make_checkout

README = ROOT / "README.md"
# What runs this test cannot be run by it.
NOT_RUN = "./script/test"
# Ends the rehearsal.
FORGET = "rm -r .crossdock"
# Where the crontab's line finds things; anything but these is as it stands there.
PLACES = {"/srv/acme-rules": "acme-rules", "/srv/crossdock": "."}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Session]:
    with Session(tmp_path) as session:
        yield session


def _of(kind: str) -> list[Block]:
    return [block for block in blocks(README) if block.kind == kind]


def test_every_command_is_typed_in_order(opened: Session) -> None:
    """Each command does what the page says, from a clone to a run on a schedule."""
    start = opened.folder
    for block in (block for block in blocks(README) if block.kind == "console"):
        for command in commands(block):
            if command.text != NOT_RUN:
                assert opened.complaint(command) == ""
            if command.text.startswith(FORGET):
                opened.run("crossdock sandbox acme")  # The real systems: they know of no rehearsal.

    exports = opened.run("export -p | grep -E ' (CA|WOS)_'")[1]
    (start / "acme-rules" / "connections.sh").write_text(exports, encoding="utf-8")
    for text in (text for block in _of("cron") for text in cron_commands(block)):
        code, printed = opened.run(_here(text, start))
        assert code == 0, printed
        assert "orders: 5 orders read, nothing to send" in printed


def _here(text: str, start: Path) -> str:
    for place, name in PLACES.items():
        text = text.replace(place, str(start / name))
    return text


def test_the_two_commands_are_there() -> None:
    """What the page tells to run in a clone is in the clone, and may be executed."""
    named = {c.text for block in _of("console") for c in commands(block) if c.text[0] == "."}

    assert named == {"./script/demo", NOT_RUN}
    assert all((ROOT / name).stat().st_mode & 0o100 for name in named)


def test_the_ruleset_has_ten_lines() -> None:
    """The page shows one ruleset, and it is as short as the heading says."""
    shown = [block for block in of_kind("yaml ruleset") if block.page == "README.md"]

    assert [len(block.text.strip().splitlines()) for block in shown] == [10]


def test_the_exit_codes_are_those_of_the_code() -> None:
    """The table has every code that the command line can end with, and no other."""
    table = README.read_text("utf-8").partition("## Exit codes")[2].partition("## ")[0]
    rows = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    source = "".join(p.read_text("utf-8") for p in sorted((ROOT / "engine" / "cli").glob("*.py")))
    errors = (ROOT / "engine" / "errors.py").read_text("utf-8")
    used = {int(code) for code in re.findall(r"Verdict\.\w+: (\d+)", source)}
    used |= {int(code) for code in re.findall(r"exit_code = (\d+)", errors)}
    used |= {
        int(n) for n in re.findall(r"^(?:USAGE|FAULT|INTERRUPTED) = (\d+)", source, re.MULTILINE)
    }
    planned = re.search(r"NOTHING, CHANGES, BLOCKED = (\d), (\d), (\d)", source)

    assert planned is not None
    assert rows == used | {int(code) for code in planned.groups()}


def test_every_folder_of_the_clone_is_named() -> None:
    """The table of folders has each one that is tracked, and none that is not there."""
    table = README.read_text("utf-8").partition("## Where things are")[2]
    named = set(re.findall(r"^\| `(\w+)/` \|", table, re.MULTILINE))

    assert named == {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name not in ("dist", "build")
    }


def test_a_checkout_of_the_tests_runs_the_real_demo(tmp_path: Path) -> None:
    """The stand-in checkout has the project's own script/demo, byte for byte."""
    made = make_checkout(tmp_path)

    assert (made / "script/demo").read_bytes() == (ROOT / "script/demo").read_bytes()
