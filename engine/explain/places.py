"""Where a rule, or a row of a table, stands in the files of a ruleset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.config.nodes import MapNode, Node, key_place
from engine.diagnostics import Place

SET_BY = {
    "orders.only.since": ("orders", "since"),
    "orders.links": ("links",),
    "orders.nothing-open": ("orders", "not-open"),
    "orders.lines.bad": ("orders", "lines"),
    "orders.lines.unallocated": ("orders", "unallocated"),
    "orders.lines.cancelled-split": ("orders", "cancelled"),
    "orders.bundles": ("orders", "bundles"),
    "orders.items": ("orders", "items"),
    "orders.number-taken": ("orders", "number"),
    "orders.changes": ("orders", "changes", "default"),
    "shipments.ship": ("shipments", "at"),
    "shipments.cancelled": ("shipments", "cancelled"),
    "shipments.carrier": ("shipments", "carriers"),
    "shipments.no-tracking": ("shipments", "tracking", "then"),
    "shipments.tracking-later": ("shipments", "tracking"),
    "shipments.tracking-wait": ("shipments", "tracking", "wait"),
    "stock.put-back": ("stock", "except-reasons"),
    "stock.pick-beside-set": ("stock", "foreign-picks"),
    "stock.ways.move": ("stock", "moves"),
    "stock.ways.pick": ("stock", "foreign-picks"),
    "items.parent": ("items", "parents"),
    "items.child": ("items", "children"),
    "items.bundle": ("items", "bundles"),
}
"""Rules of the engine's own, or families of them -> the key that says what they do."""


@dataclass(frozen=True, slots=True)
class Places:
    """The merged tree of a ruleset, whose nodes know the file that each of them came from."""

    tree: Node | None = None

    def at(self, *path: str) -> Place | None:
        """The place of the key at a path; None where the ruleset does not have it."""
        node = self.tree
        for step in path:
            node = node.get(step) if isinstance(node, MapNode) else None
        return None if self.tree is None or node is None else key_place(self.tree, path)

    def of_rule(self, rule: str) -> Place | None:
        """The place of what a decision cites, such as `orders.skip.local-pickup` or
        `orders.lookup.ship-method`, or of the key that sets it; None where the engine alone does.
        """
        rest = rule.partition(".")[2]
        if rest.startswith("lookup."):
            return self.at("tables", rest.removeprefix("lookup."))
        path = self._known(rule.split("."))
        if ".".join(path) == rule:
            return self.at(*path)
        by = SET_BY.get(rule) or SET_BY.get(rule.rpartition(".")[0])
        return None if by is None else self.at(*by)

    def _known(self, names: Sequence[str]) -> list[str]:
        """As much of a dotted name as the tree has; a key may have dots of its own."""
        path: list[str] = []
        node = self.tree
        rest = list(names)
        while rest and isinstance(node, MapNode):
            sizes = range(len(rest), 0, -1)
            size = next((n for n in sizes if ".".join(rest[:n]) in node.entries), 0)
            if not size:
                break
            path.append(".".join(rest[:size]))
            node, rest = node.get(path[-1]), rest[size:]
        return path
