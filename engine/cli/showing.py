"""`status`: how each customer stands, from the ledger alone."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime

import click

from engine.cli.context import Session, pass_session
from engine.config.load import load
from engine.ledger.opening import open_reader
from engine.ports.ledger import LedgerReader
from engine.report.screen import Screen
from engine.report.times import age, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One customer's line of the status; times are ISO 8601 in UTC."""

    customer: str
    last_pass: str | None
    outcome: str | None
    cursor: str | None
    holds: dict[str, int]
    oldest_hold: str | None
    in_flight: int
    doubts: int
    inbox: int


@click.command()
@click.argument("customer", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
@pass_session
def status(session: Session, /, customer: str | None, form: str) -> int:
    """Last pass, cursor age, holds, doubts, inbox. All customers when none is named."""
    workspace = session.workspace()
    names = session.names(customer)
    found = []
    for name in names:
        with closing(open_reader(workspace.ledger_url(), name)) as ledger:
            found.append(health_of(name, ledger))
    if form == "json":
        click.echo(json.dumps({"format_version": 1, "customers": [asdict(s) for s in found]}))
    elif form == "csv":
        click.echo(_csv(found), nl=False)
    else:
        _show(Screen(), found, _zones(session, names), session.now())
    return 0


def health_of(name: str, ledger: LedgerReader) -> Health:
    """What the memory says of one customer."""
    passes = ledger.passes("orders")
    cursor = ledger.cursor("orders")
    holds = ledger.holds()
    counts = ledger.counts()
    return Health(
        customer=name,
        last_pass=passes[0].at.isoformat() if passes else None,
        outcome=passes[0].outcome if passes else None,
        cursor=cursor.watermark.isoformat() if cursor else None,
        holds=dict(Counter(hold.rule for hold in holds)),
        oldest_hold=holds[0].since.isoformat() if holds else None,
        in_flight=counts.get("SENDING", 0),
        doubts=counts.get("DOUBT", 0),
        inbox=len(ledger.inbox()),
    )


def _zones(session: Session, names: list[str]) -> dict[str, str]:
    rulesets = {name: load(name, session.workspace())[0] for name in names}
    return {name: ruleset.timezone if ruleset else "UTC" for name, ruleset in rulesets.items()}


def _show(screen: Screen, found: list[Health], zones: dict[str, str], now: datetime) -> None:
    for health in found:
        zone = zones[health.customer]
        screen.heading(health.customer)
        screen.table(["", ""], _rows(health, zone, now))
        if health.inbox or health.doubts:
            screen.say(f"Next: crossdock inbox {health.customer}")


def _rows(health: Health, zone: str, now: datetime) -> list[list[str]]:
    holds = [["", f"{count} {rule}"] for rule, count in sorted(health.holds.items())]
    oldest = f", oldest {_when(health.oldest_hold, zone, now)}" if health.oldest_hold else ""
    last = f" ({health.outcome})" if health.outcome else ""
    return [
        ["last pass", _when(health.last_pass, zone, now) + last],
        ["read up to", _when(health.cursor, zone, now)],
        ["held", f"{sum(health.holds.values()) or 'nothing'}{oldest}"],
        *holds,
        ["in flight", str(health.in_flight)],
        ["in doubt", str(health.doubts)],
        ["inbox", f"{health.inbox} open"],
    ]


def _when(moment: str | None, zone: str, now: datetime) -> str:
    if moment is None:
        return "never"
    at = datetime.fromisoformat(moment)
    return f"{shown(at, zone)}, {age(now - at)} ago"


def _csv(found: list[Health]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Health.__dataclass_fields__)
    for health in found:
        row = asdict(health)
        row["holds"] = sum(health.holds.values())
        writer.writerow(["" if value is None else value for value in row.values()])
    return out.getvalue()
