"""Messages that were dealt with stay on record for who compares the whole history."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from engine.ledger.opening import open_ledger
from engine.model.stock import Message, MessageKind
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW


def test_what_was_dealt_with_is_read_page_by_page(file: Path) -> None:
    """By kind, in the order of coming, one customer's alone, without those that wait."""
    names = ["m1", "m2", "m3", "m4"]
    stored = [Message(key=name, kind=MessageKind.STOCK) for name in names]
    with (
        closing(open_ledger(url_of(file), "acme", owner="w")) as ledger,
        closing(open_ledger(url_of(file), "other", owner="w")) as other,
    ):
        ledger.store_messages([*stored, Message(key="p", kind=MessageKind.PICK)], NOW)
        other.store_messages([Message(key="theirs", kind=MessageKind.STOCK)], NOW)
        other.settle_messages(["theirs"], NOW)
        ledger.settle_messages(["m1", "m3", "m4", "p"], NOW)

        page = ledger.dealt_messages(["stock"], limit=2)
        rest = ledger.dealt_messages(["stock"], after=page[-1].seq)

    assert [row.message.key for row in (*page, *rest)] == ["m1", "m3", "m4"]
