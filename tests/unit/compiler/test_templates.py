"""Templates: what they write, what they refuse, and that nothing gets out of the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compiler.templates import TemplateError, compile_template
from engine.diagnostics import Place
from engine.model.ruleset import Template
from tests.unit.compiler.builders import ROOTS, compiled_template, rendered, spots, template

SCOPE: dict[str, Any] = {
    "ca": {"ID": 7, "Note": None, "items": 3, "Paid": True, "Name": "Jane Roe", "Price": 1.5},
    "profile": {"name": "us"},
    "part": {"single": False},
    "link": {"name": "east"},
    "tags": ["b", "a"],
    "site": "Amazon",
}

# What once got out of a Jinja2 sandbox, or tied it up.
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ '{0.__class__}'.format(site) }}",
    "{{ '{a.__class__}'.format_map(ca) }}",
    "{{ ca | attr('__class__') }}",
    "{{ ('{0.__class__}' | attr('format'))(site) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(site) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ site['__class__'] }}",
    "{{ tags | map(attribute='__class__') | list }}",
    "{{ '%999999999d' % ca.ID }}",
    "{{ lipsum(n=100000) }}",
    "{{ 'a' * 10**10 }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ site | center(999999999) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'secrets' %}",
    "{% import 'os' as os %}",
    "{% extends 'base' %}",
    "{{ ca[site] }}",
    "{% filter upper %}x{% endfilter %}",
    "{% call m() %}{% endcall %}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_an_escape_is_refused_at_load(text: str) -> None:
    """None of them is ever rendered."""
    found, problems = compile_template(template(text), ROOTS)
    assert found is None
    assert "template-forbidden" in [problem.id for problem in problems]


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("{{ ca.ID", ("template-syntax", 0, 8)),
        ("{{ ca.ID }}{% endif %}", ("template-syntax", 0, 22)),
        ("us-{{ profil.name }}", ("unknown-root", 6, 6)),
        ("{{ site | uper }}", ("template-forbidden", 10, 4)),
        ("{{ site.__class__ }}", ("template-forbidden", 8, 9)),
        ("{{ site.upper() }}", ("template-forbidden", 0, 18)),
        ("{{ ca.ID is divisibleby 3 }}", ("template-forbidden", 12, 11)),
        ("{{ site | replace(old='a') }}", ("template-forbidden", 10, 7)),
        ("{{ [site] }}", ("template-forbidden", 0, 12)),
        ("x" * 4001, ("template-forbidden", 0, 4001)),
        ("{{ " + "(" * 1500 + "1" + ")" * 1500 + " }}", ("template-forbidden", 0, 3007)),
        ("{{ " + "-" * 40 + "1 }}", ("template-forbidden", 0, 47)),
        ("{{ 1 }}" * 501, ("template-forbidden", 0, 3507)),
    ],
)
def test_a_fault_is_named_at_its_place(text: str, spot: tuple[str, int, int]) -> None:
    """Each mistake has its id and a place, as near as Jinja2 lets us know."""
    found, problems = compile_template(template(text), ROOTS)
    assert found is None
    assert spots(problems) == [spot]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "{{ profile.name | upper }}-{{ ca.ID }}{{ '' if part.single else '-' ~ link.name }}",
            "US-7-east",
        ),
        ("{{ ca.Note or '' }}", ""),
        ("{{ ca.Note | default('none') }}", "none"),
        ("{{ ca.Nope.Deep | default('none') }}", "none"),
        ("{{ ca.items }}", "3"),
        ("{{ ca.Paid }}", "true"),
        ("{{ ca.Price ~ '/' ~ ca.ID }}", "1.5/7"),
        ("{{ tags | join(', ') }}", "b, a"),
        ("{{ site[:3] }}{{ tags[-1] }}", "Amaa"),
        ("{% if ca.ID > 5 and 'a' in tags %}big{% elif ca.Paid %}paid{% endif %}", "big"),
        ("{{ ca.Note is none }}", "true"),
        ("{{ ca.ID + 1 - 2 }}", "6"),
    ],
)
def test_a_right_template_writes_its_text(text: str, written: str) -> None:
    """Values, conditions, filters; a dot is a member of the record and never a method."""
    assert rendered(text, SCOPE) == written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ ca.Nope }}", "there is no `Nope` where the template reads it"),
        ("{{ ca.values }}", "there is no `values` where the template reads it"),
        ("{{ ca.Name.upper }}", "there is no `upper` where the template reads it"),
        ("{{ tags[5] }}", "there is no `5` where the template reads it"),
        ("{{ ca.Note }}", "a value is null: say what to write then, as in `{{ site or '' }}`"),
        (
            "{{ 'x' ~ ca.Note }}",
            "a value is null: say what to write then, as in `{{ site or '' }}`",
        ),
        ("{{ tags }}", "a value is a list or an object, not a text: use a filter such as join"),
        ("{{ ca.Name | int }}", "int needs a whole number"),
        ("{{ ca.Name | join }}", "join needs a list"),
        ("{{ ca.ID | length }}", "length needs a text, a list or an object"),
        ("{{ '' | first }}", "first and last need a text or a list that is not empty"),
        ("{{ site | replace('', 'x') }}", "the text to be replaced is empty"),
        ("{{ ca.Name + 1 }}", "its values do not fit what is done with them"),
        ("{{ ca.Name | truncate('x') }}", "its values do not fit what is done with them"),
        ("{{ ca.Big }}", "the text is longer than 64 KiB"),
        ("{{ ca.Wide | replace('a', ca.Wide) }}", "the text is longer than 64 KiB"),
        ("{{ ca.Parts | join(ca.Wide) }}", "the text is longer than 64 KiB"),
    ],
)
def test_a_failure_says_why_and_nothing_of_the_record(text: str, reason: str) -> None:
    """What is missing, null or too long is an error of the record, without its content."""
    large = {"Big": "é" * 33_000, "Wide": "a" * 1_000, "Parts": ["a"] * 100}
    with pytest.raises(TemplateError) as caught:
        rendered(text, {**SCOPE, "ca": {**SCOPE["ca"], **large}})
    assert str(caught.value) == reason


def test_a_scope_without_a_root_is_an_error_of_the_record() -> None:
    """A root that a scope leaves out is not taken for an empty text."""
    with pytest.raises(TemplateError, match="'site' is undefined"):
        rendered("{{ site }}", {})


def test_a_compiled_template_shows_its_text_and_place() -> None:
    """What a reason cites is at hand."""
    found = compiled_template("{{ ca.ID }}")
    assert (found.text, str(found.place)) == ("{{ ca.ID }}", "ruleset.yaml:7:20")


def test_the_same_template_at_another_place_is_told_there() -> None:
    """What is remembered of a template is not where it stood, and no other scope's verdict."""
    places = [Place("a.yaml", 3, 5), Place("b.yaml", 7, 9)]
    right = [compile_template(Template("{{ site }}", place), ROOTS)[0] for place in places]
    wrong = [compile_template(Template("{{ sote }}", place), ROOTS)[1] for place in places]
    elsewhere, _ = compile_template(Template("{{ site }}", places[0]), frozenset(["other"]))

    assert [one.place for one in right if one is not None] == places
    assert [[one.place.line for one in found if one.place] for found in wrong] == [[3], [7]]
    assert elsewhere is None
