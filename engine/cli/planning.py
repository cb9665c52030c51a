"""`plan`: read, decide, show. It writes nothing but the plan file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from engine.bootstrap import open_desk
from engine.cli.context import MOMENT, Session, format_option, in_utc, pass_session
from engine.customers import Customer
from engine.executor.bench import EVERY_FLOW
from engine.executor.plan_file import PlanWriter, decisions
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.model.plan import Ends, PlanFooter, decision_json, footer_json, header_json
from engine.ports.ledger import Pause
from engine.report.masking import masked_decision
from engine.report.plan_html import html_plan
from engine.report.plan_text import show_plan
from engine.report.screen import Screen, progress
from engine.runners import FLOWS
from engine.workspace import StoredPlan, Workspace

NOTHING, CHANGES, BLOCKED = 0, 2, 4


@click.command()
@click.argument("customer")
@click.argument("flows", nargs=-1, type=click.Choice(FLOWS))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The plan file.")
@click.option(
    "--only", multiple=True, metavar="KEY", help="Only this record, or this part's (repeatable)."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Read at most N records.")
@click.option(
    "--since",
    type=MOMENT,
    metavar="TIME",
    help="Read from this updated time instead of the cursor.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan there as one page for a browser, too: to search and to filter.",
)
@click.option("--detail", is_flag=True, help="Show every change with all that it writes.")
@format_option
@pass_session
def plan(
    session: Session,
    /,
    customer: str,
    flows: tuple[str, ...],
    form: str,
    *,
    detail: bool,
    **asked: object,
) -> int:
    """Show exactly what would be sent, and why; send nothing.

    FLOWS are some of the ruleset's flows; all of them where none is named. --only, --limit and
    --since are for one flow, orders where none is named.

    Exits 0 with nothing to do, 2 with something to send or newly held, 4 blocked by a gate.
    """
    out, html = _path(asked["out"]), _path(asked["html"])
    if html is not None and out is not None and html.resolve() == out.resolve():
        raise click.UsageError("--html and --out name one file: the page would replace the plan.")
    opened = session.customer(customer)
    machine = session.machine(opened)
    workspace = session.workspace()
    ask = _ask(asked, opened)
    chosen = _flows_of(ask, flows)
    with open_desk(opened, machine, workspace) as desk:
        store, ends = write_plan(workspace, desk.only(chosen), opened, out, ask)
        resting = desk.ledger.pauses()
    if html is not None:
        write_page(workspace, store, ends, html)
    code = show(store, ends, form, detail=detail)
    _tell_pauses(Screen(json=form == "json"), ends, resting)
    return code


def _tell_pauses(screen: Screen, ends: Ends, resting: Sequence[Pause]) -> None:
    """A plan of a paused flow is made all the same, but nobody can apply it meanwhile."""
    customer = ends[0].customer
    for pause in resting:
        if pause.flow in {EVERY_FLOW, *ends[0].flows}:
            every = pause.flow == EVERY_FLOW
            screen.say(
                f"{'Every flow' if every else pause.flow} is paused: {pause.reason}. To go on: "
                f"crossdock resume {customer}{'' if every else f' {pause.flow}'} --reason TEXT"
            )


def _flows_of(ask: Ask, flows: tuple[str, ...]) -> tuple[str, ...]:
    """The flows of an ask; a key, a limit or a time is of one flow's records."""
    if ask.partial and len(flows) > 1:
        raise click.UsageError("--only, --limit and --since are for one flow: name one.")
    return flows or (("orders",) if ask.partial else ())


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None


def _ask(asked: dict[str, object], customer: Customer) -> Ask:
    since = asked["since"]
    limit = asked["limit"]
    only = asked["only"]
    keys = [str(key) for key in only] if isinstance(only, tuple) else []
    return Ask(
        only=tuple(dict.fromkeys(order_of_key(key, customer) for key in keys)),
        limit=limit if isinstance(limit, int) else None,
        since=in_utc(since) if isinstance(since, datetime) else None,
    )


def order_of_key(key: str, customer: Customer) -> str:
    """The order of a part (`31500126/east`, as plans print it), or the key as it is."""
    order, _, link = key.rpartition("/")
    return order if order and link in customer.ruleset.links else key


def write_plan(
    workspace: Workspace, desk: Desk, customer: Customer, out: Path | None, ask: Ask
) -> tuple[StoredPlan, Ends]:
    """Makes a plan and writes it to `out`, or under the workspace's state folder.

    What was there stays until the plan is whole; one that is not finished is removed.
    """
    path = out or workspace.plan_path(customer.ruleset.customer, desk.clock.now())
    with workspace.new_plan(path) as stream, progress("Reading") as tell:

        def on_record(read: int) -> None:
            tell(read, ask.limit)
            ask.on_record(read)

        ends = make_plan(desk, replace(ask, on_record=on_record), PlanWriter(stream))
    return StoredPlan(path), ends


def write_page(workspace: Workspace, store: StoredPlan, ends: Ends, path: Path) -> None:
    """Writes a plan as a page, for its owner alone."""
    with workspace.new_plan(path) as stream:
        stream.writelines(html_plan(ends, decisions(store), store.name))


def show(store: StoredPlan, ends: Ends, form: str, *, detail: bool = False) -> int:
    """Prints a plan in the wanted form and returns its exit code."""
    if form == "json":
        _print_json(store, ends)
    screen = Screen(json=form == "json")
    show_plan(screen, ends, decisions(store), store.name, detail=detail)
    return code_of(ends[1])


def code_of(footer: PlanFooter) -> int:
    """0 nothing to do, 2 something to send or newly held, 4 blocked."""
    if footer.blocked:
        return BLOCKED
    return CHANGES if footer.sends or footer.newly_held else NOTHING


def _print_json(store: StoredPlan, ends: Ends) -> None:
    click.echo(_line(header_json(ends[0])))
    for decision in decisions(store):
        click.echo(_line(masked_decision(decision_json(decision))))
    click.echo(_line(footer_json(ends[1])))


def _line(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
