"""`state`: what the memory has of a customer or an order, and what a person may change in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import click

from engine.cli.context import MOMENT, Session, format_option, pass_session
from engine.cli.state_changes import Wanted, erase, move
from engine.config.load import load
from engine.errors import ConfigurationError
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.ports.ledger import LedgerReader
from engine.ports.state import OrderRecord
from engine.report.screen import Screen
from engine.report.state_text import show_record, show_survey
from engine.runners import FLOWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of the memory."""

    session: Session
    customer: str
    order: str | None
    number: str | None
    form: str


@click.command()
@click.argument("customer")
@click.argument("action", type=click.Choice(["show", "set", "erase"]), default="show")
@click.option("--order", metavar="KEY", help="show, erase: one order, by its key in the channel.")
@click.option("--number", metavar="N", help="show, erase: one order, by its warehouse number.")
@click.option("--cursor", type=click.Choice(FLOWS), help="set: how far this flow has read.")
@click.option("--to", type=MOMENT, metavar="TIME", help="set: the cursor's new time, in UTC.")
@click.option("--reason", metavar="TEXT", help="Why; it goes on record. Needed for set and erase.")
@click.option("--yes", is_flag=True, help="set, erase: do not ask after showing the change.")
@format_option
@pass_session
def state(session: Session, /, action: str, **given: Any) -> int:
    """Show what is on record, set a cursor, erase a buyer.

    show tells cursors, effects, plans and who is at work; with --order or --number all of one
    order. No buyer's data is shown. What became of an effect is said in `inbox`, not here.
    """
    asked = Asked(
        session=session,
        customer=given["customer"],
        order=given["order"],
        number=given["number"],
        form=given["form"],
    )
    _must_fit(action, given)
    if action == "show":
        return _show(asked)
    wanted = Wanted(
        session=session,
        customer=asked.customer,
        reason=given["reason"],
        yes=given["yes"],
        screen=Screen(json=asked.form == "json"),
    )
    if action == "set":
        to: datetime = given["to"]
        return move(wanted, given["cursor"], to.replace(tzinfo=to.tzinfo or UTC))
    return erase(wanted, _order_of(asked))


NEEDS = {"show": (), "set": ("cursor", "to", "reason"), "erase": ("reason",)}
TAKES = {
    "show": {"order", "number"},
    "set": {"cursor", "to", "reason", "yes"},
    "erase": {"order", "number", "reason", "yes"},
}
OPTIONS = ("order", "number", "cursor", "to", "reason", "yes")


def _must_fit(action: str, given: Mapping[str, Any]) -> None:
    """Raises UsageError for an option that the action lacks, or has no use for."""
    for name in NEEDS[action]:
        if not given[name]:
            raise click.UsageError(f"{action} needs --{name}.")
    for name in OPTIONS:
        if given[name] and name not in TAKES[action]:
            raise click.UsageError(f"{action} has no --{name}.")
    named = sum(given[name] is not None for name in ("order", "number"))
    if named > 1 or (action == "erase" and not named):
        raise click.UsageError(f"{action} is about one order: give --order KEY or --number N.")


def _show(asked: Asked) -> int:
    asked.session.names(asked.customer)
    if asked.order is None and asked.number is None:
        return _show_all(asked)
    with _reader(asked) as ledger:
        record = ledger.record_of(_order_of(asked))
    if not record.is_known:
        raise ConfigurationError(
            f"nothing is on record of the order {record.order} of {asked.customer}",
            "A part's key without its /LINK is the order's; `crossdock plan --only KEY` reads it.",
        )
    if asked.form == "json":
        _print_json(asked, _record_json(record))
    else:
        show_record(Screen(), record, _zone(asked))
    return 0


def _show_all(asked: Asked) -> int:
    now = asked.session.now()
    with _reader(asked) as ledger:
        survey = ledger.survey()
        counts = _counts(ledger)
    if asked.form == "json":
        _print_json(asked, asdict(survey) | counts)
    else:
        show_survey(Screen(), asked.customer, survey, counts, (_zone(asked), now))
    return 0


def _counts(ledger: LedgerReader) -> dict[str, Any]:
    """What is counted or told elsewhere too: effects by state, messages by kind, what rests."""
    return {
        "effects": dict(ledger.counts()),
        "messages": dict(ledger.message_counts()),
        "holds": len(ledger.holds()),
        "inbox": len(ledger.inbox()),
        "pauses": [asdict(pause) for pause in ledger.pauses()],
    }


def _order_of(asked: Asked) -> str:
    """The order that was named; raises ConfigurationError for a number that nothing has."""
    asked.session.names(asked.customer)
    if asked.number is None:
        return asked.order or ""
    with _reader(asked) as ledger:
        order = ledger.order_of_number(asked.number)
    if order is None:
        raise ConfigurationError(
            f"no order of {asked.customer} is on record under the number {asked.number}",
            "Name it by its key in the channel: --order KEY",
        )
    return order


def _record_json(record: OrderRecord) -> dict[str, Any]:
    value = asdict(record)
    for bound in value["bindings"]:
        bound["hash"] = bound.pop("fingerprint")
    return value


def _reader(asked: Asked) -> closing[SqlReader | EmptyReader]:
    return closing(open_reader(asked.session.workspace().ledger_url(), asked.customer))


def _zone(asked: Asked) -> str:
    ruleset = load(asked.customer, asked.session.workspace())[0]
    return ruleset.timezone if ruleset else "UTC"


def _print_json(asked: Asked, value: Mapping[str, Any]) -> None:
    told = {"format_version": 1, "customer": asked.customer, **value}
    click.echo(json.dumps(told, ensure_ascii=False, default=_text))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
