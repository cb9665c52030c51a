"""Random expressions over random values, through generated code and through the interpreter.

The one judge is the interpreter. Where generated code refuses, the engine asks the interpreter, so
that is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from engine.compiler.expressions import (
    MAX_STEPS,
    CompiledExpression,
    ExpressionError,
    compile_expression,
    interpreted,
)
from engine.compiler.generated.calls import Compiler
from engine.compiler.generated.lazily import REFUSALS
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.units import Function, unit_of
from tests.unit.compiler.builders import expression

ROOTS = frozenset("abcd")

ATOMS = ["a", "b", "c", "d", "@", "a.b", "b.a", "c[0]", "c[-1]", "c[1].a", "a.b.c"]
LITERALS = [
    "`0`", "`1`", "`2`", "`1.5`", "`true`", "`false`", "'a'", "'ab'", "''", "`[]`", "`{}`",
    "`[1, true, null]`", "`[\"a\", \"b\"]`", "`[[1], 2, [3]]`", "`null`",
    '`[{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 0, "b": null}]`',
]  # fmt: skip
ONE = [
    "{0}.a", "{0}.b", "{0}[0]", "{0}[-2]", "{0}[1:]", "{0}[::-1]", "{0}[:2]", "{0}[::2]", "{0}[*]",
    "{0}[*].a", "{0}[]", "{0}[].b", "{0}.*", "{0}.*.a", "{0}[?@]", "{0}[?a]", "{0}[?a].b",
    "{0}[?!(@)]", "{0}[?a == b]", "{0}[?@ > `0`].a", "{0} | [0]", "{0} | a", "!({0})", "{0}.[a, b]",
    "{0}.{{a: a, b: b}}", "{0}[*].[a, @]", "{0}[*].{{a: a, b: `1`}}", "{0}[?b].{{a: to_string(a)}}",
    "{0}[*].a[]", "{0}[].a.b", "{0}[*].[a, b][]", "length({0})", "to_string({0})", "type({0})",
    "to_array({0})", "to_number({0})", "keys({0})", "values({0})", "reverse({0})", "sort({0})",
    "sum({0})", "max({0})", "min({0})", "avg({0})", "abs({0})", "upper({0})", "lower({0})",
    "trim({0})", "join('-', {0})", "join(', ', {0}[*].b)", "map(&a, {0})", "map(&[@, a], {0})",
    "max_by({0}, &a)", "min_by({0}, &a)", "sort_by({0}, &a)", "sort_by({0}, &b)[*].a",
    "map(&to_string(@), {0})", "map(&not_null(a, b), {0})", "sum({0}[*].a)", "split({0}, 'a')",
    "{0}[?contains(@, 'a')]", "{0}[*].length(@)", "{0}[?a && b]", "{0}[?a || b].a", "sort({0}[])",
    "{0}[*].*", "{0}[?@ == `1`]", "{0}[?@ == `true`]", "{0}[?@ != `0`]",
]  # fmt: skip
TWO = [
    "{0} || {1}", "{0} && {1}", "{0} == {1}", "{0} != {1}", "{0} < {1}", "{0} <= {1}", "{0} > {1}",
    "{0} >= {1}", "[{0}, {1}]", "{{a: {0}, b: {1}}}", "{0} | {1}", "contains({0}, {1})",
    "coalesce({0}, {1})", "not_null({0}, {1})", "merge({0}, {1})", "join({0}, {1})",
    "starts_with({0}, {1})", "ends_with({0}, {1})", "[{0}, {1}][]", "[{0}, {1}][?@]",
    "[{0}, {1}][*].a", "add({0}, {1})", "replace({0}, {1}, 'x')", "contains([{0}, 'a'], {1})",
    "{0}[?@ == a || b].{{x: b}}", "sort_by([{0}, {1}], &a)", "max_by([{0}, {1}], &@)",
    "sum([{0}, {1}])", "({0} || {1}) && {0}", "!({0}) || {1}", "{0} == `0` || {1}",
]  # fmt: skip

SCALARS = st.sampled_from([None, True, False, 0, 1, 2, -1, 1.0, 0.5, "", "a", "b", "ab", "A "])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"a": inner, "b": inner}), min_size=1, max_size=3)
    ),
    max_leaves=12,
)
SCOPES = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES, "d": SCALARS})
TEXTS = st.recursive(
    st.sampled_from(ATOMS * 2 + LITERALS),
    lambda inner: (
        st.builds(lambda wrap, one: wrap.format(f"({one})"), st.sampled_from(ONE), inner)
        | st.builds(
            lambda wrap, one, other: wrap.format(f"({one})", f"({other})"),
            st.sampled_from(TWO),
            inner,
            inner,
        )
    ),
    max_leaves=4,
)


FIXED: list[Any] = [
    {"a": [1, True, None, "ab", 0, [2, [3]]], "b": "ab", "c": {"a": 0, "b": None}, "d": 0},
    {
        "a": [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 0, "b": "A "}],
        "b": [3, 1, 2, 1.0],
        "c": [{"a": True, "b": True}, {"a": [1, [2]], "b": 1}],
        "d": True,
    },
    {"a": {"b": [True, 2], "a": "b"}, "b": None, "c": [None, False, "b"], "d": False},
    {"a": [{"a": 0}, None, "a", {"b": 0, "a": None}], "b": 0, "c": ["b", "a"], "d": 1},
]
"""Values in which everything lies that a translator may get wrong."""
PLAIN = ["a", "b", "c", "d", "c[1]"]


def short_texts() -> Iterator[str]:
    """Each way to put expressions together, once over members and over one step more."""
    for wrap in ONE:
        yield from (wrap.format(one) for one in PLAIN)
    for wrap in TWO:
        yield from (wrap.format(one, other) for one in PLAIN for other in [*PLAIN[:4], "`1`"])
    yield from (
        "d || `1`",
        "(d || b) == `0`",
        "b[0:1]",
        "d[0]",
        "b | @",
        "[d, c] | a",
        "upper(b)[0]",
    )


@dataclass(frozen=True, slots=True)
class Differing:
    """An expression whose generated code does what the interpreter does not."""

    text: str
    scope: Any
    generated: str
    judged: str


def compiled_or_none(text: str) -> CompiledExpression | None:
    """The expression, None where it is refused before it runs."""
    return compile_expression(expression(text), ROOTS)[0]


def judged(found: CompiledExpression, scope: Any) -> str:
    """What the interpreter says: a value, in a form in which 1 is not true, or an error."""
    try:
        return repr(interpreted(found.tree, scope))
    except ExpressionError as error:
        return f"fails: {error}"


def written(found: CompiledExpression, compiler: type[Compiler]) -> Function | None:
    """The function of an expression, None where it has none."""
    try:
        return unit_of(found.tree, MAX_STEPS, compiler).function
    except UnsupportedError:
        return None


def ran(function: Function | None, scope: Any) -> str | None:
    """What a function gives, None where it leaves the search to the interpreter."""
    try:
        return None if function is None else repr(function(scope))
    except REFUSALS:
        return None


def generated(found: CompiledExpression, scope: Any, compiler: type[Compiler]) -> str | None:
    """What the generated code gives, None where it leaves the search to the interpreter."""
    return ran(written(found, compiler), scope)


def difference(text: str, scope: Any, compiler: type[Compiler] = Compiler) -> Differing | None:
    """Where the two differ, None where they do not."""
    found = compiled_or_none(text)
    if found is None:
        return None
    ours = generated(found, scope, compiler)
    if ours is None:
        return None
    theirs = judged(found, scope)
    return None if ours == theirs else Differing(text, scope, ours, theirs)
