"""`status`: how each customer stands, from the ledger alone."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime

import click

from engine.cli.context import Session, pass_session
from engine.config.load import load
from engine.executor.health import Health, Looking, health_of
from engine.ledger.opening import open_reader
from engine.report.health_text import show_health
from engine.report.screen import Screen
from engine.runners import FLOWS

COLUMNS = """
    customer last_pass outcome cursor holds oldest_hold in_flight doubts inbox
    oldest_unsent picked_not_shipped messages paused stray
""".split()


@click.command()
@click.argument("customer", required=False)
@click.option(
    "--picked-hours",
    type=click.IntRange(min=0),
    default=24,
    metavar="N",
    help="Show what was picked more than N hours ago and not shipped. Default: 24.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help="json goes to stdout alone; csv is a line a customer.",
)
@pass_session
def status(session: Session, /, customer: str | None, picked_hours: int, form: str) -> int:
    """Last pass and cursor age of each flow, what waits and since when, doubts, inbox, pauses.

    All customers when none is named. Nothing is asked of the systems.
    """
    names = session.names(customer)
    looking = Looking(flows=FLOWS, now=session.now(), picked_hours=picked_hours)
    found = list(_healths(session, names, looking))
    if form == "json":
        click.echo(json.dumps({"format_version": 1, "customers": [asdict(s) for s in found]}))
    elif form == "csv":
        click.echo(_csv(found), nl=False)
    else:
        _show(session, found, looking.now)
    return 0


def _healths(session: Session, names: list[str], looking: Looking) -> Iterator[Health]:
    workspace = session.workspace()
    for name in names:
        with closing(open_reader(workspace.ledger_url(), name)) as ledger:
            yield health_of(name, ledger, looking)


def _show(session: Session, found: list[Health], now: datetime) -> None:
    screen = Screen()
    for health in found:
        ruleset = load(health.customer, session.workspace())[0]
        show_health(screen, health, ruleset.timezone if ruleset else "UTC", now)


def _csv(found: list[Health]) -> str:
    """One line a customer; counts where json has lists and maps."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for health in found:
        unsent = health.oldest_unsent
        writer.writerow(
            {
                **{name: getattr(health, name) for name in COLUMNS if hasattr(health, name)},
                "holds": sum(health.holds.values()),
                "oldest_unsent": unsent.since if unsent else None,
                "picked_not_shipped": len(health.picked),
                "messages": sum(health.messages.values()),
                "stray": len(health.stray),
                "paused": " ".join(one.flow for one in health.paused),
            }
        )
    return out.getvalue()
