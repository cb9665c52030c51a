"""What `state` changes: a cursor, and what is on record of a buyer. Shown first, then done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click

from engine.bootstrap import open_memory
from engine.cli.context import Session
from engine.cli.planning import order_of_key
from engine.customers import Customer
from engine.errors import ConfigurationError, CrossdockError, PlanFileError
from engine.executor.plan_file import inspect
from engine.ledger.empty import EmptyReader
from engine.ledger.opening import open_reader
from engine.ledger.sql_reader import SqlReader
from engine.ports.custody import still_needed
from engine.ports.ledger import Cursor, LedgerReader
from engine.ports.state import OrderRecord
from engine.report.screen import Screen
from engine.report.times import shown
from engine.workspace import StoredPlan

STARTED = "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A change that a person wants, and where it is told."""

    session: Session
    customer: str
    reason: str
    yes: bool
    screen: Screen

    def is_meant(self, question: str) -> bool:
        """Whether the person says so, now or with --yes."""
        return self.yes or click.confirm(question, err=self.screen.json)

    def told(self, value: dict[str, Any], text: str) -> int:
        """Says how it ended, in the wanted form."""
        if self.screen.json:
            value = {"format_version": 1, "customer": self.customer, **value}
            click.echo(json.dumps(value, ensure_ascii=False))
        self.screen.say(text)
        return 0

    def left(self) -> int:
        """Says that nothing was done."""
        return self.told({"verdict": "nothing was changed"}, "Nothing was changed.")


def move(wanted: Wanted, flow: str, to: datetime) -> int:
    """Moves the cursor of a flow, back or forth, after saying what that means."""
    opened = wanted.session.customer(wanted.customer)
    machine = wanted.session.machine(opened)
    now = machine.clock.now()
    with _looking(wanted) as ledger:
        before = _cursor(wanted, ledger, flow, now, to)
    zone = opened.ruleset.timezone
    wanted.screen.say(f"{flow}: read up to {shown(before.watermark, zone)}")
    wanted.screen.say(f"{' ' * len(flow)}  becomes    {shown(to, zone)}")
    wanted.screen.say(_meaning(flow, before.watermark, to, zone))
    if not wanted.is_meant("Move it?"):
        return wanted.left()
    with open_memory(opened, machine, wanted.session.workspace()) as (memory, _):
        memory.move_cursor(before.feed, before.version, to, now, wanted.reason)
    value = {"flow": flow, "before": before.watermark.isoformat(), "after": to.isoformat()}
    return wanted.told({"verdict": "moved", **value}, "Moved. The next pass reads from there.")


def _cursor(wanted: Wanted, ledger: LedgerReader, flow: str, now: datetime, to: datetime) -> Cursor:
    """The cursor as it stands; raises ConfigurationError where it cannot be moved there."""
    cursor = ledger.cursor(flow)
    if cursor is None:
        raise ConfigurationError(
            f"{flow} of {wanted.customer} has no cursor",
            "It has not read yet (then its first day is set in the ruleset: orders.since), or it "
            "lives on messages, which are kept until they are dealt with.",
        )
    if to > now:
        raise ConfigurationError(
            "a cursor cannot stand in the future: what comes until then would never be read",
            "Give a time that is over. To stop a flow: crossdock pause "
            f"{wanted.customer} {flow} --reason TEXT",
        )
    if to == cursor.watermark:
        raise ConfigurationError(f"{flow} stands there already", "Nothing was changed.")
    return cursor


def _meaning(flow: str, before: datetime, to: datetime, zone: str) -> str:
    """What a move does, in a sentence."""
    if to < before:
        return (
            "What changed since then is read again. Nothing is sent twice: what was sent is on "
            "record. A large part of it at once may be held back by a gate."
        )
    return (
        f"WARNING: what changed between {shown(before, zone)} and {shown(to, zone)} and was not "
        f"read yet is passed over, and no pass of {flow} reads it again until it changes once more "
        "or a sweep finds it. What is held stays held and is looked at all the same."
    )


