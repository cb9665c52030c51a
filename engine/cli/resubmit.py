"""`resubmit`: an order that somebody deleted in the warehouse is sent again."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from engine.bootstrap import open_bench, open_desk
from engine.cli.applying import check_pauses, end
from engine.cli.context import Session, format_option, pass_session
from engine.cli.planning import order_of_key, write_plan
from engine.errors import ConfigurationError
from engine.executor.change_runner import ChangeRunner
from engine.executor.plan_file import decisions
from engine.executor.planning import Desk
from engine.executor.runner import Ask
from engine.executor.running import Approval, apply_file
from engine.report.plan_text import show_plan
from engine.report.screen import Screen

FLOW = "order-changes"
NOTHING = 2


@click.command()
@click.argument("customer")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask after showing the plan.")
@format_option
@pass_session
def resubmit(session: Session, customer: str, key: str, *, yes: bool, form: str) -> int:
    """Send an order again that was deleted in the warehouse by hand.

    KEY is the order's key in the channel; each part of it that is not in the warehouse is sent.
    What would be sent is shown first. Exits 0 when it was sent, 2 when nothing was.
    """
    opened = session.customer(customer)
    machine = session.machine(opened)
    workspace = session.workspace()
    screen = Screen(json=form == "json")
    ask = Ask(only=(order_of_key(key, opened),))
    with open_desk(opened, machine, workspace) as desk:
        wanted = _resubmitting(desk, customer)
        store, ends = write_plan(workspace, wanted, opened, None, ask)
    show_plan(screen, ends, decisions(store))
    if not ends[1].sends or not (yes or click.confirm("Send this?", err=screen.json)):
        return _not_sent(screen)
    with open_bench(opened, machine, workspace, (FLOW,)) as (bench, desk):
        check_pauses(bench, opened, (FLOW,))
        runners = _resubmitting(desk, customer).runners
        approval = Approval(today=opened.ruleset.gates)
        report = apply_file(bench, runners, store, ends, approval)
    return end(screen, report, store, opened, (FLOW,))


def _resubmitting(desk: Desk, customer: str) -> Desk:
    """The desk of this one flow, with a person's wish; raises ConfigurationError without it."""
    runner = desk.runners.get(FLOW)
    if not isinstance(runner, ChangeRunner):
        raise ConfigurationError(
            f"the ruleset of {customer} says nothing of orders that change",
            "Add `changes: {default: report}` to its orders section; see docs/guides/changes.md.",
        )
    return replace(desk, runners={FLOW: runner.resubmitting()})


def _not_sent(screen: Screen) -> int:
    if screen.json:
        click.echo(json.dumps({"format_version": 1, "verdict": "nothing was sent"}))
    screen.say("Nothing was sent.")
    return NOTHING
