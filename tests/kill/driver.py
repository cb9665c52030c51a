"""Runs crossdock's commands in processes that may be killed.

`python -m tests.kill.driver` reads errands from stdin, one JSON object a line, and forks a child
for each, so that a run costs no start of an interpreter. It answers with how the child ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from engine.adapters.http import HttpReader
from engine.adapters.world import SerialPool
from engine.bootstrap import Machine
from engine.cli.applying import apply, run
from engine.cli.context import Session
from engine.cli.planning import plan
from engine.customers import Customer
from engine.errors import CrossdockError
from engine.ports.world import Randomness
from tests.kill.clock import SharedClock
from tests.kill.mortal import life_until, mortal_http
from tests.kill.traps import Trap, TrappedWriter, trapped_ledger
from tests.simulation.life import Life
from tests.simulation.memory import mortal_ledger
from tests.simulation.stage import CHANNEL, WAREHOUSE

COMMANDS: dict[str, click.Command] = {"plan": plan, "apply": apply, "run": run}
INTERRUPTED, FAULT = 130, 70
NAMES = {"CA": CHANNEL, "WOS": WAREHOUSE}


class NoJitter(Randomness):
    """Always the middle."""

    def fraction(self) -> float:
        return 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrappedSession(Session):
    """The command line's own session over a machine with traps in it."""

    clock: SharedClock
    trap: Trap
    lease: float

    def machine(self, customer: Customer) -> Machine:
        return Machine(
            clock=self.clock,
            random=NoJitter(),
            pool=SerialPool(),
            reader=HttpReader,
            writer=lambda clock: TrappedWriter(clock, self.trap),
            lease=timedelta(seconds=self.lease),
            lasting=lambda _: timedelta(),
            ledger=trapped_ledger(self.trap),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MortalSession(TrappedSession):
    """The same over a machine that dies at a boundary of any request or commit."""

    life: Life

    def machine(self, customer: Customer) -> Machine:
        systems = {urlsplit(os.environ[f"{name}_URL"]).netloc: told for name, told in NAMES.items()}
        transport = mortal_http(self.life, systems)
        return replace(
            super(MortalSession, self).machine(customer),
            reader=transport,
            writer=transport,
            ledger=mortal_ledger(self.life),
        )


def main() -> None:
    """Answers errands until stdin ends, then ends what it stopped."""
    stopped: set[int] = set()
    for line in sys.stdin:
        errand = json.loads(line)
        pid = errand.get("go-on") or _fork(errand)
        if pid in stopped:
            os.kill(pid, signal.SIGCONT)
        ended = _wait(pid)
        (stopped.add if "stopped" in ended else stopped.discard)(pid)
        sys.stdout.write(json.dumps({"pid": pid, **ended}) + "\n")
        sys.stdout.flush()
    for pid in stopped:
        os.kill(pid, signal.SIGKILL)


def _fork(errand: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        code = FAULT
        try:
            code = _child(errand)
        finally:
            os._exit(code)
    return pid


def _wait(pid: int) -> dict[str, int]:
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return {"stopped": os.WSTOPSIG(status)}
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    return {"code": os.WEXITSTATUS(status)}


def _child(errand: dict[str, Any]) -> int:
    number = os.open(errand["out"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    os.dup2(number, 1)
    os.dup2(number, 2)
    os.environ.update(errand["environment"])
    command, *arguments = errand["arguments"]
    session = _session(errand)
    try:
        code = COMMANDS[command].main(arguments, obj=session, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.Abort:
        return INTERRUPTED
    except CrossdockError as error:
        click.echo(f"{error.summary}\n  {error.advice}", err=True)
        return error.exit_code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _session(errand: dict[str, Any]) -> TrappedSession:
    """With a trap at a point of the protocol, or with a boundary at which it dies."""
    members: dict[str, Any] = {
        "root": Path(errand["root"]),
        "clock": SharedClock(Path(errand["clock"])),
        "trap": Trap(**errand["trap"]),
        "lease": errand["lease"],
    }
    if "boundary" not in errand:
        return TrappedSession(**members)
    return MortalSession(**members, life=life_until(errand["boundary"], errand["nth"]))


if __name__ == "__main__":
    main()
