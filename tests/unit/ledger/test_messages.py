"""The contract of messages: what a queue delivers twice is there once, and nothing is dropped."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.ledger.opening import open_ledger
from engine.model.stock import Message, MessageKind, StockTransaction
from engine.ports.ledger import Ledger, StoredMessage
from tests.unit.ledger.conftest import url_of
from tests.unit.ledger.making import NOW, SECOND

BOOKING = StockTransaction(
    key="t1", kind="pull", item="MUG", quantity=-3, area="MAIN", at=NOW, fields={"a": "ß"}
)


def _message(key: str, kind: MessageKind = MessageKind.PICK, **changes: Any) -> Message:
    return Message(key=key, kind=kind, raw={"id": key}, **changes)


def _keys(rows: Any) -> list[str]:
    return [row.message.key for row in rows]


def test_messages_come_in_the_order_of_their_coming(ledger: Ledger) -> None:
    """What was stored is read as it was, by kind, page by page."""
    first = _message("m9", order="US-1", at=NOW)
    second = _message("m1", MessageKind.STOCK, transaction=BOOKING)
    third = _message("m5", why="no order number")
    assert ledger.store_messages([first, second], NOW) == 2
    assert ledger.store_messages([third], NOW + SECOND) == 1

    page = ledger.messages(["pick", "stock"], limit=2)
    assert [row.message for row in page] == [first, second]
    (last,) = ledger.messages(["pick", "stock"], after=page[-1].seq)
    assert last == StoredMessage(seq=last.seq, message=third, received=NOW + SECOND)
    assert _keys(ledger.messages(["stock"])) == ["m1"]
    assert ledger.messages([]) == []
    assert ledger.message_counts() == {"pick": 2, "stock": 1}


def test_a_message_is_stored_once(ledger: Ledger) -> None:
    """Delivered again, in one read or a later one, before it was handled or after, it is known."""
    assert ledger.store_messages([_message("m1"), _message("m1")], NOW) == 1
    ledger.settle_messages(["m1"], NOW)
    again = [_message("m1", order="other"), _message("m2")]
    assert ledger.store_messages(again, NOW + SECOND) == 1
    assert _keys(ledger.messages(["pick"])) == ["m2"]
    assert ledger.known_messages(["m1", "m2", "m3"]) == {"m1", "m2"}


def test_an_id_that_comes_again_with_something_else_is_kept(ledger: Ledger) -> None:
    """A hint is stored under a key of its own; a booking too, but nobody books it by itself."""
    hint, booking = (
        _message("m1", order="US-1", digest="a" * 64),
        _message("m2", MessageKind.STOCK, transaction=BOOKING, digest="b" * 64),
    )
    other = [replace(hint, order="US-2", digest="c" * 64), replace(booking, digest="d" * 64)]
    assert ledger.store_messages([hint, booking], NOW) == 2
    ledger.settle_messages(["m1", "m2"], NOW)

    assert ledger.store_messages([hint, *other], NOW + SECOND) == 2
    assert ledger.store_messages([*other, booking], NOW + SECOND) == 0
    found = [row.message for row in ledger.messages(["pick", "stock"])]
    assert [one.key for one in found] == [f"m1#{'c' * 12}", f"m2#{'d' * 12}"]
    assert (found[0].order, found[0].why) == ("US-2", "")
    assert (found[1].transaction, found[1].kind) == (None, MessageKind.STOCK)
    assert found[1].why.startswith("its id was another message's")


def test_without_a_digest_an_id_is_all_there_is(ledger: Ledger) -> None:
    """What was stored before there were digests is not taken for another message."""
    assert ledger.store_messages([_message("m1"), _message("m2", digest="a")], NOW) == 2

    again = [_message("m1", digest="b"), _message("m2")]
    assert ledger.store_messages(again, NOW) == 0


def test_what_is_handled_is_not_looked_at_again(ledger: Ledger) -> None:
    """Handled messages leave pages and counts; doing it twice, or for nothing, is nothing."""
    ledger.store_messages([_message("m1"), _message("m2")], NOW)
    for _ in range(2):
        ledger.settle_messages(["m1", "m9"], NOW)
    ledger.settle_messages([], NOW)
    assert _keys(ledger.messages(["pick"])) == ["m2"]
    assert ledger.message_counts() == {"pick": 1}


def test_raw_records_are_forgotten(ledger: Ledger) -> None:
    """Of messages that came before then only the site's own record goes, whether anybody has dealt
    with them or not; their keys still stand.
    """
    ledger.store_messages([_message(key) for key in ("m1", "m2")], NOW)
    ledger.store_messages([_message("m3")], NOW + SECOND)
    ledger.settle_messages(["m1"], NOW)
    assert ledger.forget_bodies(NOW + SECOND) == 2
    assert ledger.forget_bodies(NOW + SECOND) == 0
    assert ledger.store_messages([_message("m1")], NOW) == 0
    bare = replace(_message("m2"), raw={})
    assert [row.message for row in ledger.messages(["pick"])] == [bare, _message("m3")]


def test_only_raw_is_erased(file: Path) -> None:
    """The erased message is there with all that the engine made of it, and nothing else."""
    message = _message("m1", MessageKind.STOCK, transaction=BOOKING, order="US-1")
    with closing(open_ledger(url_of(file), "acme", owner="w")) as ledger:
        ledger.store_messages([message], NOW)
        ledger.settle_messages(["m1"], NOW)
        ledger.forget_bodies(NOW + SECOND)
        reopen = "UPDATE message SET state = 'new'"
        ledger._live.change(lambda conn: conn.exec_driver_sql(reopen))
        assert [row.message for row in ledger.messages(["stock"])] == [replace(message, raw={})]


def test_many_messages_are_dealt_with_at_once(ledger: Ledger) -> None:
    """More keys than a statement takes parameters are no limit."""
    ledger.store_messages([_message("7")], NOW)
    keys = [str(number) for number in range(40_000)]
    assert ledger.known_messages(keys) == {"7"}
    ledger.settle_messages(keys, NOW)
    assert ledger.message_counts() == {}


def test_customers_have_queues_of_their_own(file: Path) -> None:
    """One key of two customers is two messages."""
    with (
        closing(open_ledger(url_of(file), "acme", owner="w")) as acme,
        closing(open_ledger(url_of(file), "other", owner="w")) as other,
    ):
        assert acme.store_messages([_message("m1")], NOW) == 1
        assert other.known_messages(["m1"]) == frozenset()
        assert other.store_messages([_message("m1")], NOW) == 1
        other.settle_messages(["m1"], NOW)
        assert acme.message_counts() == {"pick": 1}
