"""What the memory has of a record is told in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.explain.timeline import in_time, of_order
from engine.ledger.empty import EmptyReader
from engine.model.effect import Binding, Effect
from engine.ports.ledger import Hold, InboxItem
from engine.ports.state import EffectRecord, MessageRecord, OrderRecord
from tests.unit.explain.test_requests import effect

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


class Told(EmptyReader):
    """Has one effect, and the steps of it and of a part that was bound and unbound."""

    def effects(self, keys: Sequence[str]) -> Mapping[str, Effect]:
        return {key: effect(None) for key in keys}

    def audit(self, key: str) -> Iterator[Mapping[str, Any]]:
        steps = {
            "v1:acme:create:1:1": [(3, "SENDING", "claimed"), (4, "DOUBT", "no answer")],
            "1/main": [(1, "BOUND", "adopted"), (2, "", "deleted by hand")],
        }
        for minute, to, detail in steps.get(key, []):
            yield {"at": at(minute), "actor": "me", "from": "", "to": to, "detail": detail}


ROW = EffectRecord(
    key="v1:acme:create:1:1", kind="create", flow="orders", target="wos", subject="wos:1",
    marker="1", business_key="1/main", state="DOUBT", version=2, attempts=1, fence=1,
    intent_at=NOON, window_until=NOON, settle_at=NOON, absent_at=None, ended_at=None,
    reason="", hash="", body=False, legs={},
)  # fmt: skip
BOUND = Binding(part="1/main", order="1", link="main", number="N1", revision=1, fingerprint="")
DOUBT = InboxItem(
    business_key="1/main",
    kind="doubt",
    rule="effects.doubt",
    text="no answer",
    first_seen=at(5),
    resolved=at(9),
    resolution="it is there",
)


def hold(part: str, rule: str, since: int, seen: int) -> Hold:
    return Hold(part=part, order="1", rule=rule, reason="so", since=at(since), seen=at(seen))


def message(key: str, kind: str, received: int, handled: int | None) -> MessageRecord:
    return MessageRecord(
        seq=1,
        key=key,
        kind=kind,
        state="new",
        received=at(received),
        handled=None if handled is None else at(handled),
        raw=True,
    )


def record() -> OrderRecord:
    """An order of which everything is on record."""
    return OrderRecord(
        order="1",
        bindings=[BOUND],
        effects=[ROW],
        holds=[hold("1/west", "orders.hold.x", 6, 7), hold("1/east", "orders.hold.y", 8, 8)],
        inbox=[DOUBT, InboxItem(business_key="1/main", kind="report", rule="a.b", text="old")],
        messages=[message("m1", "pick", 10, 11), message("m2", "pack", 12, None)],
        erased=[at(13)],
    )


def test_a_life_is_told_in_the_order_of_time() -> None:
    """Bindings, writes, holds, inbox, messages and erasures, each where it happened."""
    events = in_time(reversed(list(of_order(record(), Told()))))
    assert [(one.at - NOON).seconds // 60 for one in events] == list(range(1, 14))
    assert [one.what for one in events] == [
        "1/main is N1",
        "1/main is N1 no more",
        "create 1: sent",
        "create 1: in doubt: nobody knows whether it happened",
        "inbox: 1/main, doubt (effects.doubt)",
        "1/west held by orders.hold.x",
        "1/west still held by orders.hold.x, when it was last looked at",
        "1/east held by orders.hold.y",
        "inbox: 1/main closed",
        "message m1 came",
        "message m1 was dealt with",
        "message m2 came",
        "what is the buyer's was erased",
    ]
