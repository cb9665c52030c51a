"""What an expression or a template is said to have read is what its result hangs on."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.compiler.expressions import ExpressionError, compile_expression
from engine.compiler.templates import TemplateError
from engine.compiler.tracing import (
    Read,
    functions_of,
    literals_of,
    reads_of_expression,
    reads_of_template,
)
from tests.unit.compiler.builders import ROOTS, compiled, compiled_template
from tests.unit.compiler.builders import expression as expression_of

SCOPE: dict[str, Any] = {
    "site": "Ebay",
    "tags": ["late", "gift", "blue"],
    "profile": {"id": 7, "name": "us"},
    "link": {"name": "east", "dc": "EAST", "pick": "MAIN"},
    "part": {"single": True},
    "ca": {
        "ID": 1001,
        "Notes": None,
        "Class": "Ground",
        "Total": 12.5,
        "Empty": [],
        "Gift": False,
        "Address": {"City": "Troy", "Zip": "12180", "Lines": ["1 Elm St", "Rear"]},
        "Items": [
            {"Sku": "MUG", "Quantity": 2, "Price": 4, "Extra": {"Color": "red", "Weight": 3}},
            {"Sku": "HAT", "Quantity": 1, "Price": 9, "Extra": {"Color": "blue", "Weight": 1}},
            {"Sku": "PEN", "Quantity": 5, "Price": 1, "Extra": {"Color": "red", "Weight": 2}},
        ],
    },
}

EXPRESSIONS = """
ca.ID
ca.Class || ca.Notes
ca.Notes || ca.Class
ca.Gift && ca.Class
!(ca.Gift)
ca.Missing || 'none'
coalesce(ca.Notes, site, ca.Class)
not_null(ca.Notes, ca.Class)
join(', ', sort(tags))
tags[0]
tags[-1]
tags[9]
tags[1:]
length(ca.Items)
ca.Items[0].Sku
ca.Items[*].Sku | [0]
ca.Items[?Sku == 'HAT'].Quantity | [0]
ca.Items[?Extra.Color == 'red'] | length(@)
sum(ca.Items[*].Quantity)
max_by(ca.Items, &Price).Sku
sort_by(ca.Items, &Quantity)[0].Sku
map(&Extra.Color, ca.Items) | join('/', @)
reverse(tags)[0]
tags[?starts_with(@, 'g')] | [0]
[ca.ID, ca.Items[1].Sku] | [1]
{a: ca.Class, b: ca.Items[2]}.b.Price
[ca.Address.Lines, tags][] | [0]
ca.Address.* | [0]
keys(ca.Address) | sort(@) | [0]
values(ca.Address)[0]
ca.Address == link
tags == `["late", "gift", "blue"]`
contains(tags, 'gift')
upper(ca.Address.City)
upper(ca.Notes)
add(ca.Total, ca.ID)
ca.Total > `10` && site == 'Ebay'
to_string(ca.Address)
ca.Items[].Extra[].Color | [0]
ca.Empty[*].Sku | [0] || site
type(ca.Notes)
to_string({a: ca.Class, b: ca.Items[2]})
to_string([ca.Items[0], [site]])
[length(ca.Items), to_string(ca.Items)] | [1]
ca.Class[0] || site
ca.Class[:1] || site
[tags, site][] | [3]
""".strip().splitlines()

TEMPLATES = [
    "{{ profile.name | upper }}-{{ ca.ID }}{{ '' if part.single else '-' ~ link.name }}",
    "{{ ca.Notes or ca.Class }}",
    "{% if ca.Gift %}{{ ca.Address.City }}{% else %}{{ ca.Class }}{% endif %}",
    "{{ tags | join(', ') }}",
    "{{ ca.Items[0].Sku }}",
    "{{ ca.Missing | default('none') }} {{ site }}",
    "{{ ca.Notes }}",
]

CHANGES: list[Callable[[Any], Any]] = [
    lambda value: None,
    lambda value: "HAT",
    lambda value: "red",
    lambda value: f"{value}x",
    lambda value: "a" if isinstance(value, str) else value,
    lambda value: not value,
    lambda value: value + 100 if isinstance(value, int | float) else 100,
    lambda value: -1,
]


def _leaves(value: Any, spot: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    else:
        yield spot
    for step, below in pairs:
        yield from _leaves(below, (*spot, step))


def _changed(spot: tuple[Any, ...], change: Callable[[Any], Any]) -> dict[str, Any]:
    scope = copy.deepcopy(SCOPE)
    holder: Any = scope
    for step in spot[:-1]:
        holder = holder[step]
    holder[spot[-1]] = change(holder[spot[-1]])
    return scope


def _is_named(spot: tuple[Any, ...], reads: tuple[Read, ...]) -> bool:
    return any(spot[: len(read.spot)] == read.spot for read in reads if not read.size)


def _value(text: str) -> Callable[[Mapping[str, Any]], Any]:
    expression = compiled(text)

    def result(scope: Mapping[str, Any]) -> Any:
        try:
            return expression.search(scope)
        except ExpressionError as error:
            return f"fails: {error}"

    return result


def _text(text: str) -> Callable[[Mapping[str, Any]], Any]:
    template = compiled_template(text)

    def result(scope: Mapping[str, Any]) -> Any:
        try:
            return template.render(scope)
        except TemplateError as error:
            return f"fails: {error}"

    return result


def _moves(result: Callable[[Mapping[str, Any]], Any], spot: tuple[Any, ...]) -> bool:
    """Whether any other value there gives another result."""
    return any(repr(result(_changed(spot, change))) != repr(result(SCOPE)) for change in CHANGES)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_no_unnamed_value_moves_an_expression(text: str) -> None:
    """Whatever stands in a member that an expression is not said to have read, it is the same."""
    reads = reads_of_expression(compiled(text), SCOPE)
    unnamed = [spot for spot in _leaves(SCOPE) if not _is_named(spot, reads)]
    assert unnamed
    assert [spot for spot in unnamed if _moves(_value(text), spot)] == []


@pytest.mark.parametrize("text", TEMPLATES)
def test_no_unnamed_value_moves_a_template(text: str) -> None:
    """Whatever stands in a member that a template did not read, its text is the same."""
    reads = reads_of_template(compiled_template(text), SCOPE)
    unnamed = [spot for spot in _leaves(SCOPE) if not _is_named(spot, reads)]
    assert unnamed
    assert [spot for spot in unnamed if _moves(_text(text), spot)] == []


PATHS = ["site", "tags", "ca", "ca.Items", "ca.Address", "ca.Class", "ca.Total", "ca.Notes", "link"]
WRAPS = [
    "{0}[0]", "{0}[*].Sku", "{0}[?Price > `1`]", "{0}[?@ == 'gift']", "{0}[]", "{0}.*", "{0}[1:]",
    "{0}.City", "{0} | [-1]", "[{0}, {1}]", "{{a: {0}, b: {1}}}", "{0} || {1}", "{0} && {1}",
    "{0} == {1}", "!({0})", "length({0})", "to_string({0})", "sort_by({0}, &Price)", "keys({0})",
    "values({0})", "map(&Sku, {0})", "coalesce({0}, {1})", "max_by({0}, &Quantity)", "reverse({0})",
    "join('-', {0})", "contains({0}, {1})", "type({0})", "to_array({0})", "merge({0}, {1})",
]  # fmt: skip
BASES = st.sampled_from(PATHS)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(WRAPS), inner, inner).map(
        lambda parts: parts[0].format(f"({parts[1]})", f"({parts[2]})")
    )


@settings(max_examples=150, deadline=None)
@given(text=st.recursive(BASES, _wrapped, max_leaves=5))
def test_no_unnamed_value_moves_any_expression(text: str) -> None:
    """Whatever is put together of what the language has, what is not named does not matter."""
    expression, problems = compile_expression(expression_of(text), ROOTS)
    assume(expression is not None)
    assert expression is not None, problems
    reads = reads_of_expression(expression, SCOPE)
    unnamed = [spot for spot in _leaves(SCOPE) if not _is_named(spot, reads)]
    assert [spot for spot in unnamed if _moves(_value(text), spot)] == []


ON_THE_WAY = {
    "coalesce(ca.Notes, site, ca.Class)": 1,
    "[ca.ID, ca.Items[1].Sku] | [1]": 1,
    "{a: ca.Class, b: ca.Items[2]}.b.Price": 1,
    "ca.Items[*].Sku | [0]": 2,
    "ca.Items[].Extra[].Color | [0]": 2,
    "[ca.Address.Lines, tags][] | [0]": 4,
    "ca.Address.* | [0]": 1,
    "values(ca.Address)[0]": 1,
    "reverse(tags)[0]": 2,
    "contains(tags, 'gift')": 2,
    "ca.Address == link": 7,
    "ca.Class[0] || site": 1,
    "ca.Class[:1] || site": 1,
    "ca.Items[?Sku == 'HAT'].Quantity | [0]": 1,
}
"""How many values are read on the way to others: these were gone through and made no difference."""


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_every_named_value_moves_an_expression(text: str) -> None:
    """A value that an expression is said to have read moves the result when it is another one."""
    reads = reads_of_expression(compiled(text), SCOPE)
    named = [spot for spot in _leaves(SCOPE) if _is_named(spot, reads)]
    assert reads
    idle = [spot for spot in named if not _moves(_value(text), spot)]
    assert len(idle) == ON_THE_WAY.get(text, 0), idle


@pytest.mark.parametrize(
    ("text", "spots"),
    [
        ("ca.Class || ca.Notes", ["ca.Class"]),
        ("tags[-1]", ["tags.2"]),
        ("length(ca.Items)", ["#ca.Items"]),
        ("sort(tags)", ["tags"]),
        ("ca.Missing", ["-ca.Missing"]),
        ("ca.Address == link", ["ca.Address", "link"]),
    ],
)
def test_reads_are_named_as_short_as_they_are_true(text: str, spots: list[str]) -> None:
    """A list that is read as a whole is named once, one that is only counted is said to be."""
    reads = reads_of_expression(compiled(text), SCOPE)
    told = [
        f"{'#' * read.size}{'-' * (not read.present)}{'.'.join(map(str, read.spot))}"
        for read in reads
    ]
    assert told == spots


def test_an_expression_that_takes_too_long_names_all_that_it_could_read() -> None:
    """Where tracing would take more steps than a search may, the paths of its text are named."""
    much = {"ca": {"Items": [{"Sku": "MUG"}] * 300_000, "ID": 1}}
    reads = reads_of_expression(compiled("ca.Items[*].Extra.Color | [0]"), much)
    assert [read.spot for read in reads] == [("ca", "Items")]


def test_functions_and_literals_are_those_of_the_text() -> None:
    """What an expression calls and what it has written out is told in the order of the text."""
    one = compiled("upper(join('-', sort(tags))) == 'GIFT' || ca.ID == `5`")
    assert functions_of(one) == ("upper", "join", "sort")
    assert literals_of(one) == ("-", "GIFT", 5)
