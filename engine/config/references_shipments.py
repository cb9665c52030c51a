"""What the `shipments` section must agree with: it goes the way back of `orders`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.config.nodes import Node, entries, find, text_of
from engine.config.scalars import quoted
from engine.diagnostics import Diagnostic, Note

WAYS = (("from", "to"), ("to", "from"))


def way_back(tree: Node) -> Iterator[Diagnostic]:
    """Nothing but what `orders` brought can be found again, so another pair has no shipments."""
    known = [name for name, _ in entries(tree, "connections")]
    for key, other in WAYS:
        given, there = find(tree, ["shipments", key]), find(tree, ["orders", other])
        wanted = text_of(there) if text_of(there) in known else None
        if given is not None and there is not None and wanted and text_of(given) != wanted:
            yield Diagnostic(
                id="not-the-way-back",
                message=f"shipments.{key} is not orders.{other}, which is {quoted(wanted)}",
                place=given.place,
                severity="warning",
                help=f"write {wanted}: shipments go the way back of orders",
                note=Note(message=f"orders.{other} stands here", place=there.place),
            )
