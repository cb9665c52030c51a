"""Expressions: what is refused, where, and what a right one gives."""

from __future__ import annotations

import pytest

from engine.compiler.expressions import ExpressionError, compile_expression
from engine.diagnostics import Place
from engine.model.ruleset import Expression
from tests.unit.compiler.builders import ROOTS, compiled, expression, faults, spots


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("", ("expression-syntax", 0, 1)),
        ("ca.", ("expression-syntax", 3, 1)),
        ("ca.A = 'x'", ("expression-syntax", 5, 1)),
        ("ca.A == 5", ("expression-syntax", 8, 1)),
        ("ca.A == 'x", ("expression-syntax", 8, 1)),
        ("ca.A & ca.B", ("expression-syntax", 5, 1)),
        ("ca.A == `Cleared`", ("expression-syntax", 8, 9)),
        ('ca.A == "x" 5', ("expression-syntax", 12, 1)),
        ("contains(tags, 'x'", ("expression-syntax", 18, 1)),
        ("uper(ca.X)", ("unknown-function", 0, 4)),
        ("upper(ca.X, ca.Y)", ("wrong-arity", 0, 5)),
        ("coalesce()", ("wrong-arity", 0, 8)),
        ("ca.A || sit", ("unknown-root", 8, 3)),
        ('contains(tags, "Gift")', ("unknown-root", 15, 6)),
        ("ca.A == null", ("bare-literal", 8, 4)),
        ("ca.Items[?Sku == null]", ("bare-literal", 17, 4)),
        ("ca.A && !ca.B", ("negated-member", 8, 1)),
        ("!ca.*", ("negated-member", 0, 1)),
        ("!tags[]", ("negated-member", 0, 1)),
        ("matches(site, '(a+)+')", ("bad-pattern", 14, 7)),
    ],
)
def test_a_fault_is_named_at_its_place(text: str, spot: tuple[str, int, int]) -> None:
    """Each mistake has its own id and is underlined where it stands in the text."""
    assert spots(faults(text)) == [spot]


def test_all_faults_of_one_expression_are_found_in_order() -> None:
    """One run names every problem of a text, from left to right."""
    ids = [problem.id for problem in faults("sit == null && uper(ca.X) == !ca.Y")]
    assert ids == ["unknown-root", "bare-literal", "unknown-function", "negated-member"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("uper(site)", "Did you mean `upper`?"),
        ("Profile.name", "Did you mean `profile`?"),
        ("site == 5", "A number is written in backticks: `5`."),
        ("site = 'a'", "Two values are compared with `==`."),
        (
            'site == "Amazon"',
            "Double quotes make a name of it; a text has single quotes: 'Amazon'.",
        ),
        ("site == null", "Write null in backticks: `null`."),
    ],
)
def test_the_help_says_what_to_write(text: str, advice: str) -> None:
    """A mistake that many make comes with its cure."""
    assert [problem.help for problem in faults(text)] == [advice]


def test_what_was_expected_is_said_in_words() -> None:
    """The parser's token names are not shown to people."""
    (problem,) = faults("upper(site")
    assert (problem.message, problem.expected) == ("The expression ends too early", None)
    (problem,) = faults("{a site}")
    assert problem.expected == "`:`"


@pytest.mark.parametrize(
    ("length", "text", "column"),
    [(12, "site == null", 28), (14, "site == null", 29), (99, "site == null", 20)],
)
def test_the_column_allows_for_the_quote(length: int, text: str, column: int) -> None:
    """A quoted text starts behind its quote; of one with escapes only the start is certain."""
    wrong = Expression(text, Place("ruleset.yaml", 7, 20, length))
    _, (problem,) = compile_expression(wrong, ROOTS)
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (7, column)


def test_a_text_over_several_lines_has_the_place_of_its_start() -> None:
    """Columns of a folded text are not invented."""
    text = "ca.A ==\nnull"
    _, (problem,) = compile_expression(expression(text), ROOTS)
    assert problem.place == expression(text).place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ca.ID", 7),
        ("ca.Nope", None),
        ("!(ca.Flag)", False),
        ("ca.A == `null`", True),
        ('ca."ID" == `"7"`', False),
        ("sort(tags)", ["a", "b"]),
        ("{id: ca.ID, tag: tags[0]}", {"id": 7, "tag": "b"}),
    ],
)
def test_a_right_expression_gives_its_value(text: str, value: object) -> None:
    """Searching is JMESPath's."""
    scope = {"ca": {"ID": 7, "A": None, "Flag": True}, "tags": ["b", "a"]}
    assert compiled(text).search(scope) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("upper(ca.A)", "upper() needs string and was given null"),
        ("sort(ca.Mixed)", "sort() needs array-string or array-number and was given int"),
        ("ca.Name > ca.ID", "its values do not fit what is done with them"),
        ("contains(ca.Name, ca.ID)", "its values do not fit what is done with them"),
        ("div(ca.ID, `0`)", "it divides by zero"),
        ("&ca.Name", "the result is not a text, number, boolean, null, list or object"),
        ("ca.Big", "the result is larger than 1 MiB"),
        ("to_string([ca.Big])", "the result is larger than 1 MiB"),
        ("join(ca.Name, ca.Many)", "the result is larger than 1 MiB"),
        ("replace(ca.Text, 'a', ca.Text)", "the result is larger than 1 MiB"),
    ],
)
def test_a_failure_says_why_and_nothing_of_the_record(text: str, reason: str) -> None:
    """A value of the record (here a name) never gets into the reason."""
    content = {"ID": 7, "Name": "Jane Roe", "Mixed": ["Jane Roe", 1], "Text": "a" * 2000}
    record = {**content, "Big": "x" * 1_100_000, "Many": ["Jane Roe"] * 100_000}
    with pytest.raises(ExpressionError) as caught:
        compiled(text).search({"ca": record})
    assert str(caught.value) == reason


def test_a_compiled_expression_shows_its_text_and_place() -> None:
    """What a reason cites is at hand."""
    found = compiled("ca.ID")
    assert (found.text, str(found.place)) == ("ca.ID", "ruleset.yaml:7:20")


def test_the_same_text_at_another_place_is_told_there() -> None:
    """What is remembered of an expression is not where it stood, and no other scope's verdict."""
    places = [Place("a.yaml", 3, 5), Place("b.yaml", 7, 9)]
    right = [compile_expression(Expression("site", place), ROOTS)[0] for place in places]
    wrong = [compile_expression(Expression("sote", place), ROOTS)[1] for place in places]
    elsewhere, _ = compile_expression(Expression("site", places[0]), frozenset(["other"]))

    assert [one.place for one in right if one is not None] == places
    assert [[one.place.line for one in found if one.place] for found in wrong] == [[3], [7]]
    assert elsewhere is None
