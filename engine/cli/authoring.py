"""`validate`: every problem of some rulesets at once."""

from __future__ import annotations

import json

import click

from engine.cli.context import Session, format_option, pass_session
from engine.customers import load_customer
from engine.diagnostics import Diagnostic
from engine.errors import ConfigurationError
from engine.report.diagnostics import to_json, to_text
from engine.workspace import Workspace


@click.command()
@click.argument("customers", metavar="[CUSTOMER]...", nargs=-1)
@format_option
@pass_session
def validate(session: Session, customers: tuple[str, ...], form: str) -> int:
    """Check rulesets: every problem with its place. All customers when none is named.

    Exits 0 when there is no error, else 1.
    """
    workspace = session.workspace()
    names = list(customers) or session.names(None)
    problems = {name: _problems(workspace, name) for name in names}
    (_print_json if form == "json" else _print_text)(problems)
    return int(any(_errors(found) for found in problems.values()))


def _problems(workspace: Workspace, name: str) -> list[Diagnostic]:
    """The problems of one ruleset; a file that cannot be read hides nobody else's."""
    try:
        return load_customer(workspace, name)[1]
    except ConfigurationError as error:
        return [Diagnostic(id="unreadable-file", message=error.summary, help=error.advice)]


def _errors(diagnostics: list[Diagnostic]) -> int:
    return sum(1 for one in diagnostics if one.severity == "error")


def _print_text(problems: dict[str, list[Diagnostic]]) -> None:
    for diagnostic in (one for found in problems.values() for one in found):
        click.echo(to_text(diagnostic) + "\n")
    for name, found in problems.items():
        errors = _errors(found)
        warnings = len(found) - errors
        verdict = "ok" if not errors else f"{errors} error{'s' * (errors != 1)}"
        extra = f", {warnings} warning{'s' * (warnings != 1)}" if warnings else ""
        click.echo(f"{name}: {verdict}{extra}")


def _print_json(problems: dict[str, list[Diagnostic]]) -> None:
    found = {name: [to_json(one) for one in several] for name, several in problems.items()}
    click.echo(json.dumps({"format_version": 1, "customers": found}, ensure_ascii=False))
