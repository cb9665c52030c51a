"""Where the lines of a block stand in its file."""

from __future__ import annotations

import pytest

from engine.compiler.wording import within
from engine.config.blocks import pieces_of
from engine.config.document import parse
from engine.config.nodes import find
from engine.diagnostics import Piece, Place


def spot(text: str, word: str, length: int = 1) -> str:
    """What stands in the file where a word of the block under `a` is told to stand."""
    node = find(parse(text, "f")[0], ["a"])
    assert node is not None
    place = within(node.place, node.plain(), node.plain().index(word), length)
    return text.split("\n")[place.line - 1][place.column - 1 : place.column - 1 + place.length]


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  one\n    two\n  two three\n",
        "a: >\n  one\n\n  two\n  three\nb: two\n",
        "a: >2-\n    one\n  two two\n  three",
        "a: |+  # two\n  one two\n\n\n  three\n\n",
    ],
)
def test_each_word_of_a_block_is_found_on_its_line(text: str) -> None:
    """Folded or literal, with indentation, empty lines and comments at the header."""
    assert [spot(text, word, len(word)) for word in ("one", "two", "three")] == [
        "one",
        "two",
        "three",
    ]


def test_a_caret_ends_with_its_line() -> None:
    """What goes over several lines is underlined on its first."""
    assert spot("a: |\n  one\n  two\n", "one", 7) == "one"
    assert spot("a: |\n  one\n  two\n", "\n", 1) == "e"


def test_a_place_without_lines_is_that_of_the_whole() -> None:
    """An empty block has no line, and what stands before the first one is the block itself."""
    empty = find(parse("a: |\nb: 1\n", "f")[0], ["a"])
    led = find(parse("a: |\n\n  one\n", "f")[0], ["a"])
    assert empty is not None
    assert led is not None

    assert within(empty.place, "", 0) == Place("f", 1, 4)
    assert within(led.place, "\none\n", 0) == Place("f", 1, 4)


def test_lines_that_are_not_those_of_the_text_say_nothing() -> None:
    """Where the file and the text part, the pieces end."""
    assert [*pieces_of(["a: |", "  other"], 1, "one")] == []
    assert [*pieces_of(["a: |", "  one"], 1, "one two")] == [Piece(0, 2, 3, 3)]
