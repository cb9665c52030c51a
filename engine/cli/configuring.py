"""`config`: the effective ruleset, each value with where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from engine import adapters
from engine.cli.context import Session, format_option, pass_session, show_diagnostics
from engine.compiler.listing import Listed, below, listing
from engine.config.library import nearest
from engine.config.load import load_with_origins
from engine.config.nodes import Node, entries, find, text_of
from engine.config.origins import Setting, settings
from engine.diagnostics import has_errors
from engine.errors import ConfigurationError
from engine.report.code_text import show_code
from engine.report.config_text import setting_json, show_settings
from engine.report.screen import Screen


@click.command()
@click.argument("customer")
@click.argument("path", required=False)
@click.option("--detail", is_flag=True, help="Show what each value stands over, too.")
@click.option(
    "--compiled", is_flag=True, help="Show the code that conditions and mapped values become."
)
@format_option
@pass_session
def config(
    session: Session,
    customer: str,
    path: str | None,
    form: str,
    *,
    detail: bool,
    compiled: bool,
) -> int:
    """Show the effective ruleset: all that is said, by whom, and what the engine adds.

    PATH is a part of it, as orders.map.notes or links.east. Each value has the file and line where
    it was written; default is what holds where nothing is said. References to secrets stay
    references.

    Exits 0, or 1 where the ruleset has errors: then they are told, and what can be read is shown.
    """
    if compiled:
        return _show_code(session, customer, path, form)
    session.names(customer)
    workspace = session.workspace()
    loaded = load_with_origins(customer, workspace)
    show_diagnostics(loaded.diagnostics)
    every = settings(customer, workspace, loaded, _of_adapters(loaded.tree))
    found = _chosen(every, path, customer)
    if form == "json":
        click.echo(_as_json(customer, path, found))
    else:
        show_settings(Screen(), found, detail=detail or [one.name for one in found] == [path])
    return int(has_errors(loaded.diagnostics))


def _show_code(session: Session, name: str, path: str | None, form: str) -> int:
    """Prints the generated code at a path; raises ConfigurationError where there is none."""
    customer = session.customer(name)
    every = listing(customer.compiled, customer.items, customer.stock)
    found = below(every, path)
    if not found and path is not None:
        raise ConfigurationError(
            f"the ruleset of {name} has no expression at {path}",
            f"Show all of the code with: crossdock config {name} --compiled",
        )
    if form == "json":
        click.echo(_code_as_json(name, path, found))
    else:
        show_code(Screen(), [(one.key, one.code) for one in found])
    return 0


def _code_as_json(customer: str, path: str | None, found: list[Listed]) -> str:
    value = {
        "format_version": 1,
        "customer": customer,
        "path": path,
        "functions": [{"key": one.key, "code": one.code} for one in found],
    }
    return json.dumps(value, ensure_ascii=False)


def _of_adapters(tree: Node | None) -> dict[str, Mapping[str, object]]:
    """What each connection's adapter takes where nothing is said; nothing of unknown adapters."""
    found: dict[str, Mapping[str, object]] = {}
    for name, entry in entries(tree, "connections"):
        adapter = text_of(find(entry.node, ["adapter"]))
        if adapter in adapters.names():
            found[name] = adapters.find(adapter).defaults
    return found


def _chosen(found: list[Setting], path: str | None, customer: str) -> list[Setting]:
    """Those at a path and below it; raises ConfigurationError where there are none."""
    if path is None:
        return found
    chosen = [one for one in found if f"{one.name}.".startswith(f"{path}.")]
    if not chosen:
        raise ConfigurationError(
            f"nothing is said of {path} in the ruleset of {customer}, and it has no default",
            _advice(found, path, customer),
        )
    return chosen


def _advice(found: list[Setting], path: str, customer: str) -> str:
    """The path that was most likely meant: one with the same end, or one that is spelled alike."""
    known = list(dict.fromkeys(name for one in found for name in _paths(one)))
    meant = next((name for name in known if name.endswith(f".{path}")), None)
    meant = meant or nearest(path, known)
    if meant is not None:
        return f"Did you mean {meant}? Show it with: crossdock config {customer} {meant}"
    return f"Show all of it with: crossdock config {customer}"


def _paths(setting: Setting) -> list[str]:
    """The setting's own and those of the maps around it."""
    return [".".join(setting.path[:length]) for length in range(1, len(setting.path) + 1)]


def _as_json(customer: str, path: str | None, found: list[Setting]) -> str:
    value = {
        "format_version": 1,
        "customer": customer,
        "path": path,
        "settings": [setting_json(one) for one in found],
    }
    return json.dumps(value, ensure_ascii=False)
