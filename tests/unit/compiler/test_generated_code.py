"""How generated code looks, what it may use, and what it leaves to the interpreter."""

from __future__ import annotations

import ast

import pytest

from engine.compiler.expressions import MAX_STEPS, ExpressionError
from engine.compiler.generated import runtime
from engine.compiler.generated.lazily import OFTEN
from engine.compiler.generated.limits import UnsupportedError
from engine.compiler.generated.units import Unit, unit_of
from engine.compiler.generated.writer import Writer
from tests.unit.compiler.builders import compiled


def unit(text: str) -> Unit:
    """The function of a right expression."""
    return unit_of(compiled(text).tree, MAX_STEPS)


@pytest.mark.parametrize(
    "text",
    [
        " || ".join(["matches(site, 'a')"] * 13),
        "ca.L[?matches(@, 'a')]",
        "ca.L[*].A[*].B[*].C[*].D[*].E",
        "ca.L[*].map(&map(&map(&map(&map(&A, @), @), @), @), @)",
        "map(ca.L, &A)",
        "to_array(&A)",
    ],
)
def test_what_may_take_long_by_its_text_alone_has_no_code(text: str) -> None:
    """The interpreter counts the steps of these, or says what is wrong with them."""
    with pytest.raises(UnsupportedError):
        unit(text)


@pytest.mark.parametrize(
    "text",
    [
        "ca.L[*].A",
        "ca.L[]",
        "[ca.L, ca.L][]",
        "ca.L[1:]",
        "map(&A, ca.L)",
        "sort_by(ca.L, &A)",
        "sort(ca.L)",
        "reverse(ca.L)",
        "join(' ', ca.L[*])",
        "upper(ca.T)",
        "ca.S[*].upper(@)",
    ],
)
def test_what_is_long_is_left_to_the_interpreter(text: str) -> None:
    """A list or a text beyond the cap of the code is refused by it."""
    scope = {"ca": {"L": ["a" * 30] * 100_000, "T": "a" * 20_000_000, "S": ["a" * 300]}}

    with pytest.raises(runtime.TooMuchError):
        unit(text).function(scope)


def test_code_reaches_nothing_but_its_own_names() -> None:
    """No builtin and no module is in reach of generated code."""
    function = unit("ca.A").function

    assert getattr(function, "__globals__", {})["__builtins__"] == {}


def test_names_of_members_are_made_fit() -> None:
    """A member may be called like a word of Python, or have a name that is none."""
    one = unit('[ca."class".A, ca."1 a".A, ca."é".A, ca."class".A, ca."1 a".A]')
    scope = {"ca": {"class": {"A": 1}, "1 a": {"A": 2}, "é": {"A": 3}}}

    assert one.function(scope) == [1, 2, 3, 1, 2]


def test_code_is_python_with_its_literals_above() -> None:
    """Lists and objects of the text are written out before the function that names them."""
    code = unit('ca.A || `{"a": [1, null, "x"]}`').code

    assert code.startswith("LITERAL = {'a': [1, None, 'x']}\n")
    assert [type(one).__name__ for one in ast.parse(code).body] == ["Assign", "FunctionDef"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(site == 'a') && ca.L[*].A", [1]),
        ("(site == 'b') || ca.L[*].A", [1]),
        ("ca.L[?A == `1` && B[0]].{a: A, b: B[0] || 'x'}", []),
        ("ca.L[*].{a: A || 'x', b: `2`}", [{"a": 1, "b": 2}]),
        ("ca.L[*].{a: B && 'x', b: A.C}", [{"a": None, "b": None}]),
        ("ca.L[?(A | @)]", [{"A": 1}]),
        ("!(ca.L[*].A | [0])", False),
        ("sort_by(ca.None, &A)", []),
    ],
)
def test_forms_that_meet_in_one_statement(text: str, value: object) -> None:
    """What needs statements of its own stands where it belongs."""
    assert unit(text).function({"site": "a", "ca": {"L": [{"A": 1}], "None": []}}) == value


def test_texts_and_numbers_have_no_order_among_each_other() -> None:
    """Such a comparison is left to the interpreter, which says what is wrong."""
    with pytest.raises(TypeError):
        runtime.unordered(1, "a")


def test_an_expression_that_fails_later_says_what_it_said_at_first() -> None:
    """Errors are the interpreter's, word for word, however often the expression was searched."""
    one = compiled("upper(ca.A)")
    said = set()
    for _ in range(OFTEN + 3):
        with pytest.raises(ExpressionError) as failed:
            one.search({"ca": {"A": 1}})
        said.add(str(failed.value))

    assert said == {"upper() needs string and was given number"}
    assert one.search({"ca": {"A": "a"}}) == "A"


def test_an_expression_without_code_is_searched_as_ever() -> None:
    """What has no code is interpreted, however often it is searched."""
    one = compiled("ca.L[?matches(@, 'a')]")

    assert [one.search({"ca": {"L": ["a", "b"]}}) for _ in range(OFTEN + 2)] == [["a"]] * (
        OFTEN + 2
    )


@pytest.mark.parametrize(
    ("hint", "name"), [("class", "the_class"), ("1", "the_1"), ("é", "value"), ("type", "type_2")]
)
def test_a_name_is_one_that_python_takes(hint: str, name: str) -> None:
    """Neither a word of Python, nor one that the code uses already."""
    assert Writer().fresh(hint) == name
