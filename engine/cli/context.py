"""What every command shares: the workspace, the clock, and how a ruleset is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from engine.diagnostics import Diagnostic, has_errors
from engine.errors import ConfigurationError, CrossdockError, LeaseHeldError
from engine.report.diagnostics import to_text
from engine.workspace import Workspace

if TYPE_CHECKING:
    from engine.bootstrap import Machine
    from engine.customers import Customer

F = TypeVar("F", bound=Callable[..., Any])
Machines = Callable[[datetime | None], "Machine"]
"""What makes the machine that a command works on; its clock starts at the time, if there is one."""


def real_machine(start: datetime | None) -> Machine:
    """The machine that commands run on. What it is made of is imported when one is wanted: there
    are commands that need none.
    """
    machine: Machine = import_module("engine.bootstrap").real_machine(start)
    return machine


MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])
"""A time on the command line: 2026-11-23, or 2026-11-23T07:00:00Z."""


def in_utc(moment: datetime | None) -> datetime | None:
    """The same time, in UTC; what was given without a zone is UTC already."""
    return None if moment is None else moment.replace(tzinfo=moment.tzinfo or UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The global options of one command line."""

    root: Path
    start: datetime | None = None
    machines: Machines = real_machine

    def workspace(self) -> Workspace:
        # The adapters know records of every kind: not all commands ask for them.
        return Workspace(self.root, import_module("engine.adapters").names())

    def machine(self, customer: Customer) -> Machine:
        """The real machine; `--now` is refused unless every system is on loopback."""
        if self.start is not None and not _customers().on_loopback(customer):
            raise ConfigurationError(
                "--now is for rehearsals: a connection is not on loopback",
                "Leave out --now, or point the connections at a sandbox.",
            )
        context = click.get_current_context(silent=True)
        return replace(self.machines(self.start), doing=context.command_path if context else "")

    def now(self) -> datetime:
        """The time by which ages are told."""
        return self.machines(None).clock.now()

    def names(self, name: str | None) -> list[str]:
        """This customer, or all of them; raises ConfigurationError where there is none."""
        known = Workspace(self.root, ()).customers()
        if not known:
            raise ConfigurationError(
                "there is no ruleset in this workspace", "Make one with: crossdock init CUSTOMER"
            )
        if name is not None and name not in known:
            raise ConfigurationError(
                f"there is no ruleset for {name}", f"Known are: {', '.join(known)}."
            )
        return known if name is None else [name]

    def customer(self, name: str) -> Customer:
        """The customer, or a ConfigurationError after every problem was printed."""
        self.names(name)
        customer: Customer | None
        customer, diagnostics = _customers().load_customer(self.workspace(), name)
        show_diagnostics(diagnostics)
        if customer is None and not has_errors(diagnostics):
            raise ConfigurationError(
                f"the ruleset {name} says nothing of orders",
                "Add `orders:` to it, or extend a base that has it: ca-to-wos/standard.",
            )
        if customer is None:
            count = sum(1 for one in diagnostics if one.severity == "error")
            raise ConfigurationError(
                f"the ruleset {name} has {count} error{'s' * (count != 1)}",
                f"Mend them, then: crossdock validate {name}",
            )
        return customer


def _customers() -> Any:
    """What reads a ruleset, and all that this takes; `docs` and `init` read none."""
    return import_module("engine.customers")


def show_diagnostics(diagnostics: list[Diagnostic]) -> None:
    """Problems of a ruleset go to stderr: stdout belongs to the command's own result."""
    if has_errors(diagnostics):
        for diagnostic in diagnostics:
            click.echo(to_text(diagnostic) + "\n", err=True)


def show_error(error: CrossdockError, about: str = "") -> None:
    """What went wrong (and in which flow), and what to do next: to stderr."""
    click.echo(f"crossdock: {about}{': ' * bool(about)}{error.summary}", err=True)
    if error.advice:
        click.echo(f"  {error.advice}", err=True)


pass_session = click.make_pass_decorator(Session)


def format_option(command: F) -> F:
    """`--format text|json`, as `form`; who holds the customer's lease is told in json too."""

    @wraps(command)
    def told(*given: Any, form: str, **asked: Any) -> Any:
        with tells_holder(form):
            return command(*given, form=form, **asked)

    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        help="json goes to stdout alone; people's text goes to stderr then.",
    )(cast(F, told))


@contextmanager
def tells_holder(form: str) -> Iterator[None]:
    """Where another process works on the customer, json says on stdout who; the error goes on."""
    try:
        yield
    except LeaseHeldError as error:
        if form == "json":
            since = error.since.isoformat() if error.since else None
            held = {
                "customer": error.subject,
                "owner": error.owner,
                "doing": error.doing,
                "since": since,
                "until": error.until.isoformat(),
                "gone": error.gone,
            }
            click.echo(json.dumps({"format_version": 1, "held": held}))
        raise
