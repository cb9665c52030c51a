"""The table of capabilities: complete, valid, and right about the defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.bootstrap import open_workspace
from engine.config.load import load
from engine.model.rules_changes import KINDS
from engine.model.ruleset import Ruleset
from tests.docs.library import problems_of_ruleset
from tests.docs.pages import ROOT
from tests.unit.config.schema_walk import keys, read
from tests.unit.config.test_schemas import _without_places

PAGE = ROOT / "docs" / "reference" / "capabilities.md"
ROW = re.compile(
    r"^\| (?P<what>.+) \| `(?P<yaml>.+?)` \| (?P<default>.+?) \| \[.+\]\((?P<page>.+)\) \|$"
)
HOW_TO_REACH = ("application", "key", "read", "refresh", "secret", "url", "write", "adapter")
EXEMPT = ("extends", "orders/only/*/not", *(f"connections/*/{name}" for name in HOW_TO_REACH))
BASE = """\
extends: ca-to-wos/full
profiles: {us: 12000123, outlet: 12000124}
links:
  east: {dc: EAST3PL, areas: [MAIN, BULK], pick: MAIN, stock: us}
orders:
  since: 2026-11-01
  map: {shipMethod: {lookup: ways, of: ca.RequestedShippingClass}}
items: {owner: [us], since: 2026-01-01}
stock: {putaway: delta, foreign-picks: delta}
tables: {ways: {rows: {Standard: GROUND}}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: its YAML, and the default as YAML where it is one (else None)."""

    what: str
    yaml: str
    default: str | None
    page: str


def rows() -> Iterator[Row]:
    """The lines that have YAML."""
    for line in PAGE.read_text("utf-8").splitlines():
        found = ROW.match(line)
        if found:
            default = re.fullmatch(r"`([^`]+)`", found["default"])
            yield Row(
                what=found["what"],
                yaml=found["yaml"],
                default=default[1] if default else None,
                page=found["page"],
            )


ROWS = list(rows())
DEFAULTED = [row for row in ROWS if row.default is not None]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of a snippet: each key at which it says something."""
    for name, below in value.items() if isinstance(value, dict) else ():
        step = f"{path}{'KIND' if name in KINDS else name}"
        yield step
        yield from leaves(below, f"{step}/")


def write(root: Path, text: str) -> None:
    """The base under mappings/, and a customer with this laid over it."""
    (root / "mappings").mkdir(parents=True, exist_ok=True)
    (root / "mappings" / "example.yaml").write_text(BASE, "utf-8")


def loaded(root: Path, text: str) -> Ruleset | None:
    """The ruleset with this laid over the base; None where there is a mistake in it."""
    write(root, text)
    folder = root / "rulesets" / "acme"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ruleset.yaml").write_text(f"extends: example\n{text}\n", "utf-8")
    return load("acme", open_workspace(root))[0]


def with_last(text: str, value: str) -> str:
    """The snippet with this in the place of its one value."""
    head, _, rest = text.rpartition(": ")
    closing = rest[len(rest.rstrip("}")) :]
    return f"{head}: {value}{closing}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.yaml)
def test_an_example_is_valid(row: Row, tmp_path: Path) -> None:
    """What a row tells to write validates without a word, compiled against both systems."""
    write(tmp_path, row.yaml)

    assert problems_of_ruleset(tmp_path, f"extends: example\n{row.yaml}\n") == []
    assert (PAGE.parent / row.page).resolve().is_file()


@pytest.mark.parametrize("row", DEFAULTED, ids=lambda row: row.yaml)
def test_a_default_is_what_holds_where_nothing_is_said(row: Row, tmp_path: Path) -> None:
    """To write the default is the same as to say nothing: null takes out what the base says."""
    said = loaded(tmp_path / "said", with_last(row.yaml, str(row.default)))
    silent = loaded(tmp_path / "silent", with_last(row.yaml, "null"))
    silent = silent or loaded(tmp_path / "bare", "")

    assert said is not None
    assert _without_places(said) == _without_places(silent)


def test_no_key_of_the_language_is_missing() -> None:
    """Every key of the schema stands in some example, or says only how a system is reached."""
    schema = read("ruleset")
    there = {path for row in ROWS for path in leaves(yaml.safe_load(row.yaml))}
    wanted = {
        "/".join("KIND" if step in KINDS else step for step in key.split("/"))
        for key in keys(schema, schema)
        if not key.endswith(("/add", "/remove", "/replace"))
    }
    missing = {key for key in wanted if not any(fnmatchcase(path, key) for path in there)}

    assert {key for key in missing if not any(fnmatchcase(key, one) for one in EXEMPT)} == set()
