"""JSON of strangers: whatever stands in it can be stored and sent again, or is said to be none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.adapters.foreign import LARGEST, carefully, json_of

ODD = st.sampled_from(
    [
        *("NaN", "-Infinity", "1e400", "1e16", "-1E+3", "0.1e-9", "-0", "-0.0", "01", "tru", "'"),
        *("9007199254740991", "9007199254740992", "-9007199254740993.5", "9007199254740991.5"),
        *("123456789012345678901234567890", r'"\ud83d"', r'"\u0000"', r'"a\\u0000"', '"\x00"'),
        *('{"a": 1, "a": 2}', '{"\\u0000": 1}', '"\t"', '"\ufeff"', "[" * 58 + "]" * 58, "\ufeff1"),
        *("[" * 59 + "7" + "]" * 59, "[" * 60 + "]" * 60, '{"a":' * 61 + "1" + "}" * 61),
    ]
)
TEXTS = st.recursive(
    st.one_of(ODD, st.text().map(json.dumps), st.integers().map(str), st.floats().map(json.dumps)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda some: f"[{', '.join(some)}]"),
        st.lists(st.tuples(st.text(max_size=3).map(json.dumps), inner), max_size=4).map(
            lambda some: f"{{{','.join(f'{name}:{value}' for name, value in some)}}}"
        ),
    ),
    max_leaves=6,
)
BODIES = st.one_of(
    st.binary(max_size=12),
    TEXTS.map(str.encode),
    TEXTS.map(lambda text: text.encode("utf-16-le")),
)


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


@given(BODIES)
@example(b'[1, "\xe9"]')
@example(b'{"a": 9007199254740992, "b": "\\u0000"}')
def test_the_fast_reader_says_what_the_careful_one_says(body: bytes) -> None:
    """Of any bytes both give the same value, to its types and signs, or both give none."""
    assert _said(json_of, body) == _said(carefully, body)


def _said(reader: Any, body: bytes) -> str:
    try:
        return repr(reader(body))
    except ValueError:
        return "no JSON"
