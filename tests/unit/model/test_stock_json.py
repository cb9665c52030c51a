"""Messages and stock transactions go into JSON and come back as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.stock import Message, MessageKind, StockTransaction, Transaction
from engine.model.stock_json import (
    message_from_json,
    message_to_json,
    transaction_from_json,
    transaction_to_json,
)
from tests.unit.config.schema_walk import read

SCHEMA = read("records/transaction")
TEXT = st.text(max_size=8)
NAME = st.text(min_size=1, max_size=8)
MOMENT = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 999)
BOOKINGS = st.builds(
    StockTransaction,
    key=NAME,
    kind=st.sampled_from(get_args(Transaction)),
    item=NAME,
    quantity=st.integers(-99, 99),
    area=st.none() | TEXT,
    at=MOMENT,
    to_area=st.none() | TEXT,
    reason=st.none() | TEXT,
    fields=st.dictionaries(TEXT, TEXT, max_size=2),
)
MESSAGES = st.builds(
    Message,
    key=NAME,
    kind=st.sampled_from(MessageKind),
    order=st.none() | TEXT,
    transaction=st.none() | BOOKINGS,
    at=st.none() | MOMENT,
    why=TEXT,
    raw=st.dictionaries(TEXT, st.none() | TEXT | st.integers(), max_size=2),
)
LEAST: dict[str, Any] = {
    "key": "t1",
    "kind": "pull",
    "item": "MUG",
    "quantity": -1,
    "area": None,
    "at": "2026-11-20T12:00:00Z",
}


@given(BOOKINGS)
def test_a_booking_comes_back(booking: StockTransaction) -> None:
    """What is written fits the schema, is plain JSON, and reads as an equal transaction."""
    value = json.loads(json.dumps(transaction_to_json(booking)))
    jsonschema.validate(value, SCHEMA)
    assert transaction_from_json(value) == booking


@given(MESSAGES)
def test_a_message_comes_back(message: Message) -> None:
    """Every member of a message survives, the booking in it too."""
    assert message_from_json(json.loads(json.dumps(message_to_json(message)))) == message


def test_the_least_is_enough() -> None:
    """What the schema does not require may be left out."""
    jsonschema.validate(LEAST, SCHEMA)
    booking = transaction_from_json(LEAST)
    assert (booking.to_area, booking.reason, booking.fields) == (None, None, {})
    message = message_from_json({"key": "m1", "kind": "unknown"})
    assert message == Message(key="m1", kind=MessageKind.UNKNOWN)


def test_times_are_told_in_utc() -> None:
    """A time of another zone is written as the same instant."""
    at = datetime(2026, 11, 20, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    message = Message(key="m1", kind=MessageKind.PICK, at=at)
    assert message_to_json(message)["at"] == "2026-11-20T12:00:00Z"


@pytest.mark.parametrize("member", sorted(LEAST))
def test_what_is_required_is_missed(member: str) -> None:
    """Neither schema nor reader guesses a member that tells what happened."""
    value = {name: LEAST[name] for name in LEAST if name != member}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, SCHEMA)
    with pytest.raises(KeyError):
        transaction_from_json(value)


def test_an_unknown_kind_is_refused() -> None:
    """A message of a kind that this program does not know is not taken for another."""
    with pytest.raises(ValueError, match="telegram"):
        message_from_json({"key": "m1", "kind": "telegram"})
