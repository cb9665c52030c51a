"""The budget that processes share: its file, who may use it, and real processes on it."""

from __future__ import annotations

import errno
import logging
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from engine.adapters.book import SIZE
from engine.adapters.budgets import SharedBudget, memory_budget, shared_budget
from engine.adapters.channeladvisor import ADAPTER as CHANNELADVISOR
from engine.adapters.channeladvisor.client import Client
from engine.adapters.limits import Tools, throttle_of
from engine.adapters.room import NAP
from engine.adapters.settings import account_of
from engine.adapters.world import SystemClock, runs_no_more
from engine.ports.budget import Budget, Rank, Turn
from engine.ports.systems import Adapter, Limits, Secret
from engine.ports.world import Clock
from engine.sandbox.channeladvisor import ChannelAdvisorSandbox, ChannelAdvisorSettings
from engine.sandbox.server import serve
from tests.adapters.rig import CA_SETTINGS, Rig, StepClock, account
from tests.adapters.test_budgets import asked, waiter

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where budgets are shared in this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"crossdock-{os.getuid()}"


def seats(budget: Budget, limits: Limits) -> int:
    """How many turns there are at once."""
    return sum(isinstance(budget.ask(waiter(limits)), Turn) for _ in range(9))


def test_two_that_open_one_name_share_it(place: Path) -> None:
    """What the one has taken the other has not; another name is another account."""
    clock, two = StepClock(), Limits(in_flight=2)
    mine, other = (shared_budget("a", clock, runs_no_more) for _ in range(2))
    third = shared_budget("b", clock, runs_no_more)

    turn = mine.ask(asked(two))
    assert isinstance(turn, Turn)
    assert seats(other, two) == 1
    mine.done(turn)
    assert seats(other, two) == 1
    assert seats(third, two) == 2
    mine.pause(9.0)
    assert third.ask(asked()) != other.ask(asked())
    for one in (mine, other, third):
        one.close()


def test_the_files_of_budgets_are_private_and_go_with_the_day(place: Path) -> None:
    """They are open to their user alone, and what nobody asked for a day is removed."""
    clock = StepClock()
    for name in ("old", "young"):
        shared_budget(name, clock, runs_no_more).close()
    os.utime(place / "old", (0, 0))
    shared_budget("new", clock, runs_no_more).close()

    assert sorted(path.name for path in place.iterdir()) == ["new", "young"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "new").stat().st_mode) == 0o600
    assert (place / "new").stat().st_size == SIZE


def test_a_place_that_others_can_write_to_is_not_used(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The process keeps to the limits alone then, and says it."""
    place.mkdir()
    place.chmod(0o777)

    with caplog.at_level(logging.WARNING):
        budget = shared_budget("a", StepClock(), runs_no_more)

    assert seats(budget, Limits(in_flight=2)) == 2
    assert "not a folder of this user alone" in caplog.text
    assert list(place.iterdir()) == []


def test_a_file_that_cannot_be_made_is_told(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A link in its place is not followed: the budget is this process's own."""
    place.mkdir(mode=0o700)
    (place / "a").symlink_to(place.parent / "elsewhere")

    with caplog.at_level(logging.WARNING):
        shared_budget("a", StepClock(), runs_no_more).close()

    assert "by this process alone" in caplog.text
    assert not (place.parent / "elsewhere").exists()


def test_a_full_disk_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is written whole when it is opened, and closed again where that fails."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="No space left"):
        SharedBudget(tmp_path / "a", StepClock(), runs_no_more)


def test_an_account_has_one_budget_whoever_asks_it() -> None:
    """Its name is the same for all customers with its address and token, and holds neither."""
    opened: list[str] = []

    def opening(name: str, clock: Clock) -> Budget:
        opened.append(name)
        return memory_budget(clock)

    tools = Tools(
        clock=StepClock(), resolve=lambda word: Secret(word.removeprefix("env:")), open=opening
    )
    mine = {"url": "https://a.example.com/", "application": "one", "refresh": "env:canary"}
    same = {**mine, "url": "https://a.example.com", "limits": {"in-flight": 2}}
    other = {**mine, "refresh": "env:another"}
    for given_settings in (mine, same, other):
        with throttle_of(CHANNELADVISOR, given_settings, tools).call(Rank.BUYERS, 1.0):
            pass

    accounts, machines = opened[::2], opened[1::2]
    assert accounts[0] == accounts[1] != accounts[2]
    assert len(set(machines)) == 1
    assert machines[0] not in accounts
    assert not [name for name in opened if "canary" in name or "example" in name]


def test_a_system_without_limits_opens_nothing() -> None:
    """There is no turn to take where nothing is bounded; what has no address is told apart too."""
    tools = Tools(clock=StepClock(), resolve=Secret, open=lambda name, clock: pytest.fail(name))

    with throttle_of(Adapter(name="files"), {"read": "orders"}, tools).call(Rank.LOOKS, 1.0):
        assert account_of({"read": "a"}, (), Secret) != account_of({"read": "b"}, (), Secret)


def test_two_processes_use_a_limit_up_and_never_go_over_it(rig: Rig, tmp_path: Path) -> None:
    """Of forty calls a minute and three at once two real processes get all forty, and no 429."""
    twin = ChannelAdvisorSandbox(account(), ChannelAdvisorSettings(per_minute=40, in_flight=3))
    with serve(twin) as serving:
        token = token_of(rig, serving.url)
        words = [str(tmp_path / "budget"), f"{serving.url}/v1/Profiles", f"Bearer {token}", "1.0"]
        children = [sharing(*words) for _ in range(2)]
        found = [child.communicate(timeout=30)[0].split() for child in children]

    assert [child.returncode for child in children] == [0, 0]
    assert sorted(found[0] + found[1]) == ["200"] * 40


def test_a_process_that_is_killed_blocks_nobody(tmp_path: Path) -> None:
    """All seats of a real one that died in its calls come back two seconds after they began."""
    child = sharing(str(tmp_path / "budget"))
    assert child.stdout is not None
    assert child.stdout.readline() == "taken\n"
    budget = SharedBudget(tmp_path / "budget", Later(), runs_no_more)
    assert budget.ask(asked(Limits(in_flight=3))) == NAP

    child.kill()
    child.communicate(timeout=10)

    assert seats(budget, Limits(in_flight=3)) == 3
    budget.close()


class Later(SystemClock):
    """The machine's clock, three seconds ahead: what else the test would have to wait for."""

    def monotonic(self) -> float:
        return super().monotonic() + 3


def sharing(*words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.adapters.sharing", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def token_of(rig: Rig, url: str) -> str:
    """A token of the twin there."""
    return Client(rig.kit(CHANNELADVISOR, {**CA_SETTINGS, "url": url})).token()
