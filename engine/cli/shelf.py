"""The documentation that comes with the engine, as a shelf of pages found by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path

from engine.cli import key_rows
from engine.compiler.function_pages import FUNCTIONS, describe
from engine.errors import ConfigurationError
from engine.shipped import shipped

TOPICS: Mapping[str, str] = {
    "check": "what `check` asks the live systems",
    "orders": "orders",
    "changes": "orders that changed after they were sent",
    "order-changes": "orders that changed after they were sent",
    "shipments": "shipments",
    "items": "items",
    "stock": "stock",
    "queue": "the warehouse's queue",
    "effects": "what was sent and did not end well",
}
"""First word of a rule id -> what the rules are about; all others are about rulesets."""
RULESETS = "rulesets, as `validate` reads them"
KINDS = ("rule", "function", "guide", "reference", "key")
"""Where one name means several pages, the first of these is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its kind, one of KINDS, its name among those, and its text."""

    kind: str
    name: str
    text: str


def pages_of(asked: str) -> list[Page]:
    """The pages that a name means, the one to show first.

    `asked` is a name, one with its kind (`guide:stock`), a function with parentheses, or a rule
    of a customer's own (`orders.skip.NAME`). Raises ConfigurationError, with the nearest name,
    where there is none.
    """
    kind, _, name = asked.rpartition(":")
    name = name.removesuffix("()")
    kinds = [kind] if kind in KINDS else KINDS
    found = [page for one in kinds for page in _FINDERS[one](name)]
    exact = [page for page in found if page.name == name]
    family = _family(name) if "rule" in kinds else []
    return exact or [*family, *found] or _none(asked, name)


def rules_by_topic() -> dict[str, dict[str, str]]:
    """Topic -> rule id -> its title, in the order of TOPICS; rulesets first."""
    told: dict[str, dict[str, str]] = {RULESETS: {}, **{topic: {} for topic in TOPICS.values()}}
    for name, title in titles("rules").items():
        told[TOPICS.get(name.partition(".")[0], RULESETS)][name] = title
    return told


def functions() -> dict[str, str]:
    """Name of a function -> what it does."""
    return {name: one.says for name, one in FUNCTIONS.items()}


def titles(folder: str) -> dict[str, str]:
    """Name -> title of every page of a folder of the documentation, by name."""
    return {path.stem: _title(path) for path in paths(folder).values()}


def texts(folder: str) -> dict[str, str]:
    """Name -> text of every page of a folder of the documentation, by name."""
    return {name: _read(path) for name, path in paths(folder).items()}


@cache
def paths(folder: str) -> dict[str, Path]:
    """Name -> file of every page of a folder of the documentation, by name.

    What lies above the folders counts as reference.
    """
    top = shipped("docs")
    found = [*(top / folder).glob("*.md"), *(top.glob("*.md") if folder == "reference" else [])]
    return {path.stem: path for path in sorted(found, key=lambda path: path.stem)}


def rule_path(rule_id: str) -> Path | None:
    """The page of a rule id, or that of the family of rules that it belongs to."""
    found = paths("rules")
    while rule_id and rule_id not in found:
        rule_id = rule_id.rpartition(".")[0]
    return found.get(rule_id)


def _title(path: Path) -> str:
    """What a page's first line says, without the id that it begins with."""
    first = _read(path).partition("\n")[0]
    return first.lstrip("# ").removeprefix(f"{path.stem}:").strip()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _file(folder: str, kind: str, name: str) -> Iterator[Page]:
    path = paths(folder).get(name)
    if path is not None:
        yield Page(kind=kind, name=name, text=_read(path))


def _function(name: str) -> Iterator[Page]:
    text = describe(name)
    if text is not None:
        yield Page(kind="function", name=name, text=text)


def _key(name: str) -> Iterator[Page]:
    told = key_rows.describe(name, texts("reference"))
    if told is not None:
        yield Page(kind="key", name=told[0], text=told[1])


def _family(name: str) -> list[Page]:
    path = rule_path(name)
    return [Page(kind="rule", name=name, text=_read(path))] if path is not None else []


def _none(asked: str, name: str) -> list[Page]:
    keys = key_rows.ending_in(name, texts("reference"))
    if keys:
        raise ConfigurationError(
            f"there is no page of {asked}",
            f"A key of it: {', '.join(f'crossdock docs {key}' for key in keys)}.",
        )
    known = [*paths("rules"), *FUNCTIONS, *paths("guides"), *paths("reference")]
    near = get_close_matches(name, known, n=1)
    advice = f"Did you mean {near[0]}?" if near else "`crossdock docs` lists all."
    raise ConfigurationError(f"there is no page of {asked}", advice)


_FINDERS: Mapping[str, Callable[[str], Iterator[Page]]] = {
    "rule": partial(_file, "rules", "rule"),
    "function": _function,
    "guide": partial(_file, "guides", "guide"),
    "reference": partial(_file, "reference", "reference"),
    "key": _key,
}
