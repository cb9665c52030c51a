"""A plan in detail: each change member by member, as a difference."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from engine.model.decision import Difference
from engine.report.plan_change import MOST
from engine.report.plan_text import show_plan
from engine.report.screen import Screen
from tests.unit.report.test_plan_text import HEADER, footer, sent
from tests.unit.report.test_screen import Terminal


def test_detail_shows_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Each member of the request has its line; the buyer's are starred out, empty ones left out."""
    ends = (HEADER, footer({"send": 1}, changes={"orders.create": 1}))
    show_plan(Screen(), ends, [sent(1)], detail=True)
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("US-1 (1): because")

    assert lines[at + 1 : at + 6] == [
        "  + create in wos: 1 line",
        "    POST /orders",
        "    + orderNumber  US-1",
        "    + name         ***",
        "    + lines[1]     sku A",
    ]
    assert "Dana" not in "\n".join(lines)


def test_detail_shows_what_stands_there_and_what_will(capsys: pytest.CaptureFixture[str]) -> None:
    """A member that is replaced has two lines, as in any difference."""
    (created,) = sent(1).changes
    known = (
        Difference(name="weight", before="1", after="2"),
        Difference(name="note", before=None, after="x"),
    )
    patched = replace(created, operation="patch-item", differences=known)
    ends = (HEADER, footer({"send": 1}, changes={"items.patch-item": 1}))
    show_plan(Screen(), ends, [replace(sent(1), changes=(patched,))], detail=True)
    lines = capsys.readouterr().out.splitlines()

    assert "    - weight  1" in lines
    assert lines[lines.index("    - weight  1") + 1 :][:2] == ["    + weight  2", "    ~ note    x"]


def test_on_a_terminal_a_difference_has_its_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made is green, what ends is red; elsewhere signs alone tell them apart."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    (created,) = sent(1).changes
    known = (Difference(name="weight", before="1", after="2"),)
    patched = replace(created, operation="patch-item", differences=known)
    ends = (HEADER, footer({"send": 1}, changes={"items.patch-item": 1}))
    show_plan(Screen(), ends, [replace(sent(1), changes=(patched,))], detail=True)

    assert "\x1b[31m    - weight  1\x1b[0m" in terminal.getvalue()
    assert "\x1b[32m    + weight  2\x1b[0m" in terminal.getvalue()


def test_detail_counts_the_members_that_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A request of hundreds of members does not hide the next decision."""
    (created,) = sent(1).changes
    body = json.dumps({f"m{n}": n for n in range(MOST + 2)})
    huge = replace(created, request=replace(created.request, body=body, private=()))
    ends = (HEADER, footer({"send": 1}, changes={"orders.create": 1}))
    show_plan(Screen(), ends, [replace(sent(1), changes=(huge,))], detail=True)

    assert "... and 2 more members, in the plan file." in capsys.readouterr().out
