"""`docs ID`: what a rule id means."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from engine.cli.context import Session, pass_session
from engine.errors import ConfigurationError
from engine.shipped import shipped


@click.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@pass_session
def docs(_: Session, rule_id: str | None) -> int:
    """Explain a rule id, with a bad and a good example. Without an ID: all of them."""
    pages = {path.stem: path for path in sorted((shipped("docs") / "rules").glob("*.md"))}
    if rule_id is None:
        for name, path in pages.items():
            click.echo(f"{name:32} {_title(path)}")
        return 0
    page = pages.get(rule_id) or pages.get(_family(rule_id, pages))
    if page is None:
        near = get_close_matches(rule_id, list(pages), n=1)
        advice = f"Did you mean {near[0]}?" if near else "`crossdock docs` lists all ids."
        raise ConfigurationError(f"there is no rule id {rule_id}", advice)
    click.echo(page.read_text(encoding="utf-8"), nl=False)
    return 0


def _family(rule_id: str, pages: dict[str, Path]) -> str:
    """Decisions cite `orders.skip.local-pickup`; the page of all of them is `orders.skip`."""
    while rule_id and rule_id not in pages:
        rule_id = rule_id.rpartition(".")[0]
    return rule_id


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ").strip()
