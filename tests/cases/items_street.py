"""The street of a plan of items over systems and a memory that know what a case says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.adapters.world import SystemClock
from engine.customers import Customer
from engine.executor.item_runner import ItemDesk, ItemRunner
from engine.executor.plan_file import PlanWriter
from engine.executor.planning import Desk, make_plan
from engine.executor.runner import Ask
from engine.model.decision import Change, Decision
from engine.model.desired import PreparedRequest
from engine.model.effect import Effect, EffectState, Intent
from engine.model.order import Unreadable
from engine.model.plan import PlanFooter, line_from_json
from engine.model.product import Alias, DesiredItem, ExistingItem, Product, ProductRef
from engine.model.product_json import product_from_json
from engine.ports.flows import ItemSink, ProductSource
from tests.cases.street import NOW, Lines, ToldMemory

PLAIN = {
    "key": "501",
    "profile": 12000101,
    "sku": "LAMP-01",
    "updated": "2026-11-02T11:00:00Z",
    "title": "Camp lamp",
}


class ToldProducts(ProductSource):
    """Gives every product that it was told of, whatever is asked; `elsewhere` only by SKU."""

    def __init__(self, products: Sequence[Product | Unreadable], known: Mapping[str, Any]) -> None:
        self._products = products
        self._refs = [
            ProductRef(key=one.key, profile=one.profile, sku=one.sku)
            for one in products
            if isinstance(one, Product)
        ]
        self._refs += [ProductRef(**row) for row in known.get("elsewhere", [])]
        self.queries: list[dict[str, Any]] = []

    def server_now(self) -> datetime:
        return NOW

    def products(
        self, profiles: Sequence[int], since: datetime, until: datetime
    ) -> Iterator[Sequence[Product | Unreadable]]:
        self.queries.append({"since": since.isoformat(), "profiles": list(profiles)})
        yield self._products

    def by_key(self, keys: Sequence[str]) -> Mapping[str, Product | Unreadable]:
        return {one.key: one for one in self._products if one.key in keys}

    def by_sku(self, profile: int, skus: Sequence[str]) -> Mapping[str, Sequence[ProductRef]]:
        mine = [ref for ref in self._refs if ref.profile == profile]
        return {sku: [ref for ref in mine if ref.sku.casefold() == sku.casefold()] for sku in skus}


class ToldItems(ItemSink):
    """Has the items that it was told of, and no other."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._asked = known.get("asked", True)
        self._stored = {row["number"]: _existing(row) for row in known.get("stored", [])}

    @property
    def may_ask(self) -> bool:
        return bool(self._asked)

    def stored(self, numbers: Sequence[str]) -> Mapping[str, ExistingItem]:
        return {number: self._stored[number] for number in numbers if number in self._stored}

    def item(self, desired: DesiredItem, *, patch: bool) -> PreparedRequest:
        body = json.dumps(asdict(desired))
        return PreparedRequest(method="PATCH" if patch else "POST", path="/items", body=body)


class ToldItemMemory(ToldMemory):
    """Remembers what was written to items, too."""

    def __init__(self, known: Mapping[str, Any], effects: Sequence[Effect]) -> None:
        super().__init__(known)
        self._sent = effects

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {row.intent.key: row for row in self._sent if row.intent.key in keys}

    def by_subject(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Effect]]:
        return {
            subject: [row for row in self._sent if row.intent.subject == subject]
            for subject in subjects
        }

    def unfinished(self) -> Sequence[Effect]:
        ended = {EffectState.DONE, EffectState.FAILED}
        return [row for row in self._sent if row.state not in ended]


def shown_of(
    customer: Customer, records: Mapping[str, Any], known: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the pass of a case's products shows.

    `known.before` are passes that came first: their products, and how their effects ended.
    """
    effects: list[Effect] = []
    for earlier in known.get("before", []):
        products = products_of(earlier["products"])
        memory = ToldItemMemory({}, list(effects))
        decisions, _, _ = _plan(customer, products, earlier, memory)
        state = EffectState(earlier["state"])
        effects += [effect for one in decisions for effect in _effects(one, state)]
    memory = ToldItemMemory(known, effects)
    products = products_of(records.get("products", []))
    decisions, footer, queries = _plan(customer, products, known, memory)
    return {
        "expect": [_decision(decision) for decision in decisions],
        "blocked": [gate.gate for gate in footer.blocked],
        "query": queries,
    }


def products_of(rows: Sequence[Mapping[str, Any]]) -> list[Product | Unreadable]:
    """Canonical products of rows that say only what matters; one with a `why` is unreadable."""
    return [
        Unreadable(key=row["key"], why=row["why"])
        if "why" in row
        else product_from_json({**PLAIN, **row})
        for row in rows
    ]


def _plan(
    customer: Customer,
    products: Sequence[Product | Unreadable],
    known: Mapping[str, Any],
    memory: ToldItemMemory,
) -> tuple[list[Decision], PlanFooter, list[dict[str, Any]]]:
    assert customer.items is not None
    source = ToldProducts(products, known)
    desk = ItemDesk(compiled=customer.items, source=source, sink=ToldItems(known), ledger=memory)
    whole = Desk(
        ruleset=customer.ruleset,
        runners={"items": ItemRunner(desk)},
        ledger=memory,
        clock=SystemClock(NOW),
    )
    out = Lines()
    _, footer = make_plan(whole, Ask(), PlanWriter(out))
    read = [line_from_json(json.loads(text)).decision for text in out.texts]
    return [one for one in read if one is not None], footer, source.queries


def _decision(decision: Decision) -> dict[str, Any]:
    change = decision.changes[0] if decision.changes else None
    body = json.loads(change.request.body or "null") if change else {}
    return {
        "outcome": decision.outcome.value,
        "rule": decision.rule,
        "key": decision.key,
        "number": decision.number,
        "reason": decision.reason,
        "change": f"{change.operation} in {change.target}" if change else None,
        "summary": change.summary if change else None,
        "differences": _differences(change) if change else None,
        "time": int(change.key.rpartition(":")[2]) if change else None,
        "memo": change.memo if change else None,
        "fields": body.get("fields"),
        "aliases": body.get("aliases"),
    }


def _differences(change: Change) -> dict[str, Any]:
    """Member -> what is there now and what it becomes."""
    return {one.name: [one.before, one.after] for one in change.differences}


def _effects(decision: Decision, state: EffectState) -> list[Effect]:
    return [
        Effect(
            intent=Intent(
                key=change.key,
                kind=change.operation,
                customer="acme",
                target=change.target,
                subject=change.subject,
                marker=change.marker,
                business_key=decision.key,
                request={},
                body_hash="",
                flow=decision.flow,
                order=decision.order,
                memo=change.memo,
            ),
            state=state,
            version=2,
            attempts=1,
            reason="it has no name",
        )
        for change in decision.changes
    ]


def _existing(row: Mapping[str, Any]) -> ExistingItem:
    aliases = row.get("aliases", [])
    return ExistingItem(
        number=row["number"],
        fields=row.get("fields", {"description": "Camp lamp"}),
        aliases=None if aliases is None else tuple(Alias(**_alias(one)) for one in aliases),
        bundle=row.get("bundle", False),
    )


def _alias(row: Any) -> dict[str, Any]:
    return {"alias": row} if isinstance(row, str) else row
