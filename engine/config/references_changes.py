"""What of `orders.changes` can't be done: nobody deletes an order that the warehouse has locked."""

from __future__ import annotations

from collections.abc import Iterator

from engine.config.nodes import MapNode, Node, ScalarNode, entries, text_of
from engine.diagnostics import Diagnostic
from engine.model.rules_changes import LOCKED

DELETING = frozenset({"recreate", "delete"})


def recreated_where_locked(tree: Node) -> Iterator[Diagnostic]:
    """Every place in the table where a locked order would have to be deleted."""
    for name, entry in entries(tree, "orders", "changes"):
        for state, node in _cells(entry.node):
            if text_of(node) in DELETING and (state is None or state in LOCKED):
                yield _locked(name, state, node)


def _cells(row: Node) -> Iterator[tuple[str | None, Node]]:
    """State -> action; of one action for all of them the state is None."""
    if isinstance(row, ScalarNode):
        yield None, row
    elif isinstance(row, MapNode):
        yield from ((state, entry.node) for state, entry in row.entries.items())


def _locked(name: str, state: str | None, node: Node) -> Diagnostic:
    action = text_of(node)
    where = "every state, locked ones too" if state is None else f"the state {state}"
    return Diagnostic(
        id="recreate-locked",
        message=f"orders.changes.{name} would {action} an order in {where}",
        place=node.place,
        help=f"the warehouse refuses that: write {{hold: {action}, available: {action}}}"
        if name != "default"
        else "take another default, and write recreate for the states hold and available of a kind",
    )
