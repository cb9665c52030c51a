"""The street of order changes: orders are sent as they were, then decided as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.adapters.world import SystemClock
from engine.customers import Customer
from engine.executor.change_runner import ChangeRunner
from engine.executor.change_view import ChangeDesk
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.model.decision import Change, Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Binding, Effect, EffectState, Intent
from engine.model.order import Order, Unreadable
from engine.model.plan import PlanFooter, line_from_json
from engine.model.shipment import OrderProgress, ProgressLine
from engine.ports.flows import ChangeSink, ProgressSource
from engine.ports.ledger import InboxItem
from engine.ports.systems import OrderQuery
from tests.cases import street
from tests.cases.expecting import asked
from tests.cases.orders_of import orders_of
from tests.cases.street import NOW, Lines, ToldMemory, ToldSink, ToldSource

LOCKED = {"batched", "in-process", "complete"}


class MarkedSource(ToldSource):
    """Its orders are marked as taken over, or are not."""

    def __init__(self, orders: Sequence[Order], *, marked: bool) -> None:
        super().__init__(orders)
        self._marked = marked

    def orders(self, query: OrderQuery) -> Iterator[Sequence[Order]]:
        asked_for = query.acknowledged in (None, self._marked)
        for page in super().orders(query):
            yield page if asked_for else []


class ToldChanges(ChangeSink):
    """Renders what is to be done as it was asked for."""

    def deletion(self, number: str) -> PreparedRequest:
        return PreparedRequest(method="DELETE", path=f"/orders/{number}")

    def header(self, number: str, fields: Mapping[str, str]) -> PreparedRequest:
        body = json.dumps(dict(fields))
        return PreparedRequest(method="POST", path=f"/orders/{number}", body=body)


class ToldProgress(ProgressSource):
    """Has every order as it was sent, in the state that is told; one that is `gone` not at all."""

    def __init__(self, bindings: Sequence[Binding], known: Mapping[str, Any]) -> None:
        self._known = known
        self._bindings = {one.number: one for one in bindings}

    def progress(self, numbers: Sequence[str]) -> Mapping[str, OrderProgress | Unreadable]:
        gone = self._known.get("gone", [])
        here = (one for number, one in self._bindings.items() if number in numbers)
        return {one.number: self._one(one) for one in here if one.number not in gone}

    def changed(self, since: datetime) -> Iterator[Sequence[str]]:
        yield from ()

    def _one(self, bound: Binding) -> OrderProgress | Unreadable:
        state = self._known.get("states", {}).get(bound.number, "available")
        if state == "unreadable":
            return Unreadable(key=bound.number, why="it has no lines")
        rows = self._known.get("stored", {}).get(bound.number, bound.composition)
        return OrderProgress(
            number=bound.number,
            state="available" if state == "batched" else state,
            locked=state in LOCKED,
            packed=False,
            area="Main",
            lines=tuple(
                ProgressLine(
                    number=str(at),
                    host_id=row["line"],
                    item=row["item"],
                    requested=row["quantity"],
                    picked=0,
                    packed=0,
                    bundle=row.get("bundle"),
                )
                for at, row in enumerate(rows, start=1)
            ),
        )


class Remembered(ToldMemory):
    """Remembers what was sent, and what else a case says was done."""

    def __init__(
        self, bindings: Sequence[Binding], effects: Sequence[Effect], known: Mapping[str, Any]
    ) -> None:
        super().__init__({name: known[name] for name in ("cursor", "holds") if name in known})
        self._bound = bindings
        self._done = {one.intent.key: one for one in effects}
        self._inbox = known.get("closed", [])

    def bindings(self, orders: Sequence[str]) -> Mapping[str, Sequence[Binding]]:
        found = {order: [one for one in self._bound if one.order == order] for order in orders}
        return {order: several for order, several in found.items() if several}

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        rows = self._done.values()
        return {name: [one for one in rows if one.intent.subject == name] for name in subjects}

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {key: self._done[key] for key in keys if key in self._done}

    def unfinished(self) -> Sequence[Effect]:
        open_ones = (EffectState.PLANNED, EffectState.SENDING, EffectState.DOUBT)
        return [one for one in self._done.values() if one.state in open_ones]

    def inbox(self, *, include_closed: bool = False) -> Sequence[InboxItem]:
        return [
            InboxItem(
                business_key=row["key"],
                kind="report",
                rule="",
                text=row["text"],
                resolved=NOW,
                resolution=row.get("resolution", "told the floor"),
                flow="order-changes",
            )
            for row in self._inbox
            if include_closed
        ]


def shown_of(
    customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the pass over a case's handled orders shows."""
    desk = desk_of(customer, records, known)
    assert isinstance(desk.ledger, Remembered)
    assert isinstance(desk.source, MarkedSource)
    decisions, footer = _plan(customer, ChangeRunner(desk), desk.ledger)
    return {
        "expect": [_decision(decision) for decision in decisions],
        "blocked": [gate.gate for gate in footer.blocked],
        "query": [asked(query) for query in desk.source.queries],
    }


