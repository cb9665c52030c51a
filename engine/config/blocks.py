"""Where the lines of a block scalar (`|` and `>`) stand in its file, so that carets can point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.diagnostics import Piece


def pieces_of(lines: Sequence[str], header: int, text: str) -> Iterator[Piece]:
    """The pieces of a text that is written over the lines behind its header (a line, from 1).

    Folding and indentation only change what is between the pieces; where something else does, it
    ends: of what follows nothing is known.
    """
    offset = 0
    for number, line in enumerate(lines[header:], start=header + 1):
        written = line.strip(" ")
        start = text.find(written, offset)
        if start < 0 or text[offset:start].strip():
            return
        if written:
            column = len(line) - len(line.lstrip(" ")) + 1
            yield Piece(start, number, column, len(written))
            offset = start + len(written)
        if not text[offset:].strip():
            return
