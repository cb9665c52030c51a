"""`sandbox`: both twins on loopback. `demo`: the main job from nothing, against them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from engine.cli.context import Session, format_option, pass_session
from engine.cli.demonstration import demonstrate
from engine.cli.sandbox_estate import beyond_reach, environment_of, rehearsal_of
from engine.customers import Customer, load_customer
from engine.errors import ConfigurationError
from engine.sandbox.own_yard import OwnLayout, open_own_yard
from engine.sandbox.server import real_now
from engine.sandbox.yard import SMALLEST, Layout, open_yard, resident_with, residents
from engine.workspace import Workspace

OWN = "own"
ORDERS = click.option(
    "--orders", type=click.IntRange(SMALLEST, 5000), default=SMALLEST, help="How many orders."
)
SEED = click.option("--seed", type=int, default=1, help="Equal seeds make equal worlds.")


@click.command()
@click.argument("customer", required=False, default="northpeak")
@click.option(
    "--world",
    type=click.Choice([*residents(), OWN]),
    help="Whose account. Default: the one that has the ruleset's profiles, DCs and areas; where "
    "none has, a world of its own, made of the ruleset's ids (own).",
)
@ORDERS
@SEED
@click.option("--channel-port", type=int, default=0, help="0 takes a free one.")
@click.option("--warehouse-port", type=int, default=0, help="0 takes a free one.")
@format_option
@pass_session
def sandbox(session: Session, /, customer: str, world: str | None, form: str, **asked: int) -> int:
    """Start twin simulators of both systems on loopback, seeded, until Ctrl-C.

    CUSTOMER's ruleset says how its warehouse speaks, and of a world of its own which ids there are.
    Prints what to export so that its connections reach the twins.
    """
    opened = _opened(session.workspace(), customer)
    profile = site_profile(opened)
    resident = world or _resident(opened)
    with _serving(opened, profile, resident, asked) as running, suppress(KeyboardInterrupt):
        (_print_json if form == "json" else _print_text)(running)
        _wait_for_ctrl_c()
    return 0


def _wait_for_ctrl_c() -> None:
    """Waits in C. What `Event.wait` does in Python, Ctrl-C may break off halfway: then that raises
    the RuntimeError of a lock that nobody holds, in place of KeyboardInterrupt.
    """
    never = threading.Lock()
    never.acquire()
    never.acquire()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Twins that answer, and what a person is told of them. `now` is the time to give to every
    command, where that is not the real one.
    """

    customer: str
    world: str
    channel: str
    warehouses: Mapping[str, str]
    environment: Mapping[str, str]
    shows: Mapping[int, str] = field(default_factory=dict)
    unshown: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    now: str = ""


@contextmanager
def _serving(
    customer: Customer, profile: Mapping[str, Any], world: str, asked: Mapping[str, int]
) -> Iterator[Running]:
    """The twins of a resident's account, or of the customer's own ids."""
    name, asked = customer.ruleset.customer, dict(asked)
    size = asked.pop("orders")
    if world != OWN:
        with open_yard(Layout(customer=world, size=size, **asked), profile) as yard:
            yield Running(
                customer=name,
                world=world,
                channel=yard.channel,
                warehouses={"": yard.warehouse},
                environment=yard.environment,
            )
        return
    rehearsal = rehearsal_of(customer, real_now())
    ahead = rehearsal.ahead
    layout = OwnLayout(size=size, **asked)
    with open_own_yard(rehearsal.estate, layout, lambda: real_now() + ahead) as own:
        yield Running(
            customer=name,
            world=OWN,
            channel=own.channel,
            warehouses=own.warehouses,
            environment=environment_of(customer, own),
            shows=own.shows,
            unshown=rehearsal.unshown,
            beyond=tuple(beyond_reach(customer)),
            now=f"{rehearsal.estate.now:%Y-%m-%dT%H:%M:%SZ}" if ahead else "",
        )


def _resident(customer: Customer) -> str:
    """Whose world a ruleset is rehearsed in where nobody says it."""
    ruleset = customer.ruleset
    if ruleset.customer in residents():
        return ruleset.customer
    links = ruleset.links.values()
    areas = {area for link in links for area in link.areas}
    return resident_with(set(ruleset.profiles.values()), {link.dc for link in links}, areas) or OWN


def _opened(workspace: Workspace, customer: str) -> Customer:
    """The customer; raises ConfigurationError where its ruleset is not valid."""
    opened, _ = load_customer(workspace, customer)
    if opened is None:
        raise ConfigurationError(
            f"there is no valid ruleset {customer}",
            f"See what is wrong with: crossdock validate {customer}",
        )
    return opened


def site_profile(customer: Customer) -> Mapping[str, Any]:
    """The profile of a customer's warehouse; raises ConfigurationError where there is none."""
    for settings in customer.settings.values():
        if isinstance(settings.get("profile"), dict):
            profile: Mapping[str, Any] = settings["profile"]
            return profile
    raise ConfigurationError(
        f"no connection of {customer.ruleset.customer} has a site profile",
        "The sandbox plays a warehouse; name a customer that has one.",
    )


def _print_text(running: Running) -> None:
    click.echo(f"# The channel answers at {running.channel}.")
    for name, url in running.warehouses.items():
        click.echo(f"# The warehouse{f' {name}' if name else ''} answers at {url}.")
    if running.shows:
        _print_shows(running)
    elif running.world != running.customer:
        click.echo(f"# This is the world of {running.world}; --world own is made of the ruleset.")
    for place in running.beyond:
        click.echo(f"# {place} asks nothing of the environment: write env:NAME to rehearse.")
    click.echo("# In another terminal:")
    for name, value in running.environment.items():
        click.echo(f"export {name}={value}")
    if running.now:
        click.echo(f"# The ruleset begins later: here it is {running.now}. Say so in each command:")
    start = f"--now {running.now} " if running.now else ""
    click.echo(f"crossdock {start}plan {running.customer}")
    click.echo("# Log, clock, faults and state of each are under /_floor/. Ctrl-C ends all of it.")


def _print_shows(running: Running) -> None:
    click.echo(f"# Both are made of the ids in the ruleset of {running.customer}. Orders that show")
    click.echo("# what it does, beside plain ones:")
    for number, shows in running.shows.items():
        click.echo(f"#   {number}  {shows}")
    for rule in running.unshown:
        click.echo(f"#   no order is made up for {rule}: say one in a case")


def _print_json(running: Running) -> None:
    value = {
        "format_version": 1,
        "customer": running.customer,
        "world": running.world,
        "channel": running.channel,
        "warehouse": next(iter(running.warehouses.values())),
        "shows": {str(number): shows for number, shows in running.shows.items()},
        "not_shown": list(running.unshown),
        "not_reached": list(running.beyond),
        "now": running.now or None,
        "environment": dict(running.environment),
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
