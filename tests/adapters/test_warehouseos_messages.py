"""Messages as values: what cannot be read says why, and nothing raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.warehouseos.messages import id_in, message_of, posted
from engine.adapters.warehouseos.profile import profile_of
from engine.model.stock import MessageKind
from tests.adapters.rig import SITES, site_profile

ASSUMED = profile_of(site_profile("wos-assumed"))
LEDGERLINE = profile_of(site_profile("wos-ledgerline"))
PROFILES = [profile_of(site_profile(site)) for site in SITES]
AT = "2026-11-20T08:00:00Z"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def message(type_: str = "InventoryAdjustment", **payload: Any) -> dict[str, Any]:
    """A message of the assumed site, about a put of two unless told otherwise."""
    event = {
        "transactionType": "Put",
        "itemNumber": "X",
        "quantity": 2,
        "areaName": "Main",
        "transactionDateTime": AT,
        **payload,
    }
    return {"messageId": 5, "type": type_, "createdDateTime": AT, "payload": event}


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"itemNumber": None}, "it tells no item or no time"),
        ({"itemNumber": "CAF\ufffd"}, "a sign of its item or area cannot be read"),
        ({"areaName": "M\ufffdin"}, "a sign of its item or area cannot be read"),
        ({"quantity": "many"}, "its quantity is no whole number"),
        ({"quantity": 1.5}, "its quantity is no whole number"),
        ({"quantity": -2}, "a put of -2 is not what the profile's quantities say"),
        ({"transactionType": "Pull"}, "a pull of 2 is not what the profile's quantities say"),
        ({"transactionType": "Bury"}, "its transaction, Bury, is none of"),
        ({"transactionType": "Move"}, "its transaction, Move, is none of"),
        ({"transactionType": None}, "its transaction, none, is none of"),
        ({"transactionDateTime": "soon"}, "its time is no time"),
        ({"quantityBefore": 5, "quantityAfter": 8}, "a put of 2 is not the change from 5 to 8"),
        ({"quantityBefore": 5, "quantityAfter": "all"}, "what lies there is no whole number"),
    ],
)
def test_stock_that_cannot_be_read(payload: dict[str, Any], why: str) -> None:
    """It stays a message about stock with its reason, its raw record, and no transaction."""
    given_ = message(**payload)

    found = message_of(ASSUMED, "wos", given_)

    assert (found.kind, found.transaction) == (MessageKind.STOCK, None)
    assert found.why.startswith(why)
    assert (found.key, found.raw) == ("wos:5", given_)


def test_the_other_sign() -> None:
    """Where the profile says by-transaction, a pull of one is 1, and -1 is refused."""
    event = {"Kind": "STOCK_BOOKED", "Booking": "OUT", "Item": "X", "BookedUtc": AT, "MsgId": "M-1"}

    found = message_of(LEDGERLINE, "wos", {**event, "Qty": 1})
    refused = message_of(LEDGERLINE, "wos", {**event, "Qty": -1})

    assert found.transaction is not None
    assert (found.transaction.quantity, found.transaction.area) == (-1, None)
    assert refused.transaction is None
    assert refused.why


def test_counts_go_both_ways() -> None:
    """A count is signed on every site, and may find nothing wrong."""
    for quantity in (-3, 0, 4):
        found = message_of(ASSUMED, "w", message(transactionType="cycle count", quantity=quantity))
        assert found.transaction is not None
        assert found.transaction.quantity == quantity


def test_a_move_goes_one_way() -> None:
    """A move is what went from one area to the other, so that less than nothing is refused."""
    found = message_of(ASSUMED, "wos", message("InventoryMove", quantity=-1))

    assert found.why == "a move of -1 is not what the profile's quantities say"


def test_the_envelope_gives_the_time_that_the_event_lacks() -> None:
    """A booking without its own time happened when its message was written."""
    found = message_of(ASSUMED, "wos", message(transactionDateTime=None))

    assert found.transaction is not None
    assert found.transaction.at.isoformat() == "2026-11-20T08:00:00+00:00"


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        ({"type": "OrderPickComplete", "payload": {}}, MessageKind.PICK, "it names no order"),
        ({"type": "BoxClosed", "payload": 5}, MessageKind.BOX, "what it tells is no JSON object"),
        ({"type": "PoPutaway", "createdDateTime": 5}, MessageKind.STOCK, "its time is no time"),
        ({"payload": {}}, MessageKind.UNKNOWN, "its type, none, is not in"),
        ("text", MessageKind.UNKNOWN, "it is no JSON object"),
    ],
)
def test_what_is_odd_says_why(value: Any, kind: MessageKind, why: str) -> None:
    """The kind is known as far as the type tells it."""
    found = message_of(ASSUMED, "wos", value)

    assert found.kind is kind
    assert found.why.startswith(why)
    assert found.order is None


def test_a_message_of_a_flat_site_that_has_a_payload_name() -> None:
    """Where the payload is left out, the event is looked for beside the envelope."""
    flat = message()
    flat |= flat.pop("payload")

    found = message_of(ASSUMED, "wos", flat)

    assert found.transaction is not None


def test_how_often_it_was_sent_is_no_part_of_a_key() -> None:
    """A message without an id that is sent again is the same one; with other content it is not."""
    first = {k: v for k, v in message().items() if k != "messageId"}

    attempts = ({**first, "attempt": 1}, {**first, "Attempt": 2}, first)
    keys = [message_of(ASSUMED, "wos", one).key for one in attempts]
    other = message_of(ASSUMED, "wos", {**first, "payload": message(quantity=3)["payload"]}).key

    assert len(set(keys)) == 1
    assert other not in keys
    assert id_in(ASSUMED, message_of(ASSUMED, "wos", first)) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"\xff\xfe",
        b"[1]",
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_object_is_kept_as_text(body: bytes) -> None:
    """It has a key of its own and nothing of it is lost that text can hold."""
    found = posted(ASSUMED, "wos", body)

    assert (found.kind, found.why) == (MessageKind.UNKNOWN, "it is no JSON object")
    assert found.raw == {"body": body.decode(errors="replace")}
    assert found.key.startswith("wos:sha256:")


@given(
    st.sampled_from(PROFILES),
    st.dictionaries(
        st.sampled_from(
            ["type", "Kind", "payload", "createdDateTime", "Qty", "Item", "Booking", "MsgId"]
        ),
        JSON | st.sampled_from(["STOCK_BOOKED", "InventoryMove", "OrderPickComplete", "OUT", AT]),
    ),
)
def test_nothing_raises(profile: Any, value: dict[str, Any]) -> None:
    """Whatever a site sends, a message comes out; without a transaction of stock it says why."""
    found = posted(profile, "wos", json.dumps(value).encode())

    assert found.transaction or found.order or found.why
