"""Keys of rulesets, site profiles and cases, from the tables of docs/reference. Pure text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

PAGES: Mapping[str, str] = {
    "ruleset": "rulesets",
    "site-profile": "site profiles",
    "case": "cases",
}
"""Pages of the reference that have keys -> whose keys they are; the first that has one counts."""
_CELL = re.compile(r"(?<!\\)\|")
_CHOSEN = re.compile(r"[A-Z][A-Z-]*")
_NEAR = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: the path of the key (a name that the customer chooses is in capitals), and cells.

    `cells` has the heading of each column beside what stands there.
    """

    path: str
    cells: Mapping[str, str]

    @property
    def says(self) -> str:
        return self.cells["what it says"]


def describe(asked: str, pages: Mapping[str, str]) -> tuple[str, str] | None:
    """The path of a key and its page for a terminal; None where no table has it.

    `asked` is a path, as `orders.bundles`, or one with the customer's names, as `links.east.dc`.
    `pages` is name -> text of the pages of the reference.
    """
    for name, whose in PAGES.items():
        rows = _rows(pages[name])
        path = _path_of(asked, rows)
        if path is not None:
            return path, "\n".join(
                [f"# {path}: a key of {whose}", "", *_lines(path, rows, name), ""]
            )
    return None


def ending_in(word: str, pages: Mapping[str, str]) -> list[str]:
    """The paths of the first keys whose end is that word, at most six."""
    rows = (row for name in PAGES for row in _rows(pages[name]))
    found = dict.fromkeys(row.path for row in rows if row.path.endswith(f".{word}"))
    return list(found)[:_NEAR]


@cache
def _rows(page: str) -> tuple[Row, ...]:
    """The rows of all tables of one page, in their order."""
    found: list[Row] = []
    heads: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]]
        if line.startswith("| key |"):
            heads = cells
        elif line.startswith("| `") and len(cells) == len(heads):
            path = cells[0].strip("`").replace("[]", "")
            found.append(Row(path=path, cells=dict(zip(heads[1:], cells[1:], strict=True))))
    return tuple(found)


def _path_of(asked: str, rows: tuple[Row, ...]) -> str | None:
    """The path that was asked for; of several that fit, the one that says most by its own words."""
    fitting = [row.path for row in rows if _pattern(row.path).fullmatch(asked)]
    return max(fitting, key=_own_words, default=None)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """What fits a path: a name in capitals stands for any name, which may have dots of its own."""
    words = (r".+" if _CHOSEN.fullmatch(word) else re.escape(word) for word in path.split("."))
    return re.compile(r"\.".join(words))


def _own_words(path: str) -> int:
    return sum(1 for word in path.split(".") if not _CHOSEN.fullmatch(word))


def _lines(path: str, rows: tuple[Row, ...], page: str) -> Iterator[str]:
    for row in rows:
        if row.path == path:
            yield row.says
            yield from (f"  {head}: {cell}" for head, cell in _facts(row))
            yield ""
    below = {row.path: row.says for row in rows if row.path.rpartition(".")[0] == path}
    if below:
        yield "Below it, each with a page of its own:"
        yield from (f"  {name}\n      {says}" for name, says in below.items())
        yield ""
    yield f"All keys: crossdock docs reference:{page}"


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    for head, cell in row.cells.items():
        if cell and head != "what it says":
            yield head, cell
