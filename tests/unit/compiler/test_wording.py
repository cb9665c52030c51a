"""Places inside of a text, as it really stands in a YAML file."""

from __future__ import annotations

import pytest

from engine.compiler.wording import fix_of, near, within
from engine.config.document import parse
from engine.config.nodes import ScalarNode, find
from engine.diagnostics import Place


@pytest.mark.parametrize(
    "line",
    [
        "a: contains(tags, «Word»)",
        "a: \"contains(tags, '«Word»')\"",
        "a: 'contains(tags, «Word»)'",
        "a: 'contains(tags, ''«Word»'')'",
        "a: 'contains(tags, «''Word''»)'",
        'a: "contains(tags, \\"«Word»\\")"',
        "a: \"matches(sku, '\\\\d «Word»')\"",
        'a: "«Word»"',
    ],
)
def test_a_word_is_found_where_it_stands(line: str) -> None:
    """The caret is under the word in the file, whatever quotes are around it and before it."""
    before, marked, _ = line.replace("»", "«").split("«")
    tree, problems = parse(line.replace("«", "").replace("»", ""), "x.yaml")
    scalar = find(tree, ["a"])
    assert problems == []
    assert isinstance(scalar, ScalarNode)
    word = marked.replace("''", "'")

    place = within(scalar.inner, scalar.text, scalar.text.index(word), len(word))

    assert (place.column, place.length) == (len(before) + 1, len(marked))


@pytest.mark.parametrize("line", ["a: x ==\n  'Word'", 'a: "x\\u0041 Word"', 'a: "x\n  Word"'])
def test_a_text_that_nobody_can_map_has_the_place_of_its_start(line: str) -> None:
    """Over lines that are no block, and with other escapes, the whole text is marked."""
    tree, _ = parse(line, "x.yaml")
    scalar = find(tree, ["a"])
    assert isinstance(scalar, ScalarNode)

    assert within(scalar.inner, scalar.text, 2, 4) == scalar.place


def test_a_fix_wants_the_very_place() -> None:
    """Where the place is not that of the word, nothing is written."""
    place = Place("x.yaml", 1, 4, 4)

    assert fix_of(place, "word", "Word") is not None
    assert fix_of(place, "words", "Words") is None


def test_near_words() -> None:
    """The nearest word counts, letter case aside, if it is near enough."""
    assert near("sitename", ["SiteName", "SiteID"], 0.8) == "SiteName"
    assert near("Warehouse", ["SiteName", "SiteID"], 0.8) is None
