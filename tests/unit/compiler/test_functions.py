"""The function pack and its page: every function is documented, every example is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.compiler import functions
from engine.compiler.expressions import ExpressionError
from engine.compiler.findings import Findings
from engine.compiler.function_entry import Function
from engine.compiler.function_pages import FUNCTIONS, describe, jmespath_table, pack_table
from engine.compiler.functions_of_jmespath import OF_JMESPATH
from engine.compiler.functions_of_pack import OF_PACK
from engine.compiler.inference import Spot, Walker
from engine.compiler.kinds import kind_of
from engine.compiler.shapes import shape_of_value
from engine.compiler.templates import _FILTER_NAMES
from tests.unit.compiler.builders import compiled, rendered

PAGE = (Path(__file__).parents[3] / "docs" / "functions.md").read_text(encoding="utf-8")
SCOPE = json.loads(PAGE.split("```json\n")[1].split("```")[0])
_ROW = re.compile(r"^\| `(\w+)[^`]*` \| (.+?) \| (`+)(.+?)\3 \| `(.+?)` \|$", re.MULTILINE)
FILTERS = [
    (name, example.replace("\\|", "|"), result)
    for name, _, _, example, result in _ROW.findall(PAGE)
    if "{{" in example
]
WORDS = {
    "number": "number",
    "text": "string",
    "list": "array",
    "object": "object",
    "&expression": "expref",
    "list of numbers": "array-number",
    "list of texts": "array-string",
}
"""Kinds as the descriptions say them -> as JMESPath does."""


def told(kinds: str) -> set[str]:
    """The kinds of one argument, from words such as `text, list or object`."""
    plain = kinds.replace("list of numbers or texts", "list of numbers or list of texts")
    plain = plain.replace("list of texts or numbers", "list of texts or list of numbers")
    return {WORDS[word] for word in re.split(r", | or ", plain) if word not in ("value", "...")}


def arguments(one: Function) -> list[str]:
    """The kinds of each argument as they are described, names and dots apart."""
    if "list or object" in one.takes:
        return [one.takes]
    listed = [argument.rpartition(": ")[2] for argument in one.takes.split(", ")]
    return [argument for argument in listed if argument != "..."]


def test_every_function_and_filter_is_described() -> None:
    """Nothing is callable without being documented, and nothing is documented without being."""
    described = [one.name for one in (*OF_PACK, *OF_JMESPATH)]

    assert sorted(described) == sorted(functions.names())
    assert sorted(name for name, _, _ in FILTERS) == sorted(_FILTER_NAMES)
    assert len(OF_JMESPATH) == 26


def test_the_page_states_the_version_of_the_pack() -> None:
    """The version on the page is the one in the program."""
    assert f"## The pack, version {functions.PACK_VERSION}" in PAGE


@pytest.mark.parametrize("one", FUNCTIONS.values(), ids=lambda one: one.name)
def test_the_example_of_a_function_is_true(one: Function) -> None:
    """Each example calls its function and gives what its description says, to the type."""
    assert f"{one.name}(" in one.example
    value = compiled(one.example, frozenset(SCOPE)).search(SCOPE)
    assert json.dumps(value) == json.dumps(json.loads(one.result))


@pytest.mark.parametrize("one", FUNCTIONS.values(), ids=lambda one: one.name)
def test_a_function_does_with_null_what_is_said(one: Function) -> None:
    """Null gives what the description says, or it is an error of the record."""
    assert f"{one.name}(" in one.of_null
    assert "`null`" in one.of_null
    if one.null_result is not None:
        assert compiled(one.of_null, frozenset(SCOPE)).search(SCOPE) == json.loads(one.null_result)
        return
    with pytest.raises(ExpressionError):
        compiled(one.of_null, frozenset(SCOPE)).search(SCOPE)


@pytest.mark.parametrize("one", FUNCTIONS.values(), ids=lambda one: one.name)
def test_a_function_takes_what_is_said(one: Function) -> None:
    """The described kinds are those that the program checks, argument by argument."""
    given = arguments(one)
    wanted = functions.takes(one.name, len(given))

    assert [told(argument) for argument in given] == [set(kinds) for kinds in wanted]
    assert functions.arity(one.name) == (len(given), one.takes.endswith(", ..."))


@pytest.mark.parametrize("one", FUNCTIONS.values(), ids=lambda one: one.name)
def test_a_function_gives_what_is_foretold(one: Function) -> None:
    """The kind of an example's result is one that its shape has."""
    expression = compiled(one.example, frozenset(SCOPE))
    walker = Walker(findings=Findings(expression.source))
    shape = walker.shape(expression.tree, Spot(here=shape_of_value(SCOPE)))

    assert kind_of(json.loads(one.result)) in shape.kinds


@pytest.mark.parametrize("table", [pack_table(), jmespath_table()], ids=["pack", "jmespath"])
def test_the_page_has_the_tables(table: str) -> None:
    """docs/functions.md has what script/reference makes of the descriptions."""
    assert f"\n{table}\n" in PAGE


def test_a_function_is_described_for_a_terminal() -> None:
    """The description has signature, example, result, and what null does."""
    page = describe("upper")

    assert page is not None
    assert "upper(text) -> text" in page
    assert 'upper(tags[0])  ->  "RUSH"' in page
    assert "null is an error" in page
    assert "coalesce(`null`, 'a')  ->  \"a\"" in str(describe("coalesce"))
    assert describe("uper") is None


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
