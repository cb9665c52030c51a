"""What the engine takes where a ruleset says nothing, in the words of the ruleset.

The builders fill these in; a test builds each ruleset with and without them and compares.
What is merely off or empty where it is left out is not listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.config.nodes import MapNode, Node, ScalarNode, entries, find
from engine.model.rules_changes import KINDS, STATES

Path = tuple[str, ...]

Connections = Mapping[str, Mapping[str, object]]
NOBODYS: Connections = {}

DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "": {"timezone": "UTC", "retention": "30d"},
    "orders": {
        "overlap": "5m",
        "sweep": "1d",
        "cancelled": "subtract",
        "lines.bad": "hold",
        "unallocated": "hold",
        "bundles.default": "split",
        "items.check": "read",
        "acknowledge": "export",
    },
    "orders.changes": {
        "default": "report",
        "absent": "resubmit-when-touched",
        "cancelled-when": ["Canceled"],
    },
    "shipments": {
        "at": "packing",
        "level": "line",
        "no-carrier": "send",
        "shipped": ["Complete", "InTransit"],
        "cancelled": ["Canceled"],
        "overlap": "1h",
        "catch-up": "1d",
    },
    "shipments.tracking": {"wait": "30m", "then": "send"},
    "stock": {
        "put": "delta",
        "pull": "delta",
        "count": "delta",
        "moves": "pair",
        "set.quantity": "on-hand",
        "set.type": "UnShipped",
        "net": True,
        "doubt": "person",
    },
    "items": {
        "overlap": "5m",
        "parents": "skip",
        "children": "send",
        "bundles": "skip",
        "write": "patch",
    },
    "tables.*": {"missing": "hold"},
}
"""A section -> what holds in it where it is there; `*` stands for every name."""

_CHANGES = ("orders", "changes")
_OF_KIND = {"blanked": "ignore", "cancelled": "report"}
"""The rows of the table that `orders.changes.default` does not speak of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """A value that stands nowhere; `source` is the key that says so, if one does."""

    path: Path
    value: object
    source: Path | None = None


def defaults(tree: Node, connections: Connections = NOBODYS) -> Iterator[Default]:
    """What the merged tree leaves to the engine, section by section.

    `connections` is what the adapters take: connection -> path of a setting -> value.
    """
    for name, members in connections.items():
        found = ((("connections", name, *path.split(".")), members[path]) for path in members)
        yield from (Default(path=p, value=v) for p, v in found if _is_free(tree, p))
    for section, members in DEFAULTS.items():
        for path in _there(tree, tuple(section.split(".")) if section else ()):
            for name, value in members.items():
                whole = (*path, *name.split("."))
                if _is_free(tree, whole):
                    yield Default(path=whole, value=value)
    if isinstance(find(tree, _CHANGES), MapNode):
        yield from _of_changes(tree)


def _is_free(tree: Node, path: Path) -> bool:
    """Whether nothing stands at a path, nor anything but maps on the way to it."""
    node: Node | None = tree
    for step in path:
        if node is None:
            return True
        if not isinstance(node, MapNode):
            return False
        node = node.get(step)
    return node is None


def _there(tree: Node, pattern: Path) -> Iterator[Path]:
    """The maps of the tree that a pattern names."""
    if "*" not in pattern:
        if isinstance(find(tree, pattern), MapNode):
            yield pattern
        return
    above = pattern[: pattern.index("*")]
    for name, entry in entries(tree, *above):
        if isinstance(entry.node, MapNode):
            yield (*above, name)


def _of_changes(tree: Node) -> Iterator[Default]:
    """The table of changes is total: what it leaves out has an action all the same."""
    said = find(tree, (*_CHANGES, "default"))
    source = (*_CHANGES, "default") if isinstance(said, ScalarNode) else None
    default = said.text if isinstance(said, ScalarNode) else "report"
    for kind in (*KINDS, "cancelled"):
        own = _OF_KIND.get(kind)
        value, because = (own, None) if own else (default, source)
        given = find(tree, (*_CHANGES, kind))
        if given is None:
            yield Default(path=(*_CHANGES, kind), value=value, source=because)
        elif isinstance(given, MapNode):
            left = [state for state in STATES if state not in given.entries]
            yield from (
                Default(path=(*_CHANGES, kind, state), value=value, source=because)
                for state in left
            )
