"""`inbox`: what needs a person, and what the person says of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click

from engine.bootstrap import open_bench, open_desk, open_memory
from engine.cli.applying import check_pauses, end
from engine.cli.context import Session, pass_session
from engine.cli.planning import write_plan
from engine.config.load import load
from engine.errors import ConfigurationError
from engine.executor.plan_file import decisions
from engine.executor.runner import Ask
from engine.executor.running import Approval, apply_file
from engine.executor.standing import order_of
from engine.executor.supposing import AsIfNotSent
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.model.effect import Effect, EffectState
from engine.ports.ledger import InboxItem, LedgerReader
from engine.report.inbox_text import show_item
from engine.report.masking import masked_request
from engine.report.plan_text import show_plan
from engine.report.screen import Screen
from engine.report.times import age

STEP = ("at", "actor", "from", "to", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of an inbox."""

    session: Session
    customer: str
    form: str
    key: str = ""
    reason: str = ""
    happened: bool = False
    yes: bool = False


@click.command()
@click.argument("customer")
@click.argument("action", type=click.Choice(["list", "show", "retry", "resolve"]), default="list")
@click.argument("key", required=False)
@click.option("--reason", help="Why; it goes on record. Needed for retry and resolve.")
@click.option("--happened", is_flag=True, help="resolve: the change in doubt did happen.")
@click.option("--yes", is_flag=True, help="retry: do not ask after showing the plan.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help="json goes to stdout alone; csv is for list.",
)
@pass_session
def inbox(session: Session, /, action: str, key: str | None, **asked: Any) -> int:
    """What needs a person: list (default), show KEY, retry KEY, resolve KEY.

    show also tells what was sent, and every step of the effect behind an item. retry says that it
    did not happen: what would be sent now is shown, and after a yes sent. resolve closes an item:
    it is dealt with.
    """
    if action != "list" and asked["form"] == "csv":
        raise click.UsageError(f"only list has --format csv: {action} has text and json.")
    if action == "list":
        return _list(Asked(session=session, customer=asked["customer"], form=asked["form"]))
    if key is None:
        raise click.UsageError(f"{action} needs the KEY of an item.")
    if action != "show" and not asked["reason"]:
        raise click.UsageError(f"{action} needs --reason TEXT: it goes on record.")
    return ACTIONS[action](Asked(session=session, key=key, **asked))


def _list(asked: Asked) -> int:
    """The open items, oldest first, in the wanted form."""
    items = _items(asked)
    if asked.form == "csv":
        click.echo(_csv(items), nl=False)
    elif asked.form == "json":
        _print_json({"items": [_json(item) for item in items]})
    else:
        _show(Screen(), items, asked)
    return 0


def _show_item(asked: Asked) -> int:
    """One item, what was sent, and every step of the effect behind it."""
    found = _of_key(asked)
    if asked.form == "json":
        shown = [{**_json(one), **_call(asked, one), "steps": _steps(asked, one)} for one in found]
        _print_json({"items": shown})
        return 0
    ruleset = load(asked.customer, asked.session.workspace())[0]
    zone = ruleset.timezone if ruleset else "UTC"
    screen = Screen()
    for item in found:
        show_item(screen, item, _call(asked, item), _steps(asked, item), zone)
    return 0


def _resolve(asked: Asked) -> int:
    """Closes an item: it is dealt with."""
    items = _of_key(asked)
    opened = asked.session.customer(asked.customer)
    machine = asked.session.machine(opened)
    with open_memory(opened, machine, asked.session.workspace()) as (ledger, _):
        if not asked.happened:
            _must_not_be_in_doubt(asked, ledger, items)
        now = machine.clock.now()
        for effect in (item.effect for item in items if asked.happened and item.effect):
            ledger.settle(effect, now, asked.reason)
        ledger.resolve(asked.key, now, asked.reason)
    if asked.form == "json":
        _print_json({"closed": asked.key})
    else:
        click.echo(f"{asked.key}: closed")
    return 0


