"""Small builders for the ledger's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.model.effect import Answer, AnswerKind, Binding, Effect, Intent, Timing, healing
from engine.ports.ledger import Hold, InboxItem, Lease, Ledger

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TTL = timedelta(minutes=5)
TIMING = Timing(
    window=timedelta(seconds=5), timeout=timedelta(seconds=30), late=timedelta(minutes=10)
)
OK = Answer(kind=AnswerKind.DONE, status=201, detail="created")


def intent(name: str = "1001", **changes: Any) -> Intent:
    """A create of the order of this name; its own subject unless told otherwise."""
    members: dict[str, Any] = {
        "key": f"v1:acme:create:{name}:1",
        "kind": "create",
        "customer": "acme",
        "target": "wos",
        "subject": f"wos:{name}",
        "marker": name,
        "business_key": name,
        "request": {"method": "POST", "path": "/orders", "body": '{"shipTo": "Zoë"}'},
        "body_hash": "k1:1",  # as the memory keeps it: see test_sealing.py
    }
    return Intent(**(members | changes))


def binding(name: str = "1001", **changes: Any) -> Binding:
    """The part of this order at link east."""
    members: dict[str, Any] = {
        "part": f"{name}/east",
        "order": name,
        "link": "east",
        "number": f"US-{name}",
        "revision": 1,
        "fingerprint": "k1:f",
        "composition": [{"item": "MUG", "quantity": 2, "host_id": "7", "bundle": None}],
    }
    return Binding(**(members | changes))


def promise(bound: Binding) -> dict[str, Any]:
    """The same as an intent carries it."""
    return {name: getattr(bound, name) for name in Binding.__slots__}


def everything() -> Intent:
    """An intent that carries all that one can: a binding, a leg and a product."""
    memo = {"products": [{"profile": 1, "sku": "MUG", "product": "7", "item": "MUG"}]}
    return intent(binding=promise(binding()), legs={"t1:7": -3}, memo=memo)


def hold(part: str = "1001/east", **changes: Any) -> Hold:
    """A part that waits for a row in a lookup."""
    members: dict[str, Any] = {
        "part": part,
        "order": part.split("/", maxsplit=1)[0],
        "rule": "lookup-missing",
        "reason": "no row for Drone",
        "since": NOW,
        "seen": NOW,
    }
    return Hold(**(members | changes))


def item(business_key: str = "1001", kind: str = "failed", **changes: Any) -> InboxItem:
    """Something for a person."""
    return InboxItem(
        business_key=business_key, kind=kind, rule="a-rule", text="look at it", **changes
    )


def take(ledger: Ledger, owner: str = "worker-1", subject: str = "pass") -> Lease:
    """A lease taken at NOW."""
    return ledger.acquire(subject, owner, NOW, TTL)


def sending(ledger: Ledger, lease: Lease, name: str = "1001", **changes: Any) -> Effect:
    """A claimed effect."""
    effect = ledger.claim(intent(name, **changes), TIMING, NOW, lease)
    assert effect is not None
    return effect


def heals(*effects: Effect) -> dict[str, Any]:
    """What an intent has that makes up for these effects of one subject."""
    keys = [effect.intent.key for effect in effects]
    return {"subject": healing(effects[0].intent.subject), "memo": {"heals": keys}}


def stored(ledger: Ledger, effect: Effect) -> Effect:
    """The row as it is now."""
    return ledger.effects([effect.intent.key])[effect.intent.key]


def replayed(ledger: Ledger, key: str) -> str:
    """The state to which the audit's own chain of transitions leads; empty for no audit."""
    state = ""
    for entry in ledger.audit(key):
        assert entry["from"] == state, "the audit has a gap"
        state = entry["to"]
    return state
