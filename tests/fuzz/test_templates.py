"""A template is refused with a place, or gives a text, or says for which record it gives none."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from engine.compiler.templates import CompiledTemplate, TemplateError, compile_template
from engine.diagnostics import Place
from engine.model.ruleset import Template
from tests.fuzz.nasty import spoilt, spoilt_text
from tests.fuzz.tally import tried, tries
from tests.fuzz.test_expressions import ROOTS, scope

TEXTS = (
    "{{ profile.name | upper }}-{{ ca.ID }}{{ '' if tags else '-' ~ ca.SiteName }}",
    "{{ ca.SpecialInstructions or '' }}",
    "{% if ca.SiteID == 640 and ca.TotalPrice > 3 %}a{{ ca.Items[0].Sku }}{% else %}b{% endif %}",
    "{{ ca.SiteName | default('x') | trim }} {{ ca['ID'] }} {{ ca.Items[0:2] }}",
    "{{ -ca.SiteID - 1 + 2 }} {{ not ca.a is defined }}",
)
TOKENS = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "endif", "for", "set", "|", "~", "upper"),
    *("ca", ".", "['", "[", "]", "(", ")", "__class__", "_x", "*", "**", "99999999999", "'", '"'),
    *("default(", "is none", "ca.Items", "none", "1e400", "-1", "[::-1]", "self", "loop", "range("),
)


def _refusal(compiled: CompiledTemplate, values: dict[str, Any]) -> str:
    """Why there is none for this record, empty where there is one."""
    try:
        compiled.render(values).encode()
    except TemplateError as error:
        return error.summary
    return ""


def check_rendered(text: str, values: dict[str, Any]) -> None:
    source = Template(text=text, place=Place("odd.yaml", 3, 7, len(text)))
    compiled, found = compile_template(source, ROOTS)
    assert (compiled is None) == bool(found)
    for one in found:
        assert one.place is not None
    assert compiled is None or "Amazon" not in _refusal(compiled, values)


@tries(120)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_template_is_refused_or_rendered(chance: Random) -> None:
    """Tokens and letters of real templates are exchanged, and so is what they read."""
    tried("template")
    text = spoilt_text(chance.choice(TEXTS), chance, TOKENS)
    check_rendered(text, spoilt(scope(), chance) if chance.random() < 0.5 else scope())


@tries(60)
@given(text=st.text(st.characters(), max_size=120))
@example(text="{{" + "(" * 1_500 + "1" + ")" * 1_500 + "}}")
@example(text="{% if 1 %}" * 300 + "{% endif %}" * 300)
@example(text="{{ ca" + ".a" * 1_900 + " }}")
@example(text="{{ " + "-" * 3_000 + "1 }}")
@example(text="{{ '\ud800' }}")
@example(text="{{ ca.ID[" + "9" * 3_000 + "] }}")
@example(text="{{ " + "9" * 3_900 + " }}")
def test_any_text_is_refused_or_rendered(text: str) -> None:
    """Nesting and length end in a diagnostic."""
    tried("template")
    check_rendered(text, scope())
