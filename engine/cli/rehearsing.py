"""`sandbox`: both twins on loopback. `demo`: the main job from nothing, against them."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from engine.cli.context import Session, format_option, pass_session
from engine.cli.demonstration import demonstrate
from engine.customers import load_customer
from engine.errors import ConfigurationError
from engine.sandbox.yard import SMALLEST, Layout, Yard, open_yard, residents
from engine.workspace import Workspace

ORDERS = click.option(
    "--orders", type=click.IntRange(SMALLEST, 5000), default=SMALLEST, help="How many orders."
)
SEED = click.option("--seed", type=int, default=1, help="Equal seeds make equal worlds.")


@click.command()
@click.argument("customer", required=False, default="northpeak")
@click.option(
    "--world",
    type=click.Choice(residents()),
    help="Whose account. Default: CUSTOMER's where it is one of these, else northpeak's.",
)
@ORDERS
@SEED
@click.option("--channel-port", type=int, default=0, help="0 takes a free one.")
@click.option("--warehouse-port", type=int, default=0, help="0 takes a free one.")
@format_option
@pass_session
def sandbox(session: Session, /, customer: str, world: str | None, form: str, **asked: int) -> int:
    """Start both twin simulators on loopback, seeded, until Ctrl-C.

    CUSTOMER's ruleset says how its warehouse speaks. Prints what to export so that its
    connections reach the twins.
    """
    profile = site_profile(session.workspace(), customer)
    layout = Layout(
        customer=world or (customer if customer in residents() else "northpeak"),
        size=asked["orders"],
        seed=asked["seed"],
        channel_port=asked["channel_port"],
        warehouse_port=asked["warehouse_port"],
    )
    with open_yard(layout, profile) as yard:
        (_print_json if form == "json" else _print_text)(yard, customer)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


def site_profile(workspace: Workspace, customer: str) -> Mapping[str, Any]:
    """The profile of a customer's warehouse; raises ConfigurationError where there is none."""
    opened, _ = load_customer(workspace, customer)
    if opened is None:
        raise ConfigurationError(
            f"there is no valid ruleset {customer}",
            f"See what is wrong with: crossdock validate {customer}",
        )
    for settings in opened.settings.values():
        if isinstance(settings.get("profile"), dict):
            profile: Mapping[str, Any] = settings["profile"]
            return profile
    raise ConfigurationError(
        f"no connection of {customer} has a site profile",
        "The sandbox plays a warehouse; name a customer that has one.",
    )


def _print_text(yard: Yard, customer: str) -> None:
    click.echo(f"# The channel answers at {yard.channel}, the warehouse at {yard.warehouse}.")
    click.echo("# In another terminal:")
    for name, value in yard.environment.items():
        click.echo(f"export {name}={value}")
    click.echo(f"crossdock plan {customer}")
    click.echo("# Log, clock, faults and state of each are under /_floor/. Ctrl-C ends both.")


def _print_json(yard: Yard, customer: str) -> None:
    value = {
        "format_version": 1,
        "customer": customer,
        "channel": yard.channel,
        "warehouse": yard.warehouse,
        "environment": dict(yard.environment),
    }
    click.echo(json.dumps(value))


@click.command()
@click.argument("customer", required=False, default="northpeak", type=click.Choice(residents()))
@ORDERS
@SEED
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Work there, keep it."
)
@format_option
def demo(customer: str, orders: int, seed: int, keep: Path | None, form: str) -> int:
    """The main job from nothing: validate, plan, apply, and a second run that has nothing to do."""
    layout = Layout(customer=customer, size=orders, seed=seed)
    first, second = demonstrate(layout, keep, json=form == "json")
    if form == "json":
        writes = {"first": first, "second": second}
        click.echo(json.dumps({"format_version": 1, "customer": customer, "writes": writes}))
    return 0
