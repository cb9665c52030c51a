"""The terminal: people's text, tables and progress bars. The one door to rich.

Text goes to stdout; with JSON on stdout it goes to stderr. Nothing is coloured or wrapped where
the output is no terminal, so that it can be searched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDE = 100_000
"""Where the output is no terminal no line ends before its text does."""


class Screen:
    """Where a command speaks. `json` is true when stdout belongs to machines."""

    def __init__(self, *, json: bool = False) -> None:
        self.json = json
        self._console = _console(stderr=json)

    @property
    def width(self) -> int:
        """How many characters a line has room for; very many where the output is no terminal."""
        return self._console.width

    def say(self, text: str = "", style: str | None = None) -> None:
        """One paragraph, taken literally."""
        shown = _printable(text)
        self._console.print(shown, style=style, markup=False, highlight=False, soft_wrap=True)

    def noted(self, text: str, note: str, column: int) -> None:
        """A line with a dimmed note behind it, which begins at a column or behind a longer text."""
        line = Text(_printable(text))
        if note:
            line.pad_right(max(0, column - len(text)))
            line.append(_printable(note), style="dim")
        self._console.print(line, soft_wrap=True)

    def heading(self, text: str) -> None:
        """A heading with an empty line before it."""
        self.say()
        self.say(text, style="bold")

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, whole: Sequence[int] = (0,)
    ) -> None:
        """A plain table. The columns of these indexes are never folded; the others share the room
        that a terminal leaves.
        """
        table = Table(box=None, pad_edge=False, show_header=bool(any(columns)), header_style="dim")
        for index, name in enumerate(columns):
            table.add_column(name, no_wrap=index in whole, overflow="fold")
        for row in rows:
            table.add_row(*(Text(_printable(cell)) for cell in row))
        if self._console.is_terminal:
            self._console.print(table)
            return
        with self._console.capture() as caught:
            self._console.print(table)
        lines = caught.get().splitlines()
        self._console.file.write("".join(f"{line.rstrip()}\n" for line in lines))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, emoji=False)
    if not console.is_terminal:
        return Console(stderr=stderr, emoji=False, width=WIDE, no_color=True)
    return console


def _printable(text: str) -> str:
    """Taken literally, and without what would steer a terminal: it may be a record's own text."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr while long work runs: call it with (done, total or None).

    On anything but a terminal it stays quiet.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
