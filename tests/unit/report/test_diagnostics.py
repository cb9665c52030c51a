"""Diagnostics as a person and as a machine read them."""

from __future__ import annotations

from engine.diagnostics import Diagnostic, Place
from engine.report.diagnostics import to_json, to_text

FULL = Diagnostic(
    id="not-one-of",
    message="this word is not known",
    place=Place("rulesets/acme.yaml", 12, 9, 6),
    excerpt="  only: [Clered]",
    expected="one of Cleared, Failed",
    found="the text 'Clered'",
    help="did you mean 'Cleared'?",
)
BARE = Diagnostic(id="unknown-customer", message="there is none", severity="warning")


def test_a_diagnostic_shows_its_line_with_carets() -> None:
    """Head, place, line, carets under the value, and what was expected, found and helps."""
    assert to_text(FULL) == (
        "error[not-one-of]: this word is not known\n"
        "  --> rulesets/acme.yaml:12:9\n"
        "   |\n"
        "12 |   only: [Clered]\n"
        "   |         ^^^^^^\n"
        "  = expected: one of Cleared, Failed\n"
        "  = found: the text 'Clered'\n"
        "  = help: did you mean 'Cleared'?"
    )


def test_a_diagnostic_without_place_is_one_line() -> None:
    """Without a place there is nothing to show but the message."""
    assert to_text(BARE) == "warning[unknown-customer]: there is none"


def test_a_place_without_excerpt_is_only_named() -> None:
    """Where the text of the line is not at hand, the place still is."""
    found = to_text(Diagnostic(id="x", message="m", place=Place("f.yaml", 1, 2)))

    assert found == "error[x]: m\n  --> f.yaml:1:2"


def test_carets_stay_on_the_line() -> None:
    """A place that is longer than its line is underlined up to the end of the line."""
    found = to_text(Diagnostic(id="x", message="m", place=Place("f", 1, 3, 99), excerpt="abcd"))

    assert found.split("\n")[-1] == "  |   ^^"


def test_control_characters_do_not_reach_the_terminal() -> None:
    """What a file holds cannot colour or move the terminal; tabs keep the carets in place."""
    found = to_text(
        Diagnostic(id="x", message="m\x1b[31m", place=Place("f", 1, 3), excerpt="\ta\x1b[0m")
    )

    assert "\x1b" not in found
    assert found.split("\n")[-2:] == ["1 |  a�[0m", "  |   ^"]


def test_endless_texts_are_cut() -> None:
    """A damaged file with a key of a million characters does not fill the screen."""
    found = to_text(Diagnostic(id="x", message="k" * 1_000_000))

    assert found == "error[x]: " + "k" * 400 + "..."


def test_json_has_every_member() -> None:
    """The machine's form has the same members for every diagnostic, null where there is nothing."""
    assert to_json(BARE) == dict.fromkeys(to_json(FULL)) | {
        "id": "unknown-customer",
        "severity": "warning",
        "message": "there is none",
    }
    assert [to_json(FULL)[key] for key in ("file", "line", "column", "length")] == [
        "rulesets/acme.yaml", 12, 9, 6,
    ]  # fmt: skip
