"""HTML by construction: texts are escaped, data is inert, and a page names what may run in it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.report.markup import Markup, around, element, embedded, own_file, page


@given(st.text(min_size=1))
def test_a_text_never_becomes_markup(text: str) -> None:
    """Neither as a child nor as an attribute can it open or end anything."""
    made = element("p", text, title=text)
    inner = made.removeprefix('<p title="').removesuffix("</p>\n")

    assert not set(inner.replace('">', "", 1)) & set('<>"')


def test_half_a_character_does_not_break_a_page() -> None:
    """JSON may hold a surrogate alone; a page that had one could not be written."""
    page_text = element("p", "a\ud800b", title="\udfff") + "".join(embedded("it", ["\ud800"]))

    assert '<p title="?">a?b</p>' in page_text
    assert page_text.encode()


def test_markup_among_the_children_stays_markup() -> None:
    """Elements nest; attributes are spelled as HTML spells them; a void element has no end."""
    inner = element("input", id="a", aria_label="x & y")

    assert inner == '<input id="a" aria-label="x &amp; y">'
    assert element("p", inner, " & ", class_="b") == f'<p class="b">{inner} &amp; </p>\n'
    assert element("p", "", class_="") == "<p></p>\n"
    assert "".join(around("ul", [element("li", "a")])) == "<ul><li>a</li>\n</ul>\n"


@given(st.recursive(st.text(), lambda below: st.lists(below) | st.dictionaries(st.text(), below)))
def test_what_is_embedded_is_inert_and_whole(value: object) -> None:
    """Nothing in it ends its element or opens another, and a script reads it as it was."""
    text = "".join(embedded("it", [value, value]))
    start, end = '<script type="application/json" id="it">', "</script>\n"
    inner = text.removeprefix(start).removesuffix(end)

    assert text == f"{start}{inner}{end}"
    assert not set(inner) & set("<>&")
    assert inner.isascii()
    assert json.loads(inner) == [value, value]


@pytest.mark.parametrize(
    "name", ["base.css", "base.js", "discrepancy.css", "discrepancy.js", "plan.css", "plan.js"]
)
def test_what_stands_in_a_page_cannot_end_its_element(name: str) -> None:
    """A style or a script is put in as it is, so it must hold no end of an element."""
    text = own_file(name)

    assert text
    assert "</" not in text
    assert "<!--" not in text


def test_a_page_names_the_hashes_of_what_may_run_in_it() -> None:
    """The policy allows the very texts that stand there, and nothing else."""
    text = "".join(page("a < b", "plan", [Markup("<p>x</p>")]))
    allowed = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert allowed is not None
    assert style is not None
    assert script is not None
    policy = allowed[1].replace("&#x27;", "'")

    assert policy.startswith("default-src 'none'; ")
    assert f"style-src '{_hash(style[1])}'" in policy
    assert f"script-src '{_hash(script[1])}'" in policy
    assert "unsafe" not in policy
    assert "<title>a &lt; b</title>" in text
    assert "<p>x</p>" in text


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
