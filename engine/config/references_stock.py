"""What the `stock` section needs of the other sections.

Works on any tree, also one that the schema refuses: what has the wrong shape is passed over here.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.config.nodes import Node, entries, find, scalars
from engine.config.scalars import quoted
from engine.diagnostics import Diagnostic


def check_stock(tree: Node) -> Iterator[Diagnostic]:
    """Links that do not say whose products they are told to, and one field for two profiles."""
    if find(tree, ["stock"]) is None:
        return
    yield from _profiles(tree)
    yield from _field(tree)


def _profiles(tree: Node) -> Iterator[Diagnostic]:
    for name, entry in entries(tree, "links"):
        if find(entry.node, ["stock"]) is None:
            yield Diagnostic(
                id="stock-no-profile",
                message=f"link {quoted(name)} does not say which profile is told its stock",
                place=entry.key_place,
                expected="a profile under the link's key 'stock'",
                help="profiles that share their quantities are told once: name one of them",
            )


def _field(tree: Node) -> Iterator[Diagnostic]:
    field = find(tree, ["stock", "product", "field"])
    told = {
        one.text
        for name, _ in entries(tree, "links")
        for one in scalars(tree, "links", name, "stock")
    }
    if field is not None and len(told) > 1:
        yield Diagnostic(
            id="stock-one-field",
            message="one field of an item cannot hold its products of two profiles",
            place=field.place,
            found=f"links to {', '.join(sorted(told))}",
            help="leave product out: products are found by what was written as items, or by SKU",
        )
