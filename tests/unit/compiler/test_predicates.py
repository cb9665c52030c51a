"""Predicates say yes or no, or the record is held."""

from __future__ import annotations

import pytest

from engine.compiler.predicates import PredicateError, compile_predicate
from tests.unit.compiler.builders import ROOTS, expression, predicate


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("'yes'", "predicate-never-boolean"),
        ("join(',', tags)", "predicate-never-boolean"),
        ("add(ca.ID, `1`)", "predicate-never-boolean"),
        ("[ca.A, ca.B]", "predicate-never-boolean"),
        ("{a: ca.A}", "predicate-never-boolean"),
        ("ca.Items[?Sku == 'A']", "predicate-never-boolean"),
        ("tags | length(@)", "predicate-never-boolean"),
        ("upper(site) || 'none'", "predicate-never-boolean"),
        ("&site", "predicate-never-boolean"),
        ("`true`", "predicate-constant"),
        ("`1` == `2`", "predicate-constant"),
        ("add(`1`, `1`) > `3`", "predicate-constant"),
        ("!(`null`)", "predicate-constant"),
        ("length(tags) == '3'", "predicate-constant"),
        ("ca.A == 'x' || upper(site) != `5`", "predicate-constant"),
        ("!site == 'x'", "predicate-constant"),
        ("!ca.X", "negated-member"),
        ("null", "bare-literal"),
    ],
)
def test_what_can_never_decide_is_refused(text: str, fault: str) -> None:
    """A condition that is never a boolean, or always the same one, is an error at load."""
    found, problems = compile_predicate(expression(text), ROOTS)
    assert found is None
    assert [problem.id for problem in problems] == [fault]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("contains(tags, 'Gift')", True),
        ("ca.Flag", True),
        ("!(ca.Flag)", False),
        ("ca.Total >= `0`", True),
        ("ca.Nope == `null` || trim(ca.Nope) == ''", True),
        ("starts_with(coalesce(ca.Nope, ''), 'TEST-')", False),
        ("length(tags) == `2`", True),
    ],
)
def test_a_right_predicate_answers(text: str, *, answer: bool) -> None:
    """Yes or no, for a scope."""
    scope = {"ca": {"Flag": True, "Total": 1.5}, "tags": ["Gift", "Rush"]}
    assert predicate(text).test(scope) is answer


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ca.Nope", "it yields null, not true or false"),
        ("ca.Name", "it yields a text, not true or false"),
        ("ca.Total > ca.Nope", "it yields null, not true or false"),
        ("ca.Total", "it yields a number, not true or false"),
        ("tags && ca.Items", "it yields a list, not true or false"),
        ("upper(ca.Nope) == 'A'", "upper() needs string and was given null"),
    ],
)
def test_anything_else_is_an_error_for_this_record(text: str, reason: str) -> None:
    """What is neither true nor false is never taken for one of them."""
    scope = {"ca": {"Name": "Jane Roe", "Total": 1, "Items": [1]}, "tags": ["a"]}
    with pytest.raises(PredicateError) as caught:
        predicate(text).test(scope)
    assert str(caught.value) == reason


def test_a_predicate_keeps_its_text_and_place() -> None:
    """A decision cites a rule by its text and its place."""
    written = expression("contains(tags, 'AmzBOPIS')")
    found, problems = compile_predicate(written, ROOTS)
    assert found is not None
    assert problems == []
    cited = (found.text, str(found.place), found.references)
    assert cited == (written.text, "ruleset.yaml:7:20", {("tags",)})
