"""How SQLite finds the rows of what the engine asks, as a table in docs/ledger.md.

Run `python -m tests.ledger.plans` in the checkout to write the table anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.ledger.play import Heard, heard

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"
BEGIN, END = "<!-- plans: begin -->\n", "<!-- plans: end -->\n"
GROWING = ("effect", "audit", "binding", "leg", "message", "inbox", "product", "pass_note")
_STEP = re.compile(r"(SEARCH|SCAN) (\w+)(?: USING (?:COVERING )?INDEX (\w+))?(.*)")
# Whose rows are few by their meaning, however long the history is.
FEW = {"one_open_item": "open items", "release_by_customer": "the newest", "raw_by_age": "young"}
# What a person asks now and then and wants counted: every row of an index, none of the table.
COUNTED = {
    "SELECT count(*) AS count_1 FROM binding WHERE binding.customer = ?",
    (
        "SELECT effect.state, count(*) AS count_1 FROM effect WHERE effect.customer = ? "
        "GROUP BY effect.state"
    ),
}
_ONCE = ("LIMIT ? OFFSET ?", "hold_before", "json_extract", "JSON_EXTRACT")


def wide(one: Heard) -> list[str]:
    """The steps of a statement that walk over all rows of a growing table, or of a customer's."""
    if " ".join(one.text.split()) in COUNTED or of_migrating(one.text):
        return []
    return [step for step in one.plan if _is_wide(step)]


def of_migrating(text: str) -> bool:
    """Whether a statement runs once in a file's life, when it is made or brought up."""
    return any(word in text for word in _ONCE) and "customer = ?" not in text


def _is_wide(step: str) -> bool:
    found = _STEP.match(step)
    if found is None or found[2] not in GROWING or found[3] in FEW:
        return False
    return found[1] == "SCAN" or found[4].strip() == "(customer=?)"


def ways(statements: Iterable[Heard]) -> set[tuple[str, str]]:
    """Each growing table with the ways that are gone to its rows."""
    steps = (step for one in statements if not of_migrating(one.text) for step in one.plan)
    found = (_STEP.match(step) for step in steps)
    return {
        (match[2], f"{match[3] or ''} {match[4].strip()}".strip())
        for match in found
        if match is not None and match[2] in GROWING
    }


def table(found: set[tuple[str, str]]) -> str:
    """The table in the docs."""
    rows = [f"| {of} | `{way}` |\n" for of, way in sorted(found)]
    return "".join(["| table | how its rows are found |\n", "|---|---|\n", *rows])


def written(page: str, text: str, begin: str = BEGIN, end: str = END) -> str:
    """The page with this text between its marks."""
    before, rest = page.split(begin)
    return before + begin + text + end + rest.split(end)[1]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8"), table(ways(heard()))), "utf-8")
