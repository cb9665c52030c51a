"""A ruleset, a base or a site profile with anything wrong in it gives diagnostics with a place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from engine.adapters import names
from engine.config.document import parse
from engine.config.excerpts import lines_of
from engine.config.library import Text
from engine.config.load import load_profile
from engine.customers import load_customer
from engine.diagnostics import Diagnostic, has_errors
from engine.report.diagnostics import to_text
from engine.shipped import shipped
from engine.workspace import Workspace
from tests.fuzz.nasty import spoilt_text
from tests.fuzz.tally import tried, tries

TOKENS = (
    *(
        "null",
        "true",
        "~",
        "-1",
        "1e9",
        "0",
        "99999999999999999999",
        "{}",
        "[]",
        "{a: b}",
        "[a, b]",
    ),
    *("&a", "*a", "!!python/object:x", "!x", "<<", "---", "...", "|", ">", "'", '"', "{", "}", "["),
    *("]", ":", "- ", "? ", "#", "%YAML 9.9", "@", "`", "\t", "ca.ID", "`1`", '"{{ ca.ID }}"'),
    *("'{{ x'", "2026-13-01", "0000-00-00", "9999-99-99", "24h", "999999999999d", "Mars/City"),
    *(
        "env:X",
        "file:/etc/passwd",
        "../../x",
        "ca-to-wos/full",
        "items",
        "orders",
        "stock",
        "links",
    ),
    *("tables", "profiles", "only", "map", "split", "delta", "report", "recreate", "{{ ca.a.b }}"),
)


class OneText(Workspace):
    """The shipped files, with one text in the place of a ruleset or of a site profile."""

    def __init__(self, text: str) -> None:
        super().__init__(Path("nowhere"), names())
        self._text = text

    def ruleset(self, customer: str) -> Text:
        return Text("odd.yaml", self._text)

    def profile(self, name: str) -> Text | None:
        return Text("odd.yaml", self._text) if name == "odd" else super().profile(name)


@cache
def rulesets() -> list[str]:
    files = sorted(shipped("rulesets").glob("*/ruleset.yaml"))
    files += sorted((shipped("mappings") / "ca-to-wos").glob("*.yaml"))
    return [path.read_text(encoding="utf-8") for path in files]


@cache
def profiles() -> list[str]:
    files = sorted((shipped("mappings") / "profiles").glob("*.yaml"))
    return [path.read_text(encoding="utf-8") for path in files]


def check_told(text: str, found: list[Diagnostic]) -> None:
    """Every diagnostic can be shown, and its place lies inside the text."""
    lines = lines_of(text)
    for one in found:
        to_text(one).encode()
        if one.place is not None and one.place.file == "odd.yaml":
            assert 1 <= one.place.line <= max(1, len(lines))
            assert 1 <= one.place.column <= len(lines[one.place.line - 1]) + 1


def check_loaded(text: str) -> None:
    customer, found = load_customer(OneText(text), "acme")
    check_told(text, found)
    assert customer is None or not has_errors(found)


@tries(60)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_ruleset_is_told_with_its_place(chance: Random) -> None:
    """Lines, words and letters of the shipped rulesets and bases are exchanged."""
    tried("ruleset text")
    check_loaded(spoilt_text(chance.choice(rulesets()), chance, TOKENS))


@tries(40)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_site_profile_is_told_with_its_place(chance: Random) -> None:
    """The same with site profiles; what passes as one is one that the adapter takes."""
    tried("site profile")
    text = spoilt_text(chance.choice(profiles()), chance, TOKENS)
    profile, found = load_profile("odd", OneText(text))
    check_told(text, found)
    assert (profile is None) == bool(found)


@tries(60)
@given(text=st.text(st.characters(), max_size=200))
@example(text="a: [" * 30_000)
@example(text="{" * 1_000)
@example(text="x: " + "y" * 2_000_000)
@example(text="\ud800: 1")
@example(text="a: &x [" + "*x, " * 50_000 + "]")
@example(text="- " * 400)
@example(text="? " * 400)
@example(text="\ufeff\ufeffa: 1")
@example(text='a: "\\ud800"')
@example(text="a: 1\x85b: 2\u2028c: 3")
def test_any_text_is_a_tree_or_told(text: str) -> None:
    """Bombs of depth, length and number end the reading, not the process."""
    tried("YAML text")
    root, found = parse(text, "odd.yaml")
    assert root is not None or found
    check_told(text, found)
    check_loaded(text)
