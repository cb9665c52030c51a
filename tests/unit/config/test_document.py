"""Reading YAML: places, typing, and what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.document import parse
from engine.config.nodes import MapNode, ScalarNode, find, key_place
from engine.config.scalars import quoted, resolve
from engine.diagnostics import Place

TYPED = {
    "true": True,
    "false": False,
    "null": None,
    "": None,
    "0": 0,
    "12": 12,
    "-3": -3,
    "1.5": 1.5,
    "-0.25": -0.25,
}
TEXTS = [
    "NO", "no", "yes", "on", "True", "TRUE", "Null", "~", "y", "02142", "00", "0x10", "0o17",
    "1e5", "1_000", "1:1", "1:30:00", "2026-11-01", "2026-11-01T00:00:00Z", "+5", "1.", ".5",
    "01.5", "-01", "1.5.2", ".inf", ".nan", "1,000", "12345678901234567890", "0b1", "١٢",
]  # fmt: skip


def _ids(text: str) -> list[tuple[str, str]]:
    return [(problem.id, str(problem.place)) for problem in parse(text, "f.yaml")[1]]


@pytest.mark.parametrize("text", [*TYPED, *TEXTS])
def test_few_words_are_typed(text: str) -> None:
    """true, false, null, nothing and plain decimals are typed; everything else stays a text."""
    node, problems = parse(f"key: {text}\n", "f.yaml")

    assert problems == []
    assert node is not None
    assert node.plain() == {"key": TYPED.get(text, text)}
    assert type(find(node, ["key"]).plain()) is type(TYPED.get(text, text))


@given(st.text(alphabet="0123456789.-+eE_x:trufalsn~ ", max_size=12))
def test_a_typed_word_says_what_was_written(text: str) -> None:
    """Whatever is typed is a known word or a number that holds every digit that was written."""
    value = resolve(text)

    if isinstance(value, float):
        assert float(text) == value
    elif isinstance(value, int) and not isinstance(value, bool):
        assert str(value) == text or text == "-0"
    elif not isinstance(value, str):
        assert text in ("true", "false", "null", "")
    else:
        assert value == text


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_a_quoted_text_stays_itself(text: str) -> None:
    """What the help says to quote is read back as the same text, whatever is in it."""
    node, problems = parse(f"key: {quoted(text)}\n", "f.yaml")

    assert problems == []
    assert node is not None
    assert node.plain() == {"key": text}


def test_nodes_know_their_place() -> None:
    """Keys, values and list items have the line and column where they start, and their length."""
    node, _ = parse("a: 1\norders:\n  skip: {x: 'wörd', y: [10, 20]}\n", "r.yaml")

    assert node is not None
    assert key_place(node, ["orders", "skip", "y"]) == Place("r.yaml", 3, 21, 1)
    assert find(node, ["orders", "skip", "y", 1]).place == Place("r.yaml", 3, 29, 2)
    text = find(node, ["orders", "skip", "x"])
    assert isinstance(text, ScalarNode)
    assert (text.place, text.inner) == (Place("r.yaml", 3, 13, 6), Place("r.yaml", 3, 14, 4))


def test_a_text_with_escapes_has_the_place_of_its_start() -> None:
    """Where the columns of the text are not those of the file, no caret goes inside of it."""
    node, _ = parse("a: 'it''s'\nb: |\n  two\n  lines\n", "r.yaml")

    inner = [find(node, [key]).inner for key in "ab"]
    assert inner == [Place("r.yaml", 1, 4, 7), Place("r.yaml", 2, 4, 1)]


def test_all_problems_of_a_file_are_found_at_once() -> None:
    """Duplicates, aliases, merge keys, tags and odd keys are each told with their place."""
    text = "a: &x 1\na: 2\nb: *x\nc: {<<: *x, d: 1}\ne: !!python/object:os.system x\nf: {{ g }}\n"

    assert _ids(text) == [
        ("yaml-alias", "f.yaml:1:4"),
        ("duplicate-key", "f.yaml:2:1"),
        ("yaml-alias", "f.yaml:3:4"),
        ("yaml-merge-key", "f.yaml:4:5"),
        ("yaml-tag", "f.yaml:5:4"),
        ("yaml-key", "f.yaml:6:4"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("yaml-syntax", "f.yaml:1:1")),
        ("# only a comment\n", ("yaml-syntax", "f.yaml:1:1")),
        ("a: [1, 2\nb: 3\n", ("yaml-syntax", "f.yaml:2:2")),
        ("a:\n\tb: 1\n", ("yaml-syntax", "f.yaml:2:1")),
        ('a: "open\n', ("yaml-syntax", "f.yaml:2:1")),
        ("a: b: c\n", ("yaml-syntax", "f.yaml:1:5")),
        ("a: 1\nb: \x07\n", ("yaml-syntax", "f.yaml:2:4")),
        ("a: 1\n---\nb: 2\n", ("yaml-documents", "f.yaml:2:1")),
        ("- " * 60 + "x", ("yaml-too-large", "f.yaml:1:101")),
        ("[" * 3000, ("yaml-too-large", "f.yaml:1:51")),
        ("{a: " * 3000, ("yaml-too-large", "f.yaml:1:201")),
        ("a" * (1024 * 1024 + 1), ("yaml-too-large", "f.yaml:1:1")),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, expected: tuple[str, str]) -> None:
    """Broken, foreign, too deep and too large texts end as one located error and no tree."""
    assert parse(text, "f.yaml")[0] is None
    assert _ids(text) == [expected]


def test_too_many_values_end_the_reading() -> None:
    """After 100,000 values the reading stops."""
    assert _ids("a: [" + "1," * 100_000 + "]")[0][0] == "yaml-too-large"


@pytest.mark.parametrize("separator", ["", "<<: "])
def test_bombs_do_not_explode(separator: str) -> None:
    """Nested aliases and nested merge keys stay as small as they were written."""
    levels = "abcdefghijklmnopqrst"
    lines = ["a: &a [x, x, x]" if not separator else "a: &a {x: 1}"]
    for below, name in pairwise(levels):
        shape = f"[*{below}, *{below}]" if not separator else f"{{<<: [*{below}, *{below}]}}"
        lines.append(f"{name}: &{name} {shape}")

    node, problems = parse("\n".join(lines), "f.yaml")

    assert isinstance(node, MapNode)
    assert len(str(node.plain())) < 1000
    assert {problem.id for problem in problems} >= {"yaml-alias"}


def test_line_breaks_are_counted_as_the_reader_counts_them() -> None:
    """Windows line ends and a byte order mark do not shift places."""
    node, problems = parse("\ufeffa: 1\r\nb: 2\r\nb: 3\r\n", "f.yaml")

    assert node is not None
    assert [str(problem.place) for problem in problems] == ["f.yaml:3:1"]
