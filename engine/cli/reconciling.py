"""`reconcile`: Inventory Discrepancy, what lies in the warehouse against what the channel sells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from engine.bootstrap import open_reconciler
from engine.cli.context import Session, pass_session
from engine.executor.reconciling import reconcile as compared
from engine.model.discrepancy import Discrepancy
from engine.report.discrepancy_files import csv_lines, json_lines
from engine.report.discrepancy_html import html_parts
from engine.report.discrepancy_text import show_discrepancy
from engine.report.screen import Screen

NOTHING, SOME = 0, 2


@click.command()
@click.argument("customer")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "html", "json"]),
    default="text",
    help="json is one line of sums and one for each row; html is one page.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the csv, html or json there instead of to stdout.",
)
@pass_session
def reconcile(session: Session, customer: str, form: str, out: Path | None) -> int:
    """Compare the stock of both systems, and split each difference into its causes.

    It changes nothing. Exits 0 when every difference is explained, 2 when some are not.
    """
    if out is not None and form == "text":
        raise click.UsageError("--out needs --format csv, html or json.")
    opened = session.customer(customer)
    machine = session.machine(opened)
    zone = opened.ruleset.timezone
    with open_reconciler(opened, machine, session.workspace()) as desk:
        found = compared(desk)
        if form == "text":
            show_discrepancy(Screen(), found, zone)
        else:
            _write(_pieces(found, form, zone), out)
    return SOME if found.totals.unexplained else NOTHING


def _pieces(found: Discrepancy, form: str, zone: str) -> Iterator[str]:
    if form == "csv":
        return csv_lines(found)
    return json_lines(found) if form == "json" else html_parts(found, zone)


def _write(pieces: Iterable[str], out: Path | None) -> None:
    if out is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(pieces)
