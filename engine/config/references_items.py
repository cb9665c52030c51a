"""What must agree inside of the `items` section: an item's member has one source."""

from __future__ import annotations

from collections.abc import Iterator

from engine.config.nodes import Node, entries, find, text_of
from engine.config.scalars import quoted
from engine.diagnostics import Diagnostic, Note


def one_source(tree: Node) -> Iterator[Diagnostic]:
    """The member for the product id, where something else is mapped to it as well."""
    node = find(tree, ["items", "product-id"])
    member = text_of(node)
    mapped = dict(entries(tree, "items", "map"))
    if node is not None and member in mapped:
        yield Diagnostic(
            id="member-twice",
            message=f"{quoted(member)} holds the product id, and something is mapped to it too",
            place=mapped[member].key_place,
            help="map it to another member, or name another one in items.product-id",
            note=Note(message="the product id goes there", place=node.place),
        )
