"""What `validate` shows a person, of a few rulesets and of a fleet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.diagnostics import Diagnostic, Fix, Note, Place
from engine.report.diagnostics import fixed_lines, to_text
from engine.report.screen import Screen
from engine.report.validation_text import FLEET, show_problems

KEY = Diagnostic(
    id="unknown-key",
    message="unknown key 'timezon'",
    place=Place("rulesets/a.yaml", 3, 1, 7),
    excerpt="timezon: UTC",
    fix=Fix(place=Place("rulesets/a.yaml", 3, 1, 7), was="timezon", text="timezone"),
)
TABLE = Diagnostic(id="unused-table", message="nothing asks", severity="warning")
TITLES = {"unknown-key": "a key that is not known", "unused-table": "a table"}


def shown(capsys: pytest.CaptureFixture[str], count: int, *, every: bool = False) -> list[str]:
    """The lines about so many rulesets, of which each third has an error, each second a warning."""
    problems = {
        f"c{number:03}": [
            *([replace(KEY, message=f"{KEY.message} {number}")] if number % 3 == 0 else []),
            *([TABLE] if number % 2 == 0 else []),
        ]
        for number in range(count)
    }
    show_problems(Screen(), problems, TITLES, every=every)
    return capsys.readouterr().out.splitlines()


def test_of_a_few_each_has_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Every problem with its line, what many have once, and then a line for each ruleset."""
    lines = shown(capsys, 5)

    assert sum(1 for line in lines if line.startswith("error[unknown-key]")) == 2
    assert sum(1 for line in lines if line.startswith("warning[unused-table]")) == 1
    assert lines[-5:] == [
        "c000: 1 error, 1 warning",
        "c001: ok",
        "c002: ok, 1 warning",
        "c003: 1 error",
        "c004: ok, 1 warning",
    ]


def test_a_fleet_is_told_by_its_sum(capsys: pytest.CaptureFixture[str]) -> None:
    """One problem of each id, counts by id and by ruleset, the worst first, and the sum."""
    lines = shown(capsys, 1000)
    by_id = lines.index("By id")
    worst = lines.index("By ruleset, the worst 10")

    assert len(lines) < 60
    assert [line for line in lines[:by_id] if line.endswith("unknown key 'timezon' 0")]
    assert lines[by_id + 2].split()[:4] == ["unknown-key", "error", "334", "334"]
    assert lines[by_id + 2].endswith(TITLES["unknown-key"])
    assert lines[by_id + 3].split()[:4] == ["unused-table", "warning", "500", "500"]
    assert lines[worst + 2].split()[:5] == ["c000", "1", "error,", "1", "warning"]
    assert lines[-2] == "1000 rulesets: 666 ok, 334 with errors (334 errors, 500 warnings)."
    assert "crossdock validate CUSTOMER" in lines[-1]


def test_all_of_a_fleet_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Then each ruleset has its verdict again."""
    lines = shown(capsys, FLEET + 1, every=True)

    assert lines[-1] == f"c{FLEET:03}: ok, 1 warning"
    assert "By id" not in lines


def test_a_fleet_without_a_problem_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to count."""
    show_problems(Screen(), {f"c{number}": [] for number in range(FLEET + 1)}, TITLES)

    assert capsys.readouterr().out == "21 rulesets: 21 ok, 0 with errors (0 errors, 0 warnings).\n"


def test_a_second_place_and_a_fix_are_shown() -> None:
    """The second place has its line with carets, and the fix says what to write."""
    note = Note(message="the first one stands here", place=Place("b.yaml", 1, 2, 3), excerpt="abcd")

    assert to_text(replace(KEY, note=note)).split("\n")[5:] == [
        "  note: the first one stands here",
        "  --> b.yaml:1:2",
        "  |",
        "1 | abcd",
        "  |  ^^^",
        "  = fix: write timezone (`crossdock validate --fix` does)",
    ]


def test_a_fix_is_shown_as_two_lines_where_the_line_is() -> None:
    """None where there is no fix, no line, or where a secret hides what was there."""
    assert fixed_lines(KEY) == ("timezon: UTC", "timezone: UTC")
    assert fixed_lines(replace(KEY, fix=None)) is None
    assert fixed_lines(replace(KEY, excerpt=None)) is None
    assert fixed_lines(replace(KEY, excerpt="*******: UTC")) is None
