"""A customer ready to work with: the ruleset read, validated and compiled, its adapters found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.adapters import find
from engine.compiler.orders import CompiledOrders, Surroundings, compile_orders
from engine.config.load import Loaded, load_profile, load_with_origins
from engine.credentials import resolve_text
from engine.diagnostics import Diagnostic, has_errors
from engine.model.ruleset import Connection, Ruleset
from engine.ports.systems import Adapter
from engine.workspace import Workspace

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer whose ruleset holds: its rules, and its systems' adapters and settings."""

    ruleset: Ruleset
    compiled: CompiledOrders
    adapters: Mapping[str, Adapter]
    settings: Mapping[str, Settings]


def load_customer(workspace: Workspace, name: str) -> tuple[Customer | None, list[Diagnostic]]:
    """Reads, validates and compiles a ruleset; None when anything in it is an error.

    The expressions are compiled even where the rest is broken, so that all problems come at once.
    """
    loaded = load_with_origins(name, workspace)
    ruleset = loaded.ruleset
    if ruleset is None or ruleset.orders is None:
        return None, [*loaded.diagnostics, *_of_outline(loaded)]
    adapters = {key: find(one.adapter) for key, one in ruleset.connections.items()}
    settings, problems = _all_settings(ruleset, workspace)
    surroundings = _surroundings(ruleset, adapters, settings)
    compiled, mistakes = compile_orders(ruleset, surroundings)
    diagnostics = [*loaded.diagnostics, *loaded.excerpted([*problems, *mistakes])]
    if compiled is None or has_errors(diagnostics):
        return None, diagnostics
    customer = Customer(ruleset=ruleset, compiled=compiled, adapters=adapters, settings=settings)
    return customer, diagnostics


def _of_outline(loaded: Loaded) -> list[Diagnostic]:
    """What the compiler finds in a ruleset that could not be built as a whole."""
    if loaded.outline is None:
        return []
    return loaded.excerpted(compile_orders(loaded.outline, Surroundings())[1])


def _all_settings(
    ruleset: Ruleset, workspace: Workspace
) -> tuple[dict[str, Settings], list[Diagnostic]]:
    found = {
        name: _settings(connection, workspace) for name, connection in ruleset.connections.items()
    }
    problems = [problem for _, several in found.values() for problem in several]
    return {name: settings for name, (settings, _) in found.items()}, problems


def _settings(connection: Connection, workspace: Workspace) -> tuple[Settings, list[Diagnostic]]:
    """A connection's settings with its site profile loaded in the place of its name.

    `workspace` is the folder below which paths among them lie.
    """
    settings = {**connection.settings, "workspace": str(workspace.root)}
    name = settings.get("profile")
    if not isinstance(name, str):
        return settings, []
    profile, problems = load_profile(name, workspace, place=connection.place)
    return {**settings, "profile": profile}, problems


def _surroundings(
    ruleset: Ruleset, adapters: Mapping[str, Adapter], settings: Mapping[str, Settings]
) -> Surroundings:
    """What compiling must know of both systems; of a broken site profile, no targets."""
    orders = ruleset.orders
    if orders is None:
        return Surroundings()
    targets = adapters[orders.sink].targets
    usable = settings[orders.sink].get("profile", True) is not None
    return Surroundings(
        buyer_members=adapters[orders.source].buyer_members,
        targets=targets(settings[orders.sink]) if targets and usable else None,
        letter_case=settings[orders.source].get("letter-case", "exact"),
    )


def on_loopback(customer: Customer) -> bool:
    """Whether every connection of a customer that has a URL is on this machine."""
    urls = [one["url"] for one in customer.settings.values() if "url" in one]
    hosts = [resolve_text(url).partition("://")[2].partition("/")[0] for url in urls]
    names_of_loopback = {"127.0.0.1", "localhost", "[::1]"}
    return all(host.rsplit(":", 1)[0] in names_of_loopback for host in hosts)
