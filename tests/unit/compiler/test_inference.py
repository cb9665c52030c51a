"""Shapes and the walk: what is foretold of an expression comes true for the twin's records."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from engine.adapters import find
from engine.adapters.channeladvisor.product_records import product_of
from engine.adapters.channeladvisor.records import order_of
from engine.compiler.expressions import ExpressionError, compile_expression
from engine.compiler.findings import Findings
from engine.compiler.inference import Spot, Walker
from engine.compiler.kinds import ANY, kind_of
from engine.compiler.scopes import words_of
from engine.compiler.shapes import (
    NULL,
    NUMBER,
    OPEN,
    TEXT,
    Shape,
    either,
    list_of,
    object_of,
    shape_of_schema,
    shape_of_value,
    union,
)
from engine.diagnostics import Diagnostic
from engine.flows.items_draft import scope_of
from engine.flows.orders_scope import order_scope, part_scope
from engine.record_shapes import scope_for
from tests.unit.compiler.builders import expression
from tests.unit.compiler.test_record_shapes import records
from tests.unit.compiler.test_typed_expressions import (
    CONDITIONS,
    OF_PRODUCTS,
    VALUES,
    bare,
)
from tests.unit.flows.test_world import customer

NULLABLE = TEXT.or_null
SCOPE = object_of(
    {
        "a": NULLABLE,
        "b": NULLABLE,
        "n": NUMBER.or_null,
        "sure": TEXT,
        "none": NULL,
        "o": Shape(kinds=frozenset(["object", "null"]), members={"x": NULLABLE}, closed=True),
        "l": list_of(NULLABLE),
        "full": Shape(kinds=frozenset(["array"]), element=TEXT, filled=True),
        "open": OPEN,
        "deep": list_of(list_of(TEXT)),
        "mixed": list_of(either(list_of(TEXT), TEXT)),
        "map": object_of({"k": TEXT, "m": NUMBER}),
        "loose": Shape(kinds=frozenset(["object"]), others=TEXT),
    }
)


def walked(text: str, scope: Shape = SCOPE) -> tuple[Shape, list[Diagnostic]]:
    """The shape of an expression, and what was met on the way."""
    compiled, problems = compile_expression(expression(text), frozenset(scope.members))
    assert compiled is not None, problems
    walker = Walker(findings=Findings(compiled.source))
    shape = walker.shape(compiled.tree, Spot(here=scope))
    return shape, walker.findings.sorted()


@pytest.mark.parametrize(
    "text",
    [
        "a && upper(a)",
        "b && a && upper(a)",
        "(a && b) && join(a, [b])",
        "(!a || upper(a))",
        "!(a) || upper(a)",
        "!(!a) && upper(a)",
        "a == `null` || upper(a)",
        "`null` == a || upper(a)",
        "a != `null` && upper(a)",
        "a == 'x' && upper(a)",
        "a != 'x' || upper(a)",
        "(a == 'x' || a == 'y') && upper(a)",
        "!(a == `null` || b == `null`) && join(a, [b])",
        "(a == `null` || b == `null`) || join(a, [b])",
        "!(a && b) || join(a, [b])",
        "n > `5` && abs(n) == `6`",
        "o.x && upper(o.x)",
        "o.x && keys(o)",
        "o && keys(o)",
        "o != `null` && keys(o) || o == `null`",
        "l[0] && upper(l[0])",
        "type(a) == 'string' && upper(a)",
        "type(a) != 'null' && upper(a)",
        "type(a) == 'null' || upper(a)",
        "starts_with(coalesce(a, ''), 'x') && upper(sure)",
        "l[?@].upper(@)",
        "l[?@ != `null`].upper(@)",
        "l[*].upper(@)",
    ],
)
def test_nothing_is_said_where_it_was_asked_for(text: str) -> None:
    """What an expression has asked for is not null where it goes on."""
    assert walked(text)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "b && upper(a)",
        "a || upper(a)",
        "(a || b) && upper(a)",
        "!a && upper(a)",
        "a == `null` && upper(a)",
        "a != `null` || upper(a)",
        "a == 'x' || upper(a)",
        "(a && b) || upper(a)",
        "n > `5` || abs(n) == `6`",
        "type(a) == 'null' && upper(a)",
        "type(a) != 'null' || upper(a)",
        "a == b && upper(a)",
        "not_null(a, b) && upper(a)",
        "l[1] && upper(l[0])",
        "a && (l | [0] | upper(@))",
    ],
)
def test_something_is_said_where_it_was_not(text: str) -> None:
    """What was asked of another value, or on another way, proves nothing."""
    assert {one.id for one in walked(text)[1]} == {"null-into-function"}


def test_what_was_told_is_not_told_twice() -> None:
    """The same mistake in one expression is told where it is met first."""
    (found,) = walked("[upper(a), lower(a), upper(a)]")[1]

    assert found.place is not None
    assert found.place.column == 20 + len("[upper(")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("deep[]", "array"),
        ("deep[][]", "array"),
        ("mixed[]", "array"),
        ("none[]", "array null"),
        ("map.*", "array"),
        ("loose.*", "array"),
        ("a.*", "array null"),
        ("open.x.y", " ".join(sorted(ANY))),
        ("none.x", " ".join(sorted(ANY))),
        ("full[0]", "string"),
        ("full[-1]", "string"),
        ("full[1]", "string null"),
        ("full[1:] | [0]", "string null"),
        ("sort(full)[0]", "string"),
        ("full[?@ == 'x'] | [0]", "string null"),
        ("n || sure", "number string"),
        ("n && sure", "null string"),
        ("open || sure", " ".join(sorted(ANY))),
        ("open && sure", " ".join(sorted(ANY))),
        ("none || sure", "string"),
        ("!a", "boolean"),
        ("[a][?@]", "array"),
        ("o.{y: x}", "object null"),
        ("o.[x]", "array null"),
        ("none | [a]", "array null"),
        ("none | {x: a}", "object null"),
        ("coalesce(a, b)", "string null"),
        ("coalesce(a, sure)", "string"),
        ("coalesce(a, open)", " ".join(sorted(ANY))),
        ("to_number(n)", "number null"),
        ("to_array(sure)", "array"),
        ("to_array(deep)", "array"),
        ("n > `1`", "boolean null"),
        ("open > `1`", " ".join(sorted(ANY))),
        ("open == `1`", "boolean"),
        ("max_by(deep, &length(@))", "array null"),
        ('`{"a": [1]}`.a', "array"),
        ("{f: &a}.f", "expref"),
    ],
)
def test_shapes_of_expressions(text: str, kinds: str) -> None:
    """The kinds that an expression may yield, null where a part of it may be."""
    assert walked(text)[0].kinds == frozenset(kinds.split())


def test_either_keeps_what_both_have() -> None:
    """Of two shapes the words and the elements remain that are certain."""
    words = either(shape_of_value("a"), shape_of_value("b"))

    assert words.words == {"a", "b"}
    assert either(words, TEXT).words is None
    assert either(list_of(TEXT), list_of(TEXT)).items == TEXT
    assert either(list_of(TEXT), list_of(NUMBER)).items == OPEN
    assert either(list_of(TEXT), NULL).items == TEXT
    assert either(object_of({"a": TEXT}), NULL).members == {"a": TEXT}
    assert either(object_of({"a": TEXT}), object_of({"b": TEXT})).members == {}
    assert either(OPEN, TEXT) == OPEN
    assert union([]) == OPEN
    assert OPEN.present == OPEN


def test_shapes_of_schemas() -> None:
    """A schema that says nothing is open; one that is not sure of null has none."""
    maybe = {"type": ["string", "null"], "x-sure": "maybe"}

    assert shape_of_schema({}) == OPEN
    assert shape_of_schema(maybe) == TEXT
    assert shape_of_schema({"type": "integer"}) == NUMBER
    assert words_of({"type": "object"}) == {}


@cache
def scopes(kind: str) -> list[dict[str, Any]]:
    """What expressions really see of the twin's records."""
    northpeak = customer("northpeak")
    if kind == "product":
        items = northpeak.items
        assert items is not None
        return [scope_of(items, product_of(row)) for row in records("product")]
    link = northpeak.compiled.links[0]
    seen = [order_scope(northpeak.compiled, order_of(row, {})) for row in records("order")[:150]]
    return [part_scope(scope, link, single=True) for scope in seen]


