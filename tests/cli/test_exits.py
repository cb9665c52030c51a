"""Exit codes, one by one, and what is said with them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest

from engine.adapters.http import HttpWriter
from engine.cli.commands import crossdock as group
from engine.ledger.opening import open_ledger
from engine.ports.world import Clock, Request, Response
from tests.acceptance.arrivals import as_it_must_be
from tests.acceptance.town import SteppedClock, Town, crossdock, machine_on
from tests.cli.conftest import STILL

COMMANDS = sorted(group.commands)
SPEAKS_A_PROTOCOL = "lsp"
"""What it says on its standard output is the Language Server Protocol, which is JSON."""


def plan_file(town: Town, *options: str) -> Path:
    said, file = town.plan(*options)
    assert said.code == 2, said.err
    return file


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(workspace: Path, name: str) -> None:
    """--help exits 0 with a sentence of what it does and an explanation of each own option."""
    said = crossdock(workspace, name, "--help")
    command = group.commands[name]

    assert (said.code, said.err) == (0, "")
    assert (command.help or "").partition("\n")[0].rstrip().endswith((".", ":", ";"))
    assert (command.help or "").split("\n")[0] in " ".join(said.out.split())
    for option in command.params:
        if isinstance(option, click.Option) and option.name not in ("form", "help"):
            assert option.help, f"{name} {option.opts}"


@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_an_unknown_option_is_a_usage_error(workspace: Path, name: str) -> None:
    """Click's own 2 would mean that there are changes, so usage errors exit 64."""
    said = crossdock(workspace, *([name] if name else []), "--nonsense")

    assert (said.code, said.out) == (64, "")
    assert "No such option" in said.err


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != SPEAKS_A_PROTOCOL])
def test_every_command_speaks_json(name: str) -> None:
    """Whatever can be asked can be asked for a machine."""
    forms = [one for one in group.commands[name].params if one.name == "form"]

    assert len(forms) == 1
    assert isinstance(forms[0].type, click.Choice)
    assert {"text", "json"} <= set(forms[0].type.choices)


def test_a_usage_error_below_a_workspace_that_is_none(tmp_path: Path) -> None:
    """-C wants a folder that is there."""
    said = crossdock(tmp_path / "nowhere", "validate")

    assert said.code == 64
    assert "does not exist" in said.err


@pytest.mark.parametrize(
    "arguments", [("plan", "brightwik"), ("run", "brightwik"), ("status", "brightwik"),
                  ("inbox", "brightwik"), ("validate", "brightwik"), ("sandbox", "brightwik")]
)  # fmt: skip
def test_a_customer_that_is_none_is_said_to_be_none(town: Town, arguments: list[str]) -> None:
    """A typing error is no healthy customer with nothing to do: exit 1, and the known ones."""
    said = town.run(*arguments)

    assert said.code == 1
    assert "brightwik" in said.out + said.err
    assert arguments[0] == "sandbox" or "brightwick" in said.out + said.err


@pytest.mark.parametrize("command", ["validate", "status"])
def test_an_empty_workspace_says_how_to_begin(workspace: Path, command: str) -> None:
    """Exit 1 and the command that makes a first ruleset."""
    said = crossdock(workspace, command)

    assert said.code == 1
    assert said.err.endswith("crossdock init CUSTOMER\n")


def test_a_plan_exits_2_with_work_and_0_without(town: Town) -> None:
    """What a schedule reads: something to send, newly held, and then nothing."""
    file = plan_file(town)
    assert town.run("apply", file).code == 0
    assert town.plan()[0].code == 0


def test_a_plan_of_nothing_but_a_new_hold_exits_2(town: Town) -> None:
    """A hold that is new is news, though nothing is to be sent."""
    held = "31500105"
    said, file = town.plan("--only", held, "--format", "json")
    assert said.code == 2
    assert said.lines[-1]["changes"] == {}
    assert town.run("apply", file).code == 0
    assert town.plan("--only", held)[0].code == 0


def test_a_file_is_applied_once(town: Town) -> None:
    """The second time it says so, exits 0 and writes nothing."""
    file = plan_file(town)
    assert town.run("apply", file).code == 0
    before = town.writes()
    again = town.run("apply", file, "--format", "json")

    assert (again.code, again.json["verdict"]) == (0, "already applied")
    assert town.writes() == before
    assert as_it_must_be(town)


