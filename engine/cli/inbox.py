"""`inbox`: what needs a person, and what the person says of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import click

from engine.bootstrap import open_bench, open_desk, open_memory
from engine.cli.applying import check_pauses, end
from engine.cli.context import Session, pass_session, tells_holder
from engine.cli.documents import what_to_do
from engine.cli.planning import write_plan
from engine.config.load import load
from engine.errors import ConfigurationError
from engine.executor.plan_file import decisions
from engine.executor.planning import Desk
from engine.executor.runner import Ask
from engine.executor.running import Approval, apply_file
from engine.executor.supposing import AsIfNotSent
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.model.effect import EffectState
from engine.ports.ledger import InboxItem, LedgerReader
from engine.report.inbox_entry import Entry, entry_json, filled, urgent_first
from engine.report.inbox_text import show_item, show_list
from engine.report.masking import masked_request
from engine.report.plan_text import show_plan
from engine.report.screen import Screen

STEP = ("at", "actor", "from", "to", "detail")
COLUMNS = (*InboxItem.__dataclass_fields__, "sends", "about", "remote", "advice", "next")


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
    with tells_holder(asked["form"]):
        return ACTIONS[action](Asked(session=session, key=key, **asked))


def _list(asked: Asked) -> int:
    """All open items, the most urgent first, in the wanted form."""
    entries = _entries(asked)
    if asked.form == "csv":
        click.echo(_csv(entries), nl=False)
    elif asked.form == "json":
        _print_json({"items": [entry_json(entry) for entry in entries]})
    elif entries:
        show_list(Screen(), entries, asked.session.now())
    else:
        Screen().say(f"The inbox of {asked.customer} is empty.{_on_their_way(asked)}")
    return 0


def _on_their_way(asked: Asked) -> str:
    """A run that ends with 5 sends people here, though what it left may not be theirs yet."""
    with _reader(asked) as ledger:
        sent = sum(one.state is EffectState.SENDING for one in ledger.unfinished())
    return f" Sent without an answer: {sent}. A later pass settles that." if sent else ""


def _show_item(asked: Asked) -> int:
    """One item, what was sent, and every step of the effect behind it."""
    found = _of_key(asked)
    if asked.form == "json":
        shown = [
            {**entry_json(one), "request": _request(one), "steps": _steps(asked, one)}
            for one in found
        ]
        _print_json({"items": shown})
        return 0
    ruleset = load(asked.customer, asked.session.workspace())[0]
    when = (ruleset.timezone if ruleset else "UTC", asked.session.now())
    screen = Screen()
    for entry in found:
        show_item(screen, entry, _request(entry), _steps(asked, entry), when)
    return 0


def _resolve(asked: Asked) -> int:
    """Closes an item: it is dealt with."""
    effects = _effects_of(_of_key(asked))
    opened = asked.session.customer(asked.customer)
    machine = asked.session.machine(opened)
    with open_memory(opened, machine, asked.session.workspace()) as (ledger, _):
        if not asked.happened:
            _must_not_be_in_doubt(asked, ledger, effects)
        now = machine.clock.now()
        for effect in effects if asked.happened else ():
            ledger.settle(effect, now, asked.reason)
        ledger.resolve(asked.key, now, asked.reason)
    if asked.form == "json":
        _print_json({"closed": asked.key})
    else:
        click.echo(f"{asked.key}: closed")
    return 0


def _must_not_be_in_doubt(asked: Asked, ledger: LedgerReader, keys: Sequence[str]) -> None:
    """Raises ConfigurationError where closing would leave a doubt behind that nobody sees any more,
    and that keeps back all else of its subject for ever.
    """
    effects = ledger.effects(keys)
    if any(effect.state is EffectState.DOUBT for effect in effects.values()):
        raise ConfigurationError(
            f"{asked.key} is in doubt, and all else about it waits until that has an end",
            "Say what is true: resolve it with --happened (also where you have mended it by hand), "
            "or retry it, and it is sent.",
        )


def _retry(asked: Asked) -> int:
    """It did not happen: shows what would be sent now, and after a yes sends it."""
    entries = _retried(asked)
    effects = _effects_of(entries)
    opened = asked.session.customer(asked.customer)
    machine = asked.session.machine(opened)
    workspace = asked.session.workspace()
    records = tuple(dict.fromkeys(entry.about for entry in entries))
    flows = tuple(dict.fromkeys(entry.item.flow for entry in entries))
    screen = Screen(json=asked.form == "json")
    unsent = frozenset(effects)
    with open_desk(opened, machine, workspace, lambda one: AsIfNotSent(one, unsent)) as desk:
        store, ends = write_plan(workspace, desk.only(flows), opened, None, Ask(only=records))
        show_plan(screen, ends, decisions(store))
        _warn(screen, desk, entries)
    if not ends[1].sends:
        screen.say(f"A retry sends nothing as it is. {entries[0].advice}")
    if not ends[1].sends or not (asked.yes or click.confirm("Send this?", err=screen.json)):
        return _not_sent(screen)
    with open_bench(opened, machine, workspace, flows) as (bench, desk):
        check_pauses(bench, opened, flows)
        for effect in effects:
            bench.ledger.retry(effect, machine.clock.now(), asked.reason)
        report = apply_file(bench, desk.runners, store, ends, Approval())
    return end(screen, report, store, opened, flows)


def _retried(asked: Asked) -> list[Entry]:
    """The entries of a key that a retry can end; raises ConfigurationError where there is none,
    with what to do instead.
    """
    found = _of_key(asked)
    retried = [entry for entry in found if entry.retried]
    if not retried:
        kind, rule = found[0].item.kind, found[0].item.rule
        raise ConfigurationError(
            f"{asked.key} is not ended by a retry: nothing of it would be sent ({kind}, {rule})",
            found[0].advice,
        )
    return retried


def _warn(screen: Screen, desk: Desk, entries: Sequence[Entry]) -> None:
    """What in doubt is sent again is a second send by a person's word."""
    for entry in entries:
        effect, runner = entry.effect, desk.runners.get(entry.item.flow)
        if effect is None or runner is None or effect.state is not EffectState.DOUBT:
            continue
        screen.heading(f"By your word this goes out a second time: {effect.intent.key}")
        screen.say("If the first one was processed, it happens twice.")
        for sentence in runner.warnings(effect):
            screen.say(sentence)