ROWS = [("order", text) for _, text in (*CONDITIONS, *VALUES)]
ROWS += [("product", text) for _, text in OF_PRODUCTS]


@pytest.mark.parametrize(("kind", "marked"), ROWS)
def test_what_is_foretold_comes_true(kind: str, marked: str) -> None:
    """For every record of the twin the result is of a kind that was foretold, or an error."""
    scope = scope_for("product" if kind == "product" else "order", "ca", find("channeladvisor"))
    shape, _ = walked(bare(marked), scope)
    compiled, _ = compile_expression(expression(bare(marked)), frozenset(scope.members))
    assert compiled is not None

    for seen in scopes(kind):
        try:
            assert kind_of(compiled.search(seen)) in shape.kinds
        except ExpressionError:
            continue


@pytest.mark.parametrize(
    "marked", [text for rule, text in (*CONDITIONS, *VALUES) if rule == "wrong-argument"]
)
def test_what_fails_for_every_record_does(marked: str) -> None:
    """A wrong argument is an error of each record of the twin."""
    scope = scope_for("order", "ca", find("channeladvisor"))
    compiled, _ = compile_expression(expression(bare(marked)), frozenset(scope.members))
    assert compiled is not None

    for seen in scopes("order"):
        with pytest.raises(ExpressionError):
            compiled.search(seen)