def erase(wanted: Wanted, key: str) -> int:
    """Takes a buyer's data of one order out of the ledger and the plan files."""
    opened = wanted.session.customer(wanted.customer)
    order = order_of_key(key, opened)
    plans = wanted.session.workspace().plans_of_order(wanted.customer, order)
    with _looking(wanted) as ledger:
        record = ledger.record_of(order)
        _must_be_known(wanted, record, plans)
        _must_be_settled(wanted, ledger, record, plans)
    _announce(wanted, record, plans)
    if not wanted.is_meant("Erase this for good?"):
        return wanted.left()
    return _erase(wanted, opened, order)


def _erase(wanted: Wanted, opened: Customer, order: str) -> int:
    """Under the lease all is looked at once more: a pass may have come in between."""
    machine = wanted.session.machine(opened)
    workspace = wanted.session.workspace()
    with open_memory(opened, machine, workspace) as (memory, tenure):
        plans = workspace.plans_of_order(wanted.customer, order)
        _must_be_applied(memory, plans)
        tenure.keep()
        erased = memory.erase(order, machine.clock.now(), wanted.reason)
        for plan in plans:
            plan.path.unlink(missing_ok=True)
    counted = asdict(erased) | {"plans": [plan.name for plan in plans]}
    return wanted.told(
        {"verdict": "erased", "order": order, **counted},
        f"Erased. Request bodies: {erased.bodies}, raw records of messages: {erased.raws}, "
        f"plan files: {len(plans)}. Keys, states, times and keyed hashes stay as the proof. Not "
        "reached: plan files that --out put elsewhere, backups, and both systems themselves.",
    )


def _must_be_known(wanted: Wanted, record: OrderRecord, plans: Sequence[StoredPlan]) -> None:
    if not record.is_known and not plans:
        raise ConfigurationError(
            f"nothing is on record of the order {record.order} of {wanted.customer}",
            "Give its key in the channel, or --number with its number in the warehouse.",
        )


def _must_be_settled(
    wanted: Wanted, ledger: LedgerReader, record: OrderRecord, plans: Sequence[StoredPlan]
) -> None:
    """Raises CrossdockError while something of the order has not ended."""
    for effect in record.unfinished:
        raise still_needed(effect.key, effect.state, wanted.customer)
    _must_be_applied(ledger, plans)


def _must_be_applied(ledger: LedgerReader, plans: Sequence[StoredPlan]) -> None:
    """Raises CrossdockError for a plan that somebody is in the middle of: `apply` goes on with it.

    What a pass of `run` has left is planned anew by the next one, whether its file is there or not.
    """
    for plan in plans:
        if not plan.is_of_a_pass and _state(ledger, plan) == STARTED:
            raise CrossdockError(
                f"{plan.name} was applied in part and has a request of this order; nothing was "
                "erased",
                f"Go on with it: crossdock apply {plan.name}; or remove the file, and what it has "
                "left is planned anew.",
            )


def _state(ledger: LedgerReader, plan: StoredPlan) -> str | None:
    """`started`, `finished` or None; of a file that is no whole plan nothing was ever applied."""
    try:
        return ledger.plan_state(inspect(plan)[1].digest)
    except PlanFileError:
        return None


def _announce(wanted: Wanted, record: OrderRecord, plans: Sequence[StoredPlan]) -> None:
    bodies = sum(one.body for one in record.effects)
    raws = sum(one.raw for one in record.messages)
    say = wanted.screen.say
    say(f"Order {record.order} of {wanted.customer}: to be erased for good are")
    say(f"  request bodies: {bodies} (of {len(record.effects)} effects)")
    say(f"  raw records of messages: {raws}")
    for plan in plans:
        say(f"  the plan file {plan.name}, with all else that it plans")
    say("Erase it in the channel first: whoever reads the order there anew sees the buyer again.")


def _looking(wanted: Wanted) -> closing[SqlReader | EmptyReader]:
    return closing(open_reader(wanted.session.workspace().ledger_url(), wanted.customer))
