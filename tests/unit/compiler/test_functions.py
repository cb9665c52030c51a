"""The function pack and its page: every function is documented, every example is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.compiler import functions
from engine.compiler.expressions import ExpressionError
from engine.compiler.templates import _FILTER_NAMES
from tests.unit.compiler.builders import compiled, rendered

PAGE = (Path(__file__).parents[3] / "docs" / "functions.md").read_text(encoding="utf-8")
SCOPE = json.loads(PAGE.split("```json\n")[1].split("```")[0])
_ROW = re.compile(r"^\| `(\w+)[^`]*` \| (.+?) \| (`+)(.+?)\3 \| `(.+?)` \|$", re.MULTILINE)
ROWS = [
    (name, example.replace("\\|", "|"), result)
    for name, _, _, example, result in _ROW.findall(PAGE)
]
CALLS = [row for row in ROWS if "{{" not in row[1]]
FILTERS = [row for row in ROWS if "{{" in row[1]]


def test_every_function_and_filter_has_one_row() -> None:
    """Nothing is callable without being documented, and nothing is documented without being."""
    assert sorted(name for name, _, _ in CALLS) == sorted(functions.names())
    assert sorted(name for name, _, _ in FILTERS) == sorted(_FILTER_NAMES)


def test_the_page_states_the_version_of_the_pack() -> None:
    """The version on the page is the one in the program."""
    assert f"## The pack, version {functions.PACK_VERSION}" in PAGE


@pytest.mark.parametrize(("name", "example", "result"), CALLS)
def test_the_example_of_a_function_is_true(name: str, example: str, result: str) -> None:
    """Each example calls its function and gives what the page says, to the type."""
    assert f"{name}(" in example
    value = compiled(example).search(SCOPE)
    assert json.dumps(value) == json.dumps(json.loads(result))


@pytest.mark.parametrize(("name", "example", "result"), FILTERS)
def test_the_example_of_a_filter_is_true(name: str, example: str, result: str) -> None:
    """The same of filters."""
    assert f"| {name}" in example
    assert rendered(example, SCOPE) == json.loads(result)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("split('a', '')", "the separator is empty"),
        ("replace('a', '', 'b')", "the text to be replaced is empty"),
        ("mul(`1e10`, `1e10`)", "the number is too large"),
        ("add(`1e999`, `1`)", "the number is too large"),
        ("date('1.11.2026')", "it is not a date such as 2026-11-01 or 2026-11-01T09:30:00Z"),
        ("date('2026-13-01')", "it is not a date such as 2026-11-01 or 2026-11-01T09:30:00Z"),
        (
            "date('0001-01-01T00:00+09:00')",
            "it is not a date such as 2026-11-01 or 2026-11-01T09:30:00Z",
        ),
        (
            "date_format('2026-11-01', '%A')",
            "a date format has only %Y %y %m %d %j %H %M %S and %%",
        ),
        ("add('1', `1`)", "add() needs number and was given string"),
        ("trim(`null`)", "trim() needs string and was given null"),
        ("matches('a', ca.Pattern)", "a repeated group may not hold `*`, `+`, `?`, `{` or `|`"),
    ],
)
def test_what_a_function_refuses(text: str, reason: str) -> None:
    """Wrong arguments are an error of the record, with a reason."""
    with pytest.raises(ExpressionError) as caught:
        compiled(text).search({"ca": {"Pattern": "(a+)+"}})
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("date('2026-11-01')", "2026-11-01T00:00:00Z"),
        ("date('2026-11-01T01:30:00+02:00')", "2026-10-31T23:30:00Z"),
        ("date('2026-11-01 09:30')", "2026-11-01T09:30:00Z"),
        ("date_format('2026-11-01T09:30:00Z', '%H%M%%')", "0930%"),
        ("div(`6`, `3`)", 2),
        ("sub(`0.3`, `0.1`)", 0.2),
        ("coalesce(ca.A, ca.B)", None),
        ("split('a', ',')", ["a"]),
    ],
)
def test_edges_of_the_functions(text: str, value: object) -> None:
    """Zones, whole numbers and nulls as the page says."""
    assert compiled(text).search({"ca": {}}) == value
