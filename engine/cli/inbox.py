"""`inbox`: what needs a person, and what the person says of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import click

from engine.bootstrap import open_bench, open_desk, real_machine
from engine.cli.applying import end
from engine.cli.context import Session
from engine.cli.planning import write_plan
from engine.errors import ConfigurationError
from engine.executor.plan_file import decisions
from engine.executor.planning import Ask, Desk
from engine.executor.running import Approval, apply_file
from engine.executor.supposing import AsIfNotSent
from engine.ledger.opening import open_reader
from engine.ports.ledger import InboxItem
from engine.report.plan_text import show_plan
from engine.report.screen import Screen
from engine.report.times import age

REASON = click.option("--reason", required=True, help="Why; it goes on record.")


@click.group(invoke_without_command=True)
@click.argument("customer")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
@click.pass_context
def inbox(context: click.Context, customer: str, form: str) -> int:
    """What needs a person: list (default), show KEY, retry KEY, resolve KEY."""
    context.meta["customer"] = customer
    context.meta["form"] = form
    if context.invoked_subcommand is None:
        return show_list(context.obj, customer, form)
    return 0


@inbox.command("list")
@click.pass_context
def list_items(context: click.Context) -> int:
    """The open items, oldest first."""
    return show_list(context.obj, context.meta["customer"], context.meta["form"])


def show_list(session: Session, customer: str, form: str) -> int:
    """Prints the open items in the wanted form."""
    items = _items(session, customer)
    if form == "json":
        rows = [_json(item) for item in items]
        click.echo(json.dumps({"format_version": 1, "items": rows}, ensure_ascii=False))
    elif form == "csv":
        click.echo(_csv(items), nl=False)
    else:
        _show(Screen(), items, customer)
    return 0


@inbox.command("show")
@click.argument("key")
@click.pass_context
def show_item(context: click.Context, key: str) -> int:
    """One item, and every step of the effect behind it."""
    session, customer = context.obj, context.meta["customer"]
    screen = Screen()
    for item in _of_key(session, customer, key):
        screen.heading(item.business_key)
        screen.table(["", ""], [[name, str(value)] for name, value in _json(item).items() if value])
        screen.table(["at", "who", "from", "to", "why"], _steps(session, customer, item))
    return 0


@inbox.command("resolve")
@click.argument("key")
@REASON
@click.option("--happened", is_flag=True, help="The change in doubt did happen: count it as done.")
@click.pass_context
def resolve(context: click.Context, key: str, reason: str, *, happened: bool) -> int:
    """Close an item: it is dealt with."""
    session, customer = context.obj, context.meta["customer"]
    items = _of_key(session, customer, key)
    opened = session.customer(customer)
    machine = session.machine(opened)
    with open_bench(opened, machine, session.workspace()) as (bench, _, _):
        now = machine.clock.now()
        for effect in (item.effect for item in items if happened and item.effect):
            bench.ledger.settle(effect, now, reason)
        bench.ledger.resolve(key, now, reason)
    click.echo(f"{key}: closed")
    return 0


@inbox.command("retry")
@click.argument("key")
@REASON
@click.option("--yes", is_flag=True, help="Do not ask after showing the plan.")
@click.pass_context
def retry(context: click.Context, key: str, reason: str, *, yes: bool) -> int:
    """It did not happen: show what would be sent now, and after a yes send it."""
    session, customer = context.obj, context.meta["customer"]
    items = _of_key(session, customer, key)
    effects = frozenset(item.effect for item in items if item.effect)
    opened = session.customer(customer)
    machine = session.machine(opened)
    workspace = session.workspace()
    with open_desk(opened, machine, workspace) as desk:
        supposed = _supposing(desk, effects)
        ask = Ask(only=(key.split("/", maxsplit=1)[0],))
        store, ends = write_plan(workspace, supposed, opened, None, ask)
    show_plan(Screen(), ends, decisions(store))
    if not ends[1].sends or not (yes or click.confirm("Send this?")):
        click.echo("Nothing was sent.")
        return 0
    with open_bench(opened, machine, workspace) as (bench, eyes, _):
        for effect in effects:
            bench.ledger.retry(effect, machine.clock.now(), reason)
        report = apply_file(bench, eyes, store, ends, Approval())
    return end(Screen(), report, "text")


def _supposing(desk: Desk, effects: frozenset[str]) -> Desk:
    return replace(desk, ledger=AsIfNotSent(desk.ledger, effects))


def _items(session: Session, customer: str) -> Sequence[InboxItem]:
    with closing(open_reader(session.workspace().ledger_url(), customer)) as ledger:
        return ledger.inbox()


def _of_key(session: Session, customer: str, key: str) -> list[InboxItem]:
    found = [item for item in _items(session, customer) if item.business_key == key]
    if not found:
        raise ConfigurationError(
            f"the inbox of {customer} has no open item {key}",
            f"See what is open: crossdock inbox {customer}",
        )
    return found


def _steps(session: Session, customer: str, item: InboxItem) -> list[list[str]]:
    if item.effect is None:
        return []
    with closing(open_reader(session.workspace().ledger_url(), customer)) as ledger:
        steps = list(ledger.audit(item.effect))
    return [
        [str(step[name] or "") for name in ("at", "actor", "from", "to", "detail")]
        for step in steps
    ]


def _json(item: InboxItem) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(item).items()
    }


def _csv(items: Sequence[InboxItem]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(InboxItem.__dataclass_fields__)
    for item in items:
        writer.writerow(["" if value is None else value for value in _json(item).values()])
    return out.getvalue()


def _show(screen: Screen, items: Sequence[InboxItem], customer: str) -> None:
    if not items:
        screen.say(f"The inbox of {customer} is empty.")
        return
    now = real_machine().clock.now()
    screen.heading(f"Inbox of {customer}: {len(items)} open")
    rows = [
        [
            item.business_key,
            item.kind,
            item.rule,
            age(now - item.first_seen) if item.first_seen else "",
            item.text,
        ]
        for item in items
    ]
    screen.table(["key", "class", "rule", "for", "what"], rows)
    screen.say(
        f"Next: crossdock inbox {customer} show KEY, then retry or resolve KEY --reason TEXT"
    )
