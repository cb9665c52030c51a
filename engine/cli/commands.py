"""The command `crossdock`: its commands, and every exit code in one place.

A command's module is imported when the command is asked for: none pays for the libraries of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click

from engine.cli.context import MOMENT, Machines, Session, in_utc, real_machine, show_error
from engine.errors import CrossdockError, LibraryFaultError

USAGE = 64
FAULT = 70
INTERRUPTED = 130

MODULES = {
    "init": "starting",
    "validate": "authoring",
    "check": "checking",
    "test": "testing",
    "config": "configuring",
    "plan": "planning",
    "apply": "applying",
    "run": "applying",
    "listen": "listening",
    "adopt": "adopting",
    "release": "releasing",
    "reconcile": "reconciling",
    "status": "showing",
    "explain": "explaining",
    "inbox": "inbox",
    "lookups": "lookups",
    "resubmit": "resubmit",
    "pause": "pausing",
    "resume": "pausing",
    "state": "state",
    "sandbox": "rehearsing",
    "demo": "rehearsing",
    "docs": "documents",
    "lsp": "editing",
}
"""Command -> the module beside this one in which a function of that name is the command."""


class OnDemand(Mapping[str, click.Command]):
    """The commands by name, each imported when it is looked at."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(import_module(f"engine.cli.{MODULES[name]}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


@click.group(commands=OnDemand())
@click.version_option(package_name="crossdock", prog_name="crossdock")
@click.option(
    "-C",
    "workspace",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="The workspace: the folder that holds rulesets/. Default: this folder.",
)
@click.option(
    "--now",
    type=MOMENT,
    metavar="TIME",
    help="For rehearsals: start the engine's clock there, as 2026-12-24T07:00. On loopback only.",
)
@click.pass_context
def crossdock(context: click.Context, workspace: Path, now: datetime | None) -> None:
    """Moves orders, shipments, items and stock between a channel and a warehouse, by ruleset.

    Start with: init, validate, plan, apply. Then run.
    """
    context.obj = Session(root=workspace, start=in_utc(now), machines=context.obj or real_machine)


def guarded(arguments: Sequence[str] | None, machines: Machines = real_machine) -> int:
    """Runs one command on such a machine; returns the exit code, whatever happens."""
    try:
        return _run(arguments, machines)
    except LibraryFaultError as error:
        click.echo(f"crossdock: {error.summary}", err=True)
        return _fault(error)
    except CrossdockError as error:
        show_error(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted. Nothing is lost: the next run goes on from here.", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost door: no traceback for a user
        return _fault(error)


def _fault(error: BaseException) -> int:
    path = import_module("engine.cli.faults").write_fault_report(error)
    click.echo(f"crossdock: an internal fault, not your mistake. Report: {path}", err=True)
    return FAULT


def _run(arguments: Sequence[str] | None, machines: Machines) -> int:
    """Click's own way of ending is kept out: its 2 would mean "changes"."""
    try:
        result = crossdock.main(
            arguments, prog_name="crossdock", standalone_mode=False, obj=machines
        )
    except click.ClickException as error:
        error.show()
        return USAGE
    return result if isinstance(result, int) else 0
