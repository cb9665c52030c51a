"""Rows and cells of `orders.changes` that nothing ever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.compiler.orders import CompiledOrders
from engine.config.nodes import Entry, Node, entries, text_of
from engine.diagnostics import Diagnostic
from engine.flows.changes_content import ADDRESS, METHOD

UNHELD = frozenset({"hold", "complete"})
"""States in which an order can't be put on hold."""


def check_changes(compiled: CompiledOrders, tree: Node | None) -> Iterator[Diagnostic]:
    """Kinds of change that can't come about, and actions that can't be done in their state."""
    for kind, entry in entries(tree, "orders", "changes"):
        asked = _REASONS.get(kind)
        reason = asked(compiled) if asked is not None else None
        if reason is not None:
            yield _useless(f"orders.changes.{kind} never happens: {reason}", entry, "take it out")
        yield from _cells(kind, entry)


def _cells(kind: str, row: Entry) -> Iterator[Diagnostic]:
    for state, entry in entries(row.node):
        if state in UNHELD and text_of(entry.node) == "wos-hold":
            held = "is on hold already" if state == "hold" else "is picked"
            message = f"orders.changes.{kind}.{state} cannot put on hold an order that {held}"
            yield _useless(message, entry, "a person is told instead: write report")


def _useless(message: str, entry: Entry, advice: str) -> Diagnostic:
    return Diagnostic(
        id="change-without-effect",
        message=message,
        place=entry.key_place,
        severity="warning",
        help=advice,
    )


def _targets(compiled: CompiledOrders) -> list[str]:
    return [field.rule.target for field in compiled.fields]


def _address(compiled: CompiledOrders) -> str | None:
    some = any(name.startswith(ADDRESS) for name in _targets(compiled))
    return None if some else "no member of shipTo is mapped"


def _method(compiled: CompiledOrders) -> str | None:
    some = any(
        name.startswith(METHOD) and not name.startswith(ADDRESS) for name in _targets(compiled)
    )
    return None if some else "no member of how it is shipped is mapped"


def _display(compiled: CompiledOrders) -> str | None:
    shown = any(not name.startswith(METHOD) for name in _targets(compiled))
    return None if shown or compiled.wos_hold else "no member that is only shown is mapped"


_REASONS: Mapping[str, Callable[[CompiledOrders], str | None]] = {
    "address": _address,
    "blanked": _address,
    "shipping-method": _method,
    "display": _display,
}
