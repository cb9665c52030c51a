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
class Standing:
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
    standings = []
    for name in names:
        with closing(open_reader(workspace.ledger_url(), name)) as ledger:
            standings.append(standing_of(name, ledger))
    if form == "json":
        click.echo(json.dumps({"format_version": 1, "customers": [asdict(s) for s in standings]}))
    elif form == "csv":
        click.echo(_csv(standings), nl=False)
    else:
        _show(Screen(), standings, _zones(session, names), session.now())
    return 0


def standing_of(name: str, ledger: LedgerReader) -> Standing:
    """What the memory says of one customer."""
    passes = ledger.passes("orders")
    cursor = ledger.cursor("orders")
    holds = ledger.holds()
    counts = ledger.counts()
    return Standing(
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


def _show(screen: Screen, standings: list[Standing], zones: dict[str, str], now: datetime) -> None:
    for standing in standings:
        zone = zones[standing.customer]
        screen.heading(standing.customer)
        screen.table(["", ""], _rows(standing, zone, now))
        if standing.inbox or standing.doubts:
            screen.say(f"Next: crossdock inbox {standing.customer}")


def _rows(standing: Standing, zone: str, now: datetime) -> list[list[str]]:
    holds = [["", f"{count} {rule}"] for rule, count in sorted(standing.holds.items())]
    oldest = f", oldest {_when(standing.oldest_hold, zone, now)}" if standing.oldest_hold else ""
    last = f" ({standing.outcome})" if standing.outcome else ""
    return [
        ["last pass", _when(standing.last_pass, zone, now) + last],
        ["read up to", _when(standing.cursor, zone, now)],
        ["held", f"{sum(standing.holds.values()) or 'nothing'}{oldest}"],
        *holds,
        ["in flight", str(standing.in_flight)],
        ["in doubt", str(standing.doubts)],
        ["inbox", f"{standing.inbox} open"],
    ]


def _when(moment: str | None, zone: str, now: datetime) -> str:
    if moment is None:
        return "never"
    at = datetime.fromisoformat(moment)
    return f"{shown(at, zone)}, {age(now - at)} ago"


def _csv(standings: list[Standing]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Standing.__dataclass_fields__)
    for standing in standings:
        row = asdict(standing)
        row["holds"] = sum(standing.holds.values())
        writer.writerow(["" if value is None else value for value in row.values()])
    return out.getvalue()
