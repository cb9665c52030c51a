"""`check`: does what the ruleset says hold in the live systems? It reads, and writes nothing."""

from __future__ import annotations

import json

import click

from engine.bootstrap import Machine, open_sight
from engine.cli.context import Session, format_option, pass_session
from engine.customers import Customer
from engine.executor.checking import check as ask
from engine.model.finding import ERROR, Finding
from engine.report.check_text import findings_json, show_findings
from engine.report.screen import Screen
from engine.runners import sites_of
from engine.workspace import Workspace


@click.command()
@click.argument("customer")
@format_option
@pass_session
def check(session: Session, /, customer: str, form: str) -> int:
    """Ask the live systems whether what the ruleset says holds; change nothing.

    Credentials, profiles, distribution centers, areas, custom fields, carriers, SKUs that exist
    twice, bundles, and which parts of a site profile nobody has seen yet.

    Exits 0 without errors (there may be warnings), 1 with some.
    """
    opened = session.customer(customer)
    found = findings_of(opened, session.machine(opened), session.workspace())
    if form == "json":
        click.echo(json.dumps(findings_json(customer, found), ensure_ascii=False))
    else:
        show_findings(Screen(), customer, found)
    return 1 if has_errors(found) else 0


def findings_of(customer: Customer, machine: Machine, workspace: Workspace) -> list[Finding]:
    """Everything that the live systems show of a ruleset."""
    with open_sight(customer, machine, workspace) as sight:
        return list(ask(sites_of(sight), machine.clock.now()))


def has_errors(found: list[Finding]) -> bool:
    """Whether something is to be mended before go-live."""
    return any(one.severity == ERROR for one in found)