def _must_not_be_in_doubt(asked: Asked, ledger: LedgerReader, items: Sequence[InboxItem]) -> None:
    """Raises ConfigurationError where closing would leave a doubt behind that nobody sees any more,
    and that keeps back all else of its subject for ever.
    """
    effects = ledger.effects([item.effect for item in items if item.effect])
    if any(effect.state is EffectState.DOUBT for effect in effects.values()):
        raise ConfigurationError(
            f"{asked.key} is in doubt, and all else about it waits until that has an end",
            "Say what is true: resolve it with --happened (also where you have mended it by hand), "
            "or retry it, and it is sent.",
        )


def _retry(asked: Asked) -> int:
    """It did not happen: shows what would be sent now, and after a yes sends it."""
    items = _of_key(asked)
    effects = frozenset(item.effect for item in items if item.effect)
    opened = asked.session.customer(asked.customer)
    machine = asked.session.machine(opened)
    workspace = asked.session.workspace()
    ask = Ask(only=_orders(asked, items))
    flows = tuple(dict.fromkeys(item.flow for item in items))
    with open_desk(opened, machine, workspace, lambda one: AsIfNotSent(one, effects)) as desk:
        store, ends = write_plan(workspace, desk.only(flows), opened, None, ask)
    screen = Screen(json=asked.form == "json")
    show_plan(screen, ends, decisions(store))
    if not ends[1].sends or not (asked.yes or click.confirm("Send this?", err=screen.json)):
        return _not_sent(screen)
    with open_bench(opened, machine, workspace, flows) as (bench, desk):
        check_pauses(bench, opened, flows)
        for effect in effects:
            bench.ledger.retry(effect, machine.clock.now(), asked.reason)
        report = apply_file(bench, desk.runners, store, ends, Approval())
    return end(screen, report, store)


def _orders(asked: Asked, items: Sequence[InboxItem]) -> tuple[str, ...]:
    """The orders that items are about: an effect knows its own, a part's key ends in /LINK."""
    with _reader(asked) as ledger:
        known = ledger.effects([item.effect for item in items if item.effect])
    return tuple(dict.fromkeys(_order(item, known) for item in items))


def _order(item: InboxItem, known: Mapping[str, Effect]) -> str:
    effect = known.get(item.effect or "")
    key = item.business_key
    return order_of(effect.intent) if effect else key.rpartition("/")[0] or key


def _not_sent(screen: Screen) -> int:
    if screen.json:
        _print_json({"verdict": "nothing was sent"})
    screen.say("Nothing was sent.")
    return 0


def _print_json(value: dict[str, Any]) -> None:
    click.echo(json.dumps({"format_version": 1, **value}, ensure_ascii=False))


def _items(asked: Asked) -> Sequence[InboxItem]:
    asked.session.names(asked.customer)
    with _reader(asked) as ledger:
        return ledger.inbox()


def _of_key(asked: Asked) -> list[InboxItem]:
    found = [item for item in _items(asked) if item.business_key == asked.key]
    if not found:
        raise ConfigurationError(
            f"the inbox of {asked.customer} has no open item {asked.key}",
            f"See what is open: crossdock inbox {asked.customer}",
        )
    return found


def _call(asked: Asked, item: InboxItem) -> dict[str, Any]:
    """`about`: the order, item or product that an effect is of; `request`: what was sent, masked.

    Empty without an effect; no request once the ruleset's retention is over.
    """
    with _reader(asked) as ledger:
        effect = ledger.effects([item.effect] if item.effect else []).get(item.effect or "")
    if effect is None:
        return {}
    request = effect.intent.request
    sent = masked_request(request) if request.get("method") else None
    return {"about": order_of(effect.intent), "request": sent}


def _steps(asked: Asked, item: InboxItem) -> list[dict[str, str]]:
    if item.effect is None:
        return []
    with _reader(asked) as ledger:
        steps = list(ledger.audit(item.effect))
    return [{name: str(step[name] or "") for name in STEP} for step in steps]


def _reader(asked: Asked) -> closing[SqlReader | EmptyReader]:
    return closing(open_reader(asked.session.workspace().ledger_url(), asked.customer))


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


def _show(screen: Screen, items: Sequence[InboxItem], asked: Asked) -> None:
    customer = asked.customer
    if not items:
        screen.say(f"The inbox of {customer} is empty.")
        return
    now = asked.session.now()
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


ACTIONS = {"show": _show_item, "retry": _retry, "resolve": _resolve}
