"""`docs NAME`: what a rule id, a function or a key means, and the guides to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import click

from engine.cli.context import Session, format_option, pass_session
from engine.cli.shelf import Page, functions, pages_of, rule_path, rules_by_topic, texts
from engine.cli.shelf import titles as titles_of

_ADVICE = re.compile(r"\*\*What to do:\*\* (.+?)(?:\n\n|\Z)", re.DOTALL)
_LISTS = ("guides", "reference", "rules", "functions")


@click.command()
@click.argument("name", metavar="[NAME]", required=False)
@format_option
@pass_session
def docs(_: Session, name: str | None, form: str) -> int:
    """Show a page: a guide, a rule id, a function, or a key.

    A key is a path, as orders.bundles. Without NAME all are listed; guides, reference, rules or
    functions lists only those. Where a name means several pages, the last line says how to get at
    the others.
    """
    if name is None or name in _LISTS:
        lists = [name] if name is not None else list(_LISTS)
        return _say("\n".join(_listed(lists)) + "\n", {one: _titles(one) for one in lists}, form)
    found = pages_of(name)
    first = found[0]
    text = first.text + _also(found)
    return _say(text, {first.kind: first.name, "page": first.text}, form)


def what_to_do(rule_id: str) -> str:
    """What the page of an id advises, as one paragraph; where there is no page, where to look."""
    page = rule_path(rule_id)
    found = _ADVICE.search(page.read_text(encoding="utf-8")) if page is not None else None
    if found is None:
        return f"See the ruleset's own rule {rule_id}."
    advice = " ".join(found[1].split())
    if advice.endswith(":"):  # an example comes behind it on the page
        advice = f"{advice[:-1]} (as `crossdock docs {rule_id}` shows)."
    return advice[:1].upper() + advice[1:]


def titles() -> dict[str, str]:
    """What each rule id means, in a few words."""
    return titles_of("rules")


def page_texts() -> dict[str, str]:
    """The whole page of each rule id."""
    return texts("rules")


def _listed(lists: list[str]) -> Iterator[str]:
    """The lines of some of the lists, each under a heading, and how to go on."""
    for heading, found in _sections(lists):
        yield f"{heading}:"
        yield from (f"  {name:32} {title}" for name, title in found.items())
        yield ""
    yield "crossdock docs NAME shows one of them, or a key of a ruleset, as orders.bundles."
    yield "To begin with: crossdock docs tutorial"


def _sections(lists: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for one in lists:
        if one == "rules":
            yield from ((f"Rule ids: {topic}", ids) for topic, ids in rules_by_topic().items())
        elif one == "functions":
            yield "Functions", {f"{name}()": says for name, says in functions().items()}
        else:
            yield one.capitalize(), titles_of(one)


def _titles(one: str) -> dict[str, str]:
    return functions() if one == "functions" else titles_of(one)


def _also(found: list[Page]) -> str:
    """The last line, where the name means other pages too."""
    others = ", ".join(f"crossdock docs {page.kind}:{page.name}" for page in found[1:])
    return f"\nThere is also: {others}\n" if others else ""


def _say(text: str, value: dict[str, object], form: str) -> int:
    if form == "json":
        click.echo(json.dumps({"format_version": 1, **value}, ensure_ascii=False))
    else:
        click.echo(text, nl=False)
    return 0
