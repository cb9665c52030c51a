"""The terminal: literal text, tables that can be searched, and bars that are quiet elsewhere."""

from __future__ import annotations

import io
import sys

import pytest

from engine.report.screen import Screen, progress


class Terminal(io.StringIO):
    """A stream that says that a person looks at it."""

    def isatty(self) -> bool:
        return True


def test_text_is_taken_literally(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets are no markup, numbers get no colour, and nothing is wrapped."""
    text = "[bold]x[/bold] [0] 12 " + "word " * 100
    Screen().say(text)

    assert capsys.readouterr().out == text + "\n"


@pytest.mark.parametrize("cell", ["[red]x", "a [1] b", "\\[x]", "[/]", ":smile:", "日本 ☃"])
def test_a_cell_is_taken_literally(capsys: pytest.CaptureFixture[str], cell: str) -> None:
    """Whatever a record's text looks like, it is shown as it is."""
    Screen().table(["what"], [[cell]])

    assert capsys.readouterr().out.splitlines()[1] == cell


def test_a_long_cell_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Off a terminal no row is folded and none ends in blanks, so that it can be searched."""
    Screen().table(["a", "b"], [["x", "word " * 200 + "end"], ["y", "short"]])
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 3
    assert lines[1].endswith("end")
    assert lines == [line.rstrip() for line in lines]


def test_what_would_steer_a_terminal_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    """A record's text can neither move the cursor nor fake a line."""
    screen = Screen()
    screen.say("a\x1b]0;title\x07b\nfaked")
    screen.table(["x"], [["c\x1b[2Jd\r\ne"]])
    out = capsys.readouterr().out

    assert "\x1b" not in out
    assert out.count("\n") == 3
    assert "\ufffd" in out


def test_json_moves_peoples_text_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Then stdout belongs to machines alone."""
    screen = Screen(json=True)
    screen.heading("title")
    screen.table(["", ""], [["a", "b"]])
    said = capsys.readouterr()

    assert said.out == ""
    assert said.err == "\ntitle\na  b\n"


def test_a_terminal_gets_a_table_of_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the last column is folded instead of cut."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    Screen().table(["a", "b"], [["key", "word " * 20]])

    assert terminal.getvalue().count("word") == 20
    assert len(terminal.getvalue().splitlines()) > 2


def test_progress_is_quiet_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe or a log there is no bar."""
    with progress("Reading") as tell:
        tell(1, 2)

    assert capsys.readouterr() == ("", "")


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts, on stderr, and leaves nothing on stdout."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Reading orders") as tell:
        tell(3, 7)

    assert "Reading orders" in terminal.getvalue()
    assert "3/7" in terminal.getvalue()
