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


def record() -> OrderRecord:
    row = EffectRecord(
        key="v1:acme:create:1:1", kind="create", flow="orders", target="wos", subject="wos:1",
        marker="1", business_key="1/main", state="DOUBT", version=2, attempts=1, fence=1,
        intent_at=NOON, window_until=NOON, settle_at=NOON, absent_at=None, ended_at=None,
        reason="", hash="", body=False, legs={},
    )  # fmt: skip
    bound = Binding(part="1/main", order="1", link="main", number="N1", revision=1, fingerprint="")
    item = InboxItem(
        business_key="1/main",
        kind="doubt",
        rule="effects.doubt",
        text="no answer",
        first_seen=at(5),
        resolved=at(9),
        resolution="it is there",
    )
    return OrderRecord(
        order="1",
        bindings=[bound],
        effects=[row],
        holds=[
            Hold(
                part="1/west", order="1", rule="orders.hold.x", reason="so", since=at(6), seen=at(7)
            ),
            Hold(
                part="1/east", order="1", rule="orders.hold.y", reason="so", since=at(8), seen=at(8)
            ),
        ],
        inbox=[item, InboxItem(business_key="1/main", kind="report", rule="a.b", text="old")],
        messages=[
            MessageRecord(
                seq=1,
                key="m1",
                kind="pick",
                state="done",
                received=at(10),
                handled=at(11),
                raw=True,
            ),
            MessageRecord(
                seq=2, key="m2", kind="pack", state="new", received=at(12), handled=None, raw=True
            ),
        ],
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
