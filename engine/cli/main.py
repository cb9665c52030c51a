"""The command `crossdock`: its commands, and every exit code in one place."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import click

from engine.bootstrap import real_machine
from engine.cli import (
    adopting,
    applying,
    authoring,
    checking,
    configuring,
    documents,
    editing,
    explaining,
    inbox,
    listening,
    lookups,
    pausing,
    planning,
    reconciling,
    rehearsing,
    releasing,
    resubmit,
    showing,
    starting,
    state,
    testing,
)
from engine.cli.context import MOMENT, Machines, Session, in_utc, show_error
from engine.cli.faults import write_fault_report
from engine.errors import CrossdockError, LibraryFaultError

USAGE = 64
FAULT = 70
INTERRUPTED = 130


@click.group()
@click.version_option(version("crossdock"), prog_name="crossdock")
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


for command in (
    starting.init,
    authoring.validate,
    checking.check,
    testing.test,
    configuring.config,
    planning.plan,
    applying.apply,
    applying.run,
    listening.listen,
    adopting.adopt,
    releasing.release,
    reconciling.reconcile,
    showing.status,
    explaining.explain,
    inbox.inbox,
    lookups.lookups,
    resubmit.resubmit,
    pausing.pause,
    pausing.resume,
    state.state,
    rehearsing.sandbox,
    rehearsing.demo,
    documents.docs,
    editing.lsp,
):
    crossdock.add_command(command)


def main(arguments: Sequence[str] | None = None, machines: Machines = real_machine) -> None:
    """Runs one command on such a machine and ends the process with its exit code."""
    sys.exit(_guarded(arguments, machines))


def _guarded(arguments: Sequence[str] | None, machines: Machines) -> int:
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
    path = write_fault_report(error)
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
