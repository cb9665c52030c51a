"""What is on record of a customer or an order, as a person reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.ports.ledger import InboxItem
from engine.ports.state import EffectRecord, MessageRecord, OrderRecord, Survey
from engine.report.screen import Screen
from engine.report.state_text import show_record, show_survey

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EFFECT = EffectRecord(
    key="v1:acme:ship:US-1:1:1",
    kind="ship",
    flow="shipments",
    target="ca",
    subject="ca:1001",
    marker="US-1",
    business_key="US-1",
    state="SENDING",
    version=1,
    attempts=2,
    fence=7,
    intent_at=AT,
    window_until=AT,
    settle_at=AT,
    absent_at=None,
    ended_at=None,
    reason="claimed",
    hash="k1:0",
    body=True,
    legs={"t1:7": -3},
)


def item(resolved: datetime | None) -> InboxItem:
    return InboxItem(business_key="1001", kind="doubt", rule="r", text="t", resolved=resolved)


def message(*, raw: bool) -> MessageRecord:
    return MessageRecord(
        seq=1, key=f"m{raw}", kind="pack", state="new", received=AT, handled=None, raw=raw
    )


def test_messages_that_wait_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind with its count, beside what else stands still."""
    counts = {"effects": {}, "messages": {"pack": 3}, "holds": 0, "inbox": 0, "pauses": []}
    show_survey(Screen(), "acme", Survey(), counts, ("UTC", AT))

    assert "3 pack not dealt with" in capsys.readouterr().out


def test_everything_of_an_order_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Inbox items open and closed, messages with and without their raw record, legs."""
    record = OrderRecord(
        order="1001",
        effects=[EFFECT],
        inbox=[item(None), item(AT)],
        messages=[message(raw=True), message(raw=False)],
    )
    show_record(Screen(), record, "UTC")
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    assert "inbox 1001: doubt, open" in lines
    assert "inbox 1001: doubt, closed 2026-11-23 12:00 UTC" in lines
    assert "message mTrue: pack, came 2026-11-23 12:00 UTC, new" in lines
    assert "message mFalse: pack, came 2026-11-23 12:00 UTC, new, its own record erased" in lines
    assert "tried 2 times, under fence 7" in lines
    assert "leg t1:7: -3" in lines
