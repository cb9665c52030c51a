"""`docs ID`: what a rule id means, or what a function does."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from pathlib import Path

import click

from engine.cli.context import Session, format_option, pass_session
from engine.compiler.function_pages import FUNCTIONS, describe
from engine.errors import ConfigurationError
from engine.shipped import shipped

_ADVICE = re.compile(r"\*\*What to do:\*\* (.+?)(?:\n\n|\Z)", re.DOTALL)


@click.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@format_option
@pass_session
def docs(_: Session, rule_id: str | None, form: str) -> int:
    """Explain a rule id or a function of expressions, with examples. Without an ID: list all."""
    pages = _pages()
    if rule_id is None:
        functions = {name: one.says for name, one in FUNCTIONS.items()}
        listed = {**titles(), **{f"{name}()": says for name, says in functions.items()}}
        lines = "".join(f"{name:32} {title}\n" for name, title in listed.items())
        return _say(lines, {"rules": titles(), "functions": functions}, form)
    function = describe(rule_id.removesuffix("()"))
    if function is not None:
        return _say(function, {"function": rule_id.removesuffix("()"), "page": function}, form)
    text = _page(rule_id, pages).read_text(encoding="utf-8")
    return _say(text, {"rule": rule_id, "page": text}, form)


def what_to_do(rule_id: str) -> str:
    """What the page of an id advises, as one paragraph; where there is no page, where to look."""
    pages = _pages()
    page = pages.get(rule_id) or pages.get(_family(rule_id, pages))
    found = _ADVICE.search(page.read_text(encoding="utf-8")) if page is not None else None
    if found is None:
        return f"See the ruleset's own rule {rule_id}."
    advice = " ".join(found[1].split())
    return advice[:1].upper() + advice[1:]


def titles() -> dict[str, str]:
    """What each rule id means, in a few words."""
    return {name: _title(path) for name, path in _pages().items()}


def page_texts() -> dict[str, str]:
    """The whole page of each rule id."""
    return {name: path.read_text(encoding="utf-8") for name, path in _pages().items()}


def _pages() -> dict[str, Path]:
    """Name -> file of every page, in the order of their names."""
    found = (shipped("docs") / "rules").glob("*.md")
    return {path.stem: path for path in sorted(found, key=lambda path: path.stem)}


def _say(text: str, value: dict[str, object], form: str) -> int:
    if form == "json":
        click.echo(json.dumps({"format_version": 1, **value}, ensure_ascii=False))
    else:
        click.echo(text, nl=False)
    return 0


def _page(rule_id: str, pages: dict[str, Path]) -> Path:
    """The page of an id or of its family; raises ConfigurationError where there is none."""
    page = pages.get(rule_id) or pages.get(_family(rule_id, pages))
    if page is None:
        near = get_close_matches(rule_id, [*pages, *FUNCTIONS], n=1)
        advice = f"Did you mean {near[0]}?" if near else "`crossdock docs` lists all ids."
        raise ConfigurationError(f"there is no rule id {rule_id}", advice)
    return page


def _family(rule_id: str, pages: dict[str, Path]) -> str:
    """Decisions cite `orders.skip.local-pickup`; the page of all of them is `orders.skip`."""
    while rule_id and rule_id not in pages:
        rule_id = rule_id.rpartition(".")[0]
    return rule_id


def _title(path: Path) -> str:
    """What a page's first line says of its id."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.lstrip("# ").removeprefix(f"{path.stem}:").strip()
