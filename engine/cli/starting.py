"""`init`: a commented ruleset and a folder for its cases."""

from __future__ import annotations

import json
from pathlib import Path

import click

from engine.cli.context import Session, format_option, pass_session
from engine.config.library import is_safe
from engine.errors import ConfigurationError
from engine.shipped import shipped

FOR_EDITORS = "Written by crossdock init, for editors; crossdock goes by the schema it came with."


@click.command()
@click.argument("customer")
@format_option
@pass_session
def init(session: Session, customer: str, form: str) -> int:
    """Write a commented ruleset for a new customer, valid as it is, to be filled in, and a case."""
    if not is_safe(customer) or "/" in customer:
        raise ConfigurationError(
            f'"{customer}" is no name for a customer', "Use letters, digits, - and _."
        )
    folder = session.root / "rulesets" / customer
    if folder.exists() or folder.with_suffix(".yaml").exists():
        raise ConfigurationError(f"there is a ruleset {customer} already", "Nothing was changed.")
    for name in ("ruleset", "site-profile", "case"):
        _write_schema(session.root / "schemas" / f"{name}.schema.json")
    (folder / "cases").mkdir(parents=True)
    written = folder / "ruleset.yaml"
    _write_starter("starter.yaml.txt", written, customer)
    _write_starter("starter-case.yaml.txt", folder / "cases" / "example.yaml", customer)
    if form == "json":
        click.echo(json.dumps({"format_version": 1, "written": str(written)}, ensure_ascii=False))
    else:
        click.echo(f"{written} is written. Next: crossdock validate {customer}")
    return 0


def _write_starter(template: str, target: Path, customer: str) -> None:
    text = (shipped("mappings") / template).read_text(encoding="utf-8")
    target.write_text(text.replace("CUSTOMER", customer), encoding="utf-8")


def _write_schema(target: Path) -> None:
    """Writes or refreshes the editor's copy; a file that is not such a copy is left alone."""
    if target.exists() and FOR_EDITORS not in target.read_text(encoding="utf-8"):
        return
    own = (shipped("schemas") / target.name).read_text(encoding="utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    comment = json.dumps({"$comment": FOR_EDITORS})[:-1]
    target.write_text(own.replace("{", f"{comment},", 1), encoding="utf-8")
