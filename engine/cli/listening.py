"""`listen`: takes what a site's triggers post, and stores it for the next pass."""

from __future__ import annotations

import json
from functools import partial

import click

from engine.bootstrap import open_postbox
from engine.cli.context import Session, format_option, pass_session
from engine.ports.world import Clock
from engine.receiver.postbox import PLACE, Postbox
from engine.receiver.server import Listener

HOUR = 3600.0


@click.command()
@click.argument("customer")
@click.option("--host", default="127.0.0.1", help="The address to listen at. Default: loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, help="0 takes a free one.")
@format_option
@pass_session
def listen(session: Session, /, customer: str, host: str, port: int, form: str) -> None:
    """Take the messages that a site posts (SendToURL), until Ctrl-C.

    Each is stored before it is answered; run acts on them. The site posts to /hook/SECRET, where
    SECRET is what `posts` of the warehouse's connection refers to. Runs beside `run`.
    """
    opened = session.customer(customer)
    machine = session.machine(opened)
    with (
        open_postbox(opened, machine, session.workspace()) as postbox,
        Listener(
            postbox.take, (host, port), partial(click.echo, err=True), machine.clock
        ) as listener,
    ):
        _say(customer, postbox, listener.url, form)
        _wait(machine.clock)


def _wait(clock: Clock) -> None:
    """Until somebody presses Ctrl-C; posts are taken by other threads."""
    while True:
        clock.sleep(HOUR)


def _say(customer: str, postbox: Postbox, url: str, form: str) -> None:
    """Where to post, without the secret."""
    if form == "json":
        told = {"url": url, "place": PLACE, "connections": postbox.connections}
        click.echo(json.dumps({"format_version": 1, "customer": customer, **told}))
        return
    click.echo(f"{customer}: listening at {url}, until Ctrl-C.")
    for connection in postbox.connections:
        click.echo(f"{connection}: its triggers post to {url}{PLACE} and the secret of `posts`")