def test_a_stale_plan_names_what_moved_and_sends_nothing(town: Town) -> None:
    """Exit 3 with the part; --partial sends the rest, and the next run sends what was stale."""
    file = plan_file(town)
    order = min(one.order for one in town.yard.world.expected["brightwick"])
    town.touch(order, SpecialInstructions="ring twice")
    stale = town.run("apply", file, "--format", "json")
    assert stale.code == 3
    assert [one["key"] for one in stale.json["stale"]] == [f"{order}/main"]
    assert f"{order}/main" in stale.err
    assert town.writes() == []

    assert town.run("apply", file, "--partial").code == 0
    assert len(town.stored()) == len(town.yard.world.expected["brightwick"]) - 1
    town.clock.slept += 60
    town.floor("channel", "clock", {"now": (STILL + timedelta(seconds=60)).isoformat()})
    assert town.run("run", "brightwick").code == 0
    stored = {order["number"]: order["header"].get("notes") for order in town.stored()}
    assert stored[str(order)] == "ring twice"
    assert len(town.stored()) == len(town.yard.world.expected["brightwick"])


DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "one word": (lambda text: text.replace("DC MAIN", "DC MOIN"), "does not match its digest"),
    "no footer": (lambda text: text.rpartition('{"type":"footer"')[0], "never finished"),
    "cut short": (lambda text: text[: len(text) // 2], "a line of it is not a plan's"),
    "a list": (lambda text: "[1, 2]\n", "a line of it is not a plan's"),
    "empty": (lambda text: "", "never finished"),
    "another version": (
        lambda text: text.replace('"format_version":2', '"format_version":99'),
        "a line of it is not a plan's",
    ),
    "another type": (lambda text: text.replace("header", "heading"), "a line of it is not"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_plan_file_is_refused(town: Town, damage: str) -> None:
    """Exit 1, says what is wrong with the file, and nothing is sent."""
    spoil, what = DAMAGE[damage]
    file = plan_file(town)
    whole = file.read_text(encoding="utf-8")
    file.write_text(spoil(whole), encoding="utf-8")
    said = town.run("apply", file)

    assert spoil(whole) != whole
    assert said.code == 1
    assert what in said.err
    assert "nothing was sent" in said.err
    assert town.writes() == []


def test_a_plan_file_that_is_no_text_is_refused(town: Town) -> None:
    """Bytes that are no UTF-8 are a damaged file, not a fault of the program."""
    file = town.root / "plan.jsonl"
    file.write_bytes(b"\xff\xfe\x00")
    said = town.run("apply", file)

    assert said.code == 1
    assert "not UTF-8" in said.err


@pytest.mark.parametrize(
    "option",
    ["--only=31500102", "--limit=3", "--since=2026-11-01", "--since=2026-11-01T00:00:00Z"],
)
def test_a_part_of_the_work_does_not_move_the_cursor(town: Town, option: str) -> None:
    """After a plan of a part is applied, the ordinary pass still sees everything else."""
    file = plan_file(town, option)
    assert town.run("apply", file).code == 0
    status = town.run("status", "--format", "json").json["customers"][0]
    assert status["cursor"] is None
    assert town.run("run", "brightwick").code == 0
    assert as_it_must_be(town)


def test_a_limit_reads_no_more_than_it_says(town: Town) -> None:
    """Three orders are three orders, held ones among them."""
    said, _ = town.plan("--limit", "3", "--format", "json")

    assert said.lines[-1]["read"]["orders"] == 3
    assert said.lines[0]["partial"] is True


def test_an_order_that_is_gone_is_said_to_be_gone(town: Town) -> None:
    """--only with a key that the source does not know ends in a decision with its rule."""
    said, _ = town.plan("--only", "99999999", "--format", "json")

    assert said.code in (0, 2), said.err
    assert [line["rule"] for line in said.lines[1:-1]] == ["orders.gone"]


@contextmanager
def another_process(town: Town) -> Iterator[None]:
    """Holds the customer's lease."""
    url = f"sqlite:///{town.root / '.crossdock' / 'ledger.db'}"
    ledger = open_ledger(url, "brightwick", owner="elsewhere:1")
    try:
        ledger.acquire("brightwick", "elsewhere:1", STILL, timedelta(minutes=1))
        yield
    finally:
        ledger.close()


@pytest.mark.parametrize("command", ["run", "apply"])
def test_a_held_lease_exits_75_and_names_the_holder(town: Town, command: str) -> None:
    """Another pass is at work: nothing is sent; when its lease is over, the work goes on."""
    file = plan_file(town)
    arguments = ["run", "brightwick"] if command == "run" else ["apply", str(file)]
    with another_process(town):
        said = town.run(*arguments)
        assert said.code == 75
        assert "elsewhere:1" in said.err
        assert town.writes() == []
        town.clock.slept += 120
        assert town.run(*arguments).code == 0
    assert as_it_must_be(town)


def test_another_clock_is_refused_off_the_loopback(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--now is for rehearsals; with a system elsewhere it exits 1 before anything is asked."""
    allowed = town.run("--now", "2026-11-23T12:00:00", "plan", "brightwick")
    monkeypatch.setenv("WOS_URL", "https://wos.example.com")
    refused = town.run("--now", "2026-11-23T12:00:00", "plan", "brightwick")

    assert allowed.code == 2
    assert refused.code == 1
    assert "--now is for rehearsals" in refused.err


@pytest.mark.parametrize("name", ["CA_SHARED_SECRET", "CA_REFRESH_TOKEN", "WOS_API_KEY"])
def test_a_missing_secret_is_named(town: Town, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Exit 1 with the variable's name and how to set it."""
    monkeypatch.delenv(name)
    said = town.run("plan", "brightwick")

    assert said.code == 1
    assert said.err == (
        f"crossdock: not set in the environment: {name}\n  Set it, e.g. export {name}=...\n"
    )


def test_all_missing_variables_are_named_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to set them one by one to learn of the next."""
    for name in ("CA_URL", "CA_SHARED_SECRET", "WOS_API_KEY"):
        monkeypatch.delenv(name)
    said = town.run("plan", "brightwick")

    assert said.code == 1
    assert "not set in the environment: CA_URL, CA_SHARED_SECRET, WOS_API_KEY" in said.err


def test_a_pass_that_fails_is_on_record(town: Town) -> None:
    """In the morning `status` says that the last pass failed, and why."""
    town.faults("warehouse", {"kind": "500", "count": None})
    failed = town.run("run", "brightwick")
    status = town.run("status", "brightwick")

    assert failed.code == 1
    assert "failed: http" in status.out
    assert "no usable answer" in status.out


@pytest.mark.parametrize("name", ["CA_SHARED_SECRET", "CA_REFRESH_TOKEN", "WOS_API_KEY"])
def test_a_wrong_secret_is_refused_and_not_shown(
    town: Town, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Exit 1, names the connection; the secret itself is in no output and no file."""
    monkeypatch.setenv(name, "canary-secret-7f3a")
    said = town.run("plan", "brightwick")

    assert said.code == 1
    assert "refuses the" in said.err
    assert "canary" not in said.out + said.err
    for path in town.root.rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes()


class BrokenClock(SteppedClock):
    """A clock with a fault of its own, whose message quotes a record."""

    def now(self) -> datetime:
        raise ZeroDivisionError("Dana O'Neil, 12 Sample Way")


def test_an_internal_fault_exits_70_with_a_report_without_values(town: Town) -> None:
    """No traceback for the user; the report has places and the error's kind, no record."""
    said = town.run_on(machine_on(BrokenClock()), "plan", "brightwick")
    report = Path(said.err.strip().rpartition("Report: ")[2])
    text = report.read_text(encoding="utf-8")
    report.unlink()

    assert (said.code, said.out) == (70, "")
    assert said.err.startswith("crossdock: an internal fault, not your mistake.")
    assert "ZeroDivisionError" in text
    assert "planning.py" in text
    assert "Dana" not in text + said.err
    assert "Sample" not in text + said.err


class Interrupted(HttpWriter):
    """A transport during whose third write somebody presses Ctrl-C."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.writes = 0

    def write(self, request: Request, not_after: datetime) -> Response:
        self.writes += 1
        answer = super().write(request, not_after)
        if self.writes == 3:
            raise KeyboardInterrupt
        return answer


def test_an_interrupt_exits_130_and_the_next_run_goes_on(town: Town) -> None:
    """In the middle of sending: nothing is lost, nothing comes twice."""
    machine = replace(machine_on(town.clock), writer=Interrupted)
    said = town.run_on(machine, "run", "brightwick")

    assert said.code == 130
    assert said.err.strip() == "Interrupted. Nothing is lost: the next run goes on from here."
    assert len(town.writes()) == 3
    assert town.run("run", "brightwick").code == 0
    assert as_it_must_be(town)


def test_who_has_seen_enough_of_the_output_gets_no_error(workspace: Path) -> None:
    """A closed pipe, as of `crossdock docs | head -1`, leaves no traceback and no fault report."""
    words = [sys.executable, "-m", "engine", "-C", str(workspace), "docs"]
    here = Path(__file__).parents[2]
    with subprocess.Popen(
        words, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""


def test_a_ruleset_that_changed_since_the_plan_is_told(town: Town) -> None:
    """The plan is sent as it was approved, and the change is worth a word on the way."""
    file = plan_file(town)
    ruleset = town.root / "rulesets" / "brightwick" / "ruleset.yaml"
    ruleset.write_text(json.dumps({"extends": "town/brightwick", "timezone": "Asia/Tokyo"}))
    said = town.run("apply", file)

    assert said.code in (0, 3)
    assert "The ruleset has changed since this plan was made" in said.out


def test_the_version_is_the_installed_one(workspace: Path) -> None:
    """`--version` names the program and its version."""
    said = crossdock(workspace, "--version")

    assert said.code == 0
    assert said.out.startswith("crossdock, version ")
