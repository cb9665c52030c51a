"""`reconcile`: Inventory Discrepancy, what lies in the warehouse against what the channel sells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from engine.bootstrap import open_corrections, open_reconciler
from engine.cli.context import Session, pass_session
from engine.cli.planning import write_plan
from engine.executor.reconciling import reconcile as compared
from engine.executor.runner import Ask
from engine.model.discrepancy import Discrepancy, Row
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
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a plan there that corrects what is unexplained; apply it as any other.",
)
@pass_session
def reconcile(
    session: Session, customer: str, form: str, out: Path | None, plan_file: Path | None
) -> int:
    """Compare the stock of both systems, and split each difference into its causes.

    It changes nothing. A plan of corrections is blocked by its gate, stock.set-quantity, until a
    person approves it.

    Exits 0 when every difference is explained, 2 when some are not.
    """
    if out is not None and form == "text":
        raise click.UsageError("--out needs --format csv, html or json.")
    opened = session.customer(customer)
    machine = session.machine(opened)
    zone = opened.ruleset.timezone
    with open_reconciler(opened, machine, session.workspace()) as desk:
        kept: list[Row] = []
        found = compared(desk)
        found = replace(found, rows=_noting(found.rows, kept))
        if form == "text":
            show_discrepancy(Screen(), found, zone)
        else:
            _write(_pieces(found, form, zone), out)
    if plan_file is not None:
        again = replace(found, rows=iter(kept))
        with open_corrections(opened, machine, session.workspace(), again) as corrections:
            write_plan(session.workspace(), corrections, opened, plan_file, Ask())
    return SOME if found.totals.unexplained else NOTHING


def _noting(rows: Iterable[Row], unexplained: list[Row]) -> Iterator[Row]:
    """The rows, of which those that nothing explains are kept."""
    for row in rows:
        if row.unexplained:
            unexplained.append(row)
        yield row


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
