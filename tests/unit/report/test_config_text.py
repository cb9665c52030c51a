"""The effective ruleset as YAML with comments: readable, and the same when read again."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.document import parse
from engine.config.load import load_with_origins
from engine.config.origins import Setting, settings
from engine.report.config_text import show_settings, yaml_of
from engine.report.screen import Screen
from engine.shipped import shipped
from tests.unit.config.library import MemoryLibrary, overlay
from tests.unit.config.test_defaults import bare
from tests.unit.report.test_screen import Terminal

SCALARS = st.one_of(st.text(), st.booleans(), st.none(), st.integers(-(10**17), 10**17))
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(st.lists(below), st.dictionaries(st.text(min_size=1), below)),
    max_leaves=6,
)


def told(library: MemoryLibrary) -> list[Setting]:
    return settings("acme", library, load_with_origins("acme", library))


def shown(
    capsys: pytest.CaptureFixture[str], library: MemoryLibrary, *, detail: bool = False
) -> list[str]:
    show_settings(Screen(), told(library), detail=detail)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("customer", ["brightwick", "northpeak", "tidewater"])
def test_what_is_shown_is_the_ruleset_itself(
    capsys: pytest.CaptureFixture[str], customer: str
) -> None:
    """Saved as a ruleset without a base it is the same ruleset, with the defaults said aloud."""
    text = (shipped("rulesets") / customer / "ruleset.yaml").read_text("utf-8")
    library = MemoryLibrary({"acme": text})
    before = load_with_origins("acme", library)
    alone = "\n".join(shown(capsys, library, detail=True))
    after = load_with_origins("acme", MemoryLibrary({"acme": alone}))

    assert after.diagnostics == []
    assert before.ruleset is not None
    assert bare(after.ruleset) == bare(before.ruleset)


@given(VALUES)
def test_a_value_read_again_is_the_same_value(value: Any) -> None:
    """Whatever a text holds, it is quoted where it must be."""
    node, problems = parse(f"it: {yaml_of(value)}", "f.yaml")

    assert problems == []
    assert node is not None
    assert node.plain() == {"it": value}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ca.SiteName", "ca.SiteName"),
        ("env:CA_URL", "env:CA_URL"),
        ("join(', ', tags)", "\"join(', ', tags)\""),
        ("images[0]", "'images[0]'"),
        ("02142", "02142"),
        ("12", "'12'"),
        ("null", "'null'"),
        ("a: b", "'a: b'"),
        ("a\nb", '"a\\nb"'),
        ('a"\\\x07', '"a\\"\\\\\\U00000007"'),
        ('say "it\'s"', "'say \"it''s\"'"),
        (True, "true"),
        (["A", 1], "[A, 1]"),
        ({"of": "x", "quantity": 12}, "{of: x, quantity: 12}"),
    ],
)
def test_no_more_is_quoted_than_must_be(value: object, text: str) -> None:
    """What people wrote without quotes they read without quotes."""
    assert yaml_of(value) == text


def test_origins_stand_in_one_column(capsys: pytest.CaptureFixture[str]) -> None:
    """The eye goes down the right side; only a line that is too long has its own."""
    lines = shown(capsys, overlay("orders: {sweep: 12h}"))
    columns = {line.index("  # ") for line in lines if "  # " in line and len(line) < 120}
    at = next(line for line in lines if line.startswith("  sweep:"))

    assert at.split() == ["sweep:", "12h", "#", "rulesets/acme.yaml:2"]
    assert len([one for one in columns if one <= 64]) == 1


def test_a_narrow_terminal_has_its_column_further_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """On eighty characters a short line and its origin are one line."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    show_settings(Screen(), told(overlay("orders: {sweep: 12h}")), detail=False)
    lines = terminal.getvalue().splitlines()

    assert max(len(line) for line in lines if line.startswith("  sweep:")) <= 80


def test_a_list_of_two_layers_has_a_line_for_each_element(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who added what can be seen."""
    lines = shown(capsys, overlay("orders: {not-open: {add: [Lost]}}"))
    at = lines.index("  not-open:")

    assert lines[at + 1].split() == ["-", "Complete", "#", "shipped/standard.yaml:29"]
    assert lines[at + 5].split() == ["-", "Lost", "#", "rulesets/acme.yaml:2"]


def test_what_was_taken_out_is_a_comment(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no part of the ruleset any more, but whoever misses it finds the line."""
    lines = shown(capsys, overlay("orders: {map: {shipTo.phone: null}}"), detail=True)
    at = next(n for n, line in enumerate(lines) if "shipTo.phone" in line)

    assert lines[at].split() == "# shipTo.phone: taken out # rulesets/acme.yaml:2".split()
    assert lines[at + 1].split()[:3] == ["#", "was", "ca.ShippingDaytimePhone"]


def test_detail_tells_what_a_value_stands_over(capsys: pytest.CaptureFixture[str]) -> None:
    """The old value stands below the new one, with its own place."""
    short = shown(capsys, overlay("orders: {sweep: 12h}"))
    long = shown(capsys, overlay("orders: {sweep: 12h}"), detail=True)
    added = [line.split() for line in long if line not in short]

    assert ["#", "over", "1d", "#", "shipped/standard.yaml:22"] in added