def _effects_of(entries: Sequence[Entry]) -> list[str]:
    """The keys of the effects behind some entries."""
    return list(dict.fromkeys(entry.item.effect for entry in entries if entry.item.effect))


def _not_sent(screen: Screen) -> int:
    if screen.json:
        _print_json({"verdict": "nothing was sent"})
    screen.say("Nothing was sent.")
    return 0


def _print_json(value: dict[str, Any]) -> None:
    click.echo(json.dumps({"format_version": 1, **value}, ensure_ascii=False))


def _entries(asked: Asked) -> list[Entry]:
    """The open items with all that is said of them."""
    asked.session.names(asked.customer)
    with _reader(asked) as ledger:
        items = ledger.inbox()
        effects = ledger.effects([item.effect for item in items if item.effect])
    advice = {rule: what_to_do(rule) for rule in {item.rule for item in items}}
    return urgent_first(
        [
            Entry(
                customer=asked.customer,
                item=item,
                effect=effects.get(item.effect or ""),
                advice=filled(advice[item.rule], asked.customer, item.business_key),
            )
            for item in items
        ]
    )


def _of_key(asked: Asked) -> list[Entry]:
    found = [entry for entry in _entries(asked) if entry.item.business_key == asked.key]
    if not found:
        raise ConfigurationError(
            f"the inbox of {asked.customer} has no open item {asked.key}",
            f"See what is open: crossdock inbox {asked.customer}",
        )
    return found


def _request(entry: Entry) -> dict[str, Any] | None:
    """What was sent, masked; None without an effect, and once the ruleset's retention is over."""
    request = entry.effect.intent.request if entry.effect else {}
    return masked_request(request) if request.get("method") else None


def _steps(asked: Asked, entry: Entry) -> list[dict[str, str]]:
    if entry.effect is None:
        return []
    with _reader(asked) as ledger:
        steps = list(ledger.audit(entry.effect.intent.key))
    return [{name: str(step[name] or "") for name in STEP} for step in steps]


def _reader(asked: Asked) -> closing[SqlReader | EmptyReader]:
    return closing(open_reader(asked.session.workspace().ledger_url(), asked.customer))


def _csv(entries: Sequence[Entry]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        cells = entry_json(entry)
        cells["next"] = "; ".join(cells["next"])
        writer.writerow({name: "" if cells[name] is None else cells[name] for name in COLUMNS})
    return out.getvalue()


ACTIONS = {"show": _show_item, "retry": _retry, "resolve": _resolve}
