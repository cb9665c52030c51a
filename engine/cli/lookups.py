"""`lookups`: the values that records have and no table has a row for."""

from __future__ import annotations

import json

import click

from engine.bootstrap import open_desk
from engine.cli.context import Session, format_option, pass_session
from engine.executor.lacking import Lacking, lacking
from engine.executor.runner import Ask
from engine.report.screen import Screen, progress
from engine.runners import FLOWS

NONE, SOME = 0, 2


@click.command()
@click.argument("customer")
@click.argument("flows", nargs=-1, type=click.Choice(FLOWS))
@format_option
@pass_session
def lookups(session: Session, /, customer: str, flows: tuple[str, ...], form: str) -> int:
    """Show values without a row in a table, with counts: of what waits, and of what is new.

    It reads both systems as plan does, and changes nothing. A buyer's value is counted, not shown.

    Exits 0 when every value has its row, 2 when some have none.
    """
    opened = session.customer(customer)
    machine = session.machine(opened)
    with (
        open_desk(opened, machine, session.workspace()) as desk,
        progress("Reading") as tell,
    ):
        found = lacking(desk.only(flows), Ask(on_record=lambda read: tell(read, None)))
    if form == "json":
        click.echo(json.dumps({"format_version": 1, "customer": customer, "lookups": _json(found)}))
    else:
        _show(Screen(), found)
    return SOME if found else NONE


def _json(found: list[Lacking]) -> list[dict[str, object]]:
    return [
        {
            "flow": one.flow,
            "table": one.lack.table,
            "value": one.lack.value,
            "count": one.count,
            "example": one.example,
        }
        for one in found
    ]


def _show(screen: Screen, found: list[Lacking]) -> None:
    if not found:
        screen.say("Every value has its row.")
        return
    rows = [
        [
            one.lack.table,
            "(a buyer's value)" if one.lack.value is None else f'"{one.lack.value}"',
            str(one.count),
            one.flow,
            one.example,
        ]
        for one in found
    ]
    screen.table(["table", "value", "records", "flow", "one of them"], rows, whole=(0, 1, 4))
    screen.say("Add the rows; what waits goes with the next pass.")
