"""`adopt`: takes over from a former integration. It sends nothing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from engine.bootstrap import open_bench, open_loader, open_memory, open_sight
from engine.cli.context import MOMENT, Session, format_option, in_utc, pass_session
from engine.cli.planning import show, write_plan
from engine.customers import Customer
from engine.errors import ConfigurationError
from engine.executor.adopting import Fate, Found, bind_parts, find_parts
from engine.executor.intake import start_from_now
from engine.executor.runner import Ask
from engine.ports.flows import EventSource
from engine.report.adopt_text import found_json, show_found
from engine.report.screen import Screen, progress
from engine.runners import events_of, order_desk

DIFFERENCES = 2


@click.command()
@click.argument("customer")
@click.option("--queue-from-now", is_flag=True, help="Only the queue: what waits in it is let go.")
@click.option("--stock", is_flag=True, help="Only stock: a plan that sets what nothing explains.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The plan file of --stock."
)
@click.option("--since", type=MOMENT, metavar="TIME", help="Orders created since then, for once.")
@click.option("--yes", is_flag=True, help="Do not ask after showing what was found.")
@format_option
@pass_session
def adopt(session: Session, /, customer: str, form: str, **asked: Any) -> int:
    """Bind orders that a former integration already put into the warehouse; send nothing.

    Every open order is looked up by its number, marked as exported or not. Those with the same
    content are bound; those that differ are listed and left alone.

    --queue-from-now is another thing: the messages that wait in the warehouse's queue are stored as
    dealt with and taken away, and nobody acts upon them.

    --stock is another thing too: both systems' stock is compared, and a plan file is written that
    sets what nothing explains. A person applies it, with the gate that it names.

    Exits 0 when done, 2 when there are differences, 1 on an error.
    """
    if asked["stock"] and asked["queue_from_now"]:
        raise click.UsageError("--stock and --queue-from-now are two steps: the queue comes first.")
    if asked["out"] is not None and not asked["stock"]:
        raise click.UsageError("--out is for the plan of --stock.")
    opened = session.customer(customer)
    screen = Screen(json=form == "json")
    if asked["stock"]:
        return _plan_stock(session, opened, asked["out"], form)
    if asked["queue_from_now"]:
        return _adopt_queue(session, opened, screen, yes=asked["yes"])
    return _adopt_orders(session, opened, screen, since=in_utc(asked["since"]), yes=asked["yes"])


def _plan_stock(session: Session, customer: Customer, out: Path | None, form: str) -> int:
    """Writes and shows the plan of a first stock load; sends nothing."""
    workspace = session.workspace()
    with open_loader(customer, session.machine(customer), workspace) as desk:
        store, ends = write_plan(workspace, desk, customer, out, Ask())
    show(store, ends, form)
    return DIFFERENCES if ends[1].sends else 0


def _adopt_orders(
    session: Session, customer: Customer, screen: Screen, *, since: datetime | None, yes: bool
) -> int:
    found = _look(session, customer, since)
    show_found(screen, found)
    same = sum(one.fate is Fate.SAME for one in found)
    adopted = 0
    if same and (yes or click.confirm(f"Bind these {same}?", err=screen.json)):
        machine = session.machine(customer)
        with open_memory(customer, machine, session.workspace()) as (ledger, _):
            adopted = bind_parts(ledger, found, machine.clock.now())
    screen.say(f"{adopted} adopted. Nothing was sent.")
    if screen.json:
        report = found_json(customer.ruleset.customer, found, adopted)
        click.echo(json.dumps(report, ensure_ascii=False))
    return DIFFERENCES if any(one.fate is Fate.DIFFERS for one in found) else 0


def _look(session: Session, customer: Customer, since: datetime | None) -> list[Found]:
    """Everything that was found; one part takes some hundred bytes."""
    machine, workspace = session.machine(customer), session.workspace()
    found: list[Found] = []
    with open_sight(customer, machine, workspace) as sight, progress("Reading") as tell:
        for one in find_parts(order_desk(sight), since):
            found.append(one)
            tell(len(found), None)
    return found


def _adopt_queue(session: Session, customer: Customer, screen: Screen, *, yes: bool) -> int:
    """The queue's start point: what is in it now is of the time before."""
    name = customer.ruleset.customer
    machine, workspace = session.machine(customer), session.workspace()
    with open_sight(customer, machine, workspace) as sight:
        queues = events_of(sight)
        if not queues:
            raise ConfigurationError(
                f"no flow of {name} lives on messages",
                "Add `shipments` or `stock` to the ruleset; without them no queue is read.",
            )
        for connection, events in queues.items():
            screen.say(f"{connection}: {_waiting(events)}")
        known = sum(sight.ledger.message_counts().values())
        screen.say(f"On record and not dealt with: {known} messages.")
    dealt = 0
    if yes or click.confirm("Let all of them go, without acting upon them?", err=screen.json):
        with open_bench(customer, machine, workspace, ()) as (bench, _):
            dealt = start_from_now(bench)
    screen.say(f"{dealt} messages set down as dealt with. Nothing was sent for them.")
    if screen.json:
        click.echo(json.dumps({"format_version": 1, "customer": name, "dealt_with": dealt}))
    return 0


def _waiting(events: EventSource) -> str:
    if not events.may_look:
        return "this site's read takes messages away, so they are not counted before"
    messages, more = events.peek()
    return f"{len(messages) + more} messages wait in its queue"
