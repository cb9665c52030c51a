"""`inbox`: what needs a person, and what the person says of it."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from engine.bootstrap import open_bench, real_machine
from engine.cli.context import Session, pass_session
from engine.cli.planning import show, write_plan
from engine.errors import ConfigurationError
from engine.executor.planning import Ask
from engine.ledger import open_reader
from engine.model.effect import EffectState
from engine.ports.ledger import InboxItem
from engine.report.screen import Screen
from engine.report.times import age


@click.group(invoke_without_command=True)
@click.argument("customer")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
@click.pass_context
def inbox(context: click.Context, customer: str, form: str) -> int:
    """What needs a person: list (default), show KEY, retry KEY, resolve KEY."""
    context.meta["customer"] = customer
    if context.invoked_subcommand is None:
        return _list(context.find_object(Session), customer, form)
    return 0


def _items(session: Session, customer: str, *, closed: bool = False) -> list[InboxItem]:
    with closing(open_reader(session.workspace().ledger_url(), customer)) as ledger:
        return list(ledger.inbox(include_closed=closed))
