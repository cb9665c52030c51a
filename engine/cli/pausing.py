"""`pause` and `resume`: a person stops flows and starts them again; both are on record."""

from __future__ import annotations

import json

import click

from engine.bootstrap import open_memory
from engine.cli.context import Session, format_option, pass_session
from engine.errors import ConfigurationError
from engine.executor.bench import EVERY_FLOW
from engine.runners import FLOWS

FLOW = click.argument("flow", required=False, type=click.Choice(FLOWS))
REASON = click.option("--reason", required=True, metavar="TEXT", help="Why; it goes on record.")


@click.command()
@click.argument("customer")
@FLOW
@REASON
@format_option
@pass_session
def pause(session: Session, /, customer: str, flow: str | None, reason: str, form: str) -> int:
    """Stop a flow, or all of them: nothing is read or sent until resume.

    Messages of the warehouse are still stored, so that none is lost meanwhile.
    """
    opened = session.customer(customer)
    machine = session.machine(opened)
    with open_memory(opened, machine, session.workspace()) as (ledger, _):
        ledger.pause(flow or EVERY_FLOW, reason, machine.clock.now())
    return _said(customer, flow, "paused", form)


@click.command()
@click.argument("customer")
@FLOW
@REASON
@format_option
@pass_session
def resume(session: Session, /, customer: str, flow: str | None, reason: str, form: str) -> int:
    """Start again what was paused; without FLOW, everything."""
    opened = session.customer(customer)
    machine = session.machine(opened)
    with open_memory(opened, machine, session.workspace()) as (ledger, _):
        resting = [one.flow for one in ledger.pauses()]
        ending = resting if flow is None else [flow]
        if not ending or not set(ending) <= set(resting):
            raise _not_paused(customer, flow, resting)
        for name in ending:
            ledger.resume(name, reason, machine.clock.now())
    return _said(customer, flow, "resumed", form)


def _said(customer: str, flow: str | None, what: str, form: str) -> int:
    if form == "json":
        value = {"format_version": 1, "customer": customer, "flow": flow or EVERY_FLOW}
        click.echo(json.dumps({**value, "now": what}, ensure_ascii=False))
    else:
        click.echo(f"{customer}: {flow or 'all flows'} {what}")
    return 0


def _not_paused(customer: str, flow: str | None, resting: list[str]) -> ConfigurationError:
    if flow is None:
        return ConfigurationError(f"nothing of {customer} is paused", "Nothing was changed.")
    if EVERY_FLOW in resting:
        return ConfigurationError(
            f"{flow} rests because all flows do",
            f"To start them all: crossdock resume {customer} --reason TEXT",
        )
    return ConfigurationError(
        f"{flow} is not paused", f"Paused are: {', '.join(resting) or 'no flows'}."
    )