def desk_of(customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]) -> ChangeDesk:
    """A desk over what a case says.

    `sent` are the orders as they were when the orders flow sent them; `known.adopted`: somebody
    else put them into the warehouse; `known.not-marked`: they are not marked as taken over.
    """
    then = {"items": known.get("items-then", {})}
    creates = _sent(customer, orders_of(records.get("sent", [])), then)
    bindings = [Binding(**(one.binding or {})) for one in creates]
    bindings += [_bound(row) for row in known.get("bound", [])]
    effects = [] if known.get("adopted") else [_done(one) for one in creates]
    if known.get("unmarked"):
        effects = [_without_memo(one) for one in effects]
    effects += [_effect(row) for row in known.get("effects", [])]
    marked = not known.get("not-marked")
    source = MarkedSource(orders_of(records.get("orders", [])), marked=marked)
    memory = Remembered(bindings, effects, known)
    assert customer.ruleset.orders is not None
    assert customer.ruleset.orders.changes is not None
    return ChangeDesk(
        compiled=customer.compiled,
        rules=customer.ruleset.orders.changes,
        source=source,
        sink=ToldSink(known),
        changes=ToldChanges(),
        progress=ToldProgress(bindings, known),
        ledger=memory,
        force=bool(known.get("resubmit")),
    )


def _sent(customer: Customer, orders: Sequence[Order], known: Mapping[str, Any]) -> list[Change]:
    plan = street.planned(customer, orders, known)
    changes = [change for decision in plan.decisions for change in decision.changes]
    return [change for change in changes if change.operation == "create"]


def _plan(
    customer: Customer, runner: ChangeRunner, memory: Remembered
) -> tuple[list[Decision], PlanFooter]:
    desk = Desk(
        ruleset=customer.ruleset,
        runners={"order-changes": runner},
        ledger=memory,
        clock=SystemClock(NOW),
    )
    out = Lines()
    _, footer = make_plan(desk, Ask(), PlanWriter(out))
    read = [line_from_json(json.loads(text)).decision for text in out.texts]
    return [decision for decision in read if decision is not None], footer


def _bound(row: Mapping[str, Any]) -> Binding:
    """A binding from before, of which nothing else is known."""
    part = f"{row['order']}/{row['link']}"
    return Binding(**{"part": part, "revision": 1, "fingerprint": "as it was sent", **row})


def _done(change: Change) -> Effect:
    row = {"key": change.key, "kind": "create", "subject": change.subject}
    return _effect({**row, "memo": change.memo, "marker": change.marker})


def _without_memo(effect: Effect) -> Effect:
    intent = effect.intent
    return _effect({"key": intent.key, "kind": intent.kind, "subject": intent.subject})


def _effect(row: Mapping[str, Any]) -> Effect:
    """An effect in the short form of cases; DONE unless it says otherwise."""
    intent = Intent(
        key=row["key"],
        kind=row["kind"],
        customer="acme",
        target=row["subject"].partition(":")[0],
        subject=row["subject"],
        marker=row.get("marker", ""),
        business_key=row["key"],
        request={},
        body_hash="",
        flow="order-changes",
        order=row.get("order", "1001"),
        memo=row.get("memo"),
    )
    state = EffectState(row.get("state", "DONE"))
    return Effect(intent=intent, state=state, version=2, attempts=1, reason=row.get("reason", ""))


def _decision(decision: Decision) -> dict[str, Any]:
    creation = next((one for one in decision.changes if one.operation == "create"), None)
    return {
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "reason": decision.reason,
        "urgent": decision.urgent,
        "unchecked": list(decision.unchecked),
        "changes": [one.operation for one in decision.changes],
        "keys": [one.key for one in decision.changes],
        "memos": [one.memo for one in decision.changes],
        "after": list(creation.after) if creation is not None else [],
        "revision": (creation.binding or {}).get("revision") if creation is not None else None,
        "order": json.loads(creation.request.body or "null") if creation is not None else None,
    }
