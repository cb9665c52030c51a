"""JSON of strangers: whatever stands in it can be stored and sent again, or is said to be none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.adapters.foreign import LARGEST, json_of


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'"\\ud83d"', "\ufffd"),
        (b'"\\ud83d\\ude00 \\u0000"', "\U0001f600 \ufffd"),
        (b'{"\\udfff": ["\\ud800"]}', {"\ufffd": ["\ufffd"]}),
        (b'"\xe9"', "\ufffd"),
        (b"NaN", "NaN"),
        (b"-Infinity", "-Infinity"),
        (b"1e400", "1e400"),
        (b"9007199254740991", LARGEST),
        (b"-9007199254740992", "-9007199254740992"),
        (b"9" * 5_000, "9" * 5_000),
        (b"-1.5", -1.5),
        (b"\xef\xbb\xbf{}", {}),
    ],
)
def test_every_value_can_be_written_down_again(body: bytes, value: Any) -> None:
    """Half a character is a sign of its own, and a number that no machine holds stays a text."""
    found = json_of(body)
    assert found == value
    assert json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False).encode()) == value


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[" * 100_000 + b"]" * 100_000])
def test_what_is_no_json_is_said_to_be_none(body: bytes) -> None:
    """Nesting that no reader gets to the end of is no JSON either."""
    with pytest.raises(ValueError, match=r"."):
        json_of(body)


def test_deep_nesting_spoils_no_more_than_itself() -> None:
    """What lies below sixty levels is only named; all that stands beside it is there."""
    deep = "[" * 200 + "]" * 200
    found = json_of(f'{{"deep": {deep}, "beside": 1}}'.encode())
    assert found["beside"] == 1
    assert json.dumps(found["deep"]).count("[") == 59
    assert "nested too deep" in json.dumps(found["deep"])
