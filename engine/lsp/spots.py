"""What stands at a place of a ruleset, and where it is defined: pure, over trees with places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.config.layers import Layers
from engine.config.nodes import ListNode, MapNode, Node, ScalarNode, find, key_place
from engine.diagnostics import Place

NAMED = {
    ("orders", "only", "profile"): "profiles",
    ("orders", "only", "dc"): "links",
    ("items", "owner"): "profiles",
}
"""Lists whose texts are names of another section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A key or a value of a file: its path from the top, its place, and the scalar itself."""

    path: tuple[str | int, ...]
    place: Place
    scalar: ScalarNode | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The path without the indices of lists."""
        return tuple(step for step in self.path if isinstance(step, str))


def spot_at(tree: Node, line: int, column: int) -> Spot | None:
    """The key or scalar at a line and column, both from 1; None between them."""
    return next((spot for spot in _spots(tree, ()) if _covers(spot.place, line, column)), None)


def _spots(node: Node, path: tuple[str | int, ...]) -> Iterator[Spot]:
    if isinstance(node, ScalarNode):
        yield Spot(path=path, place=node.place, scalar=node)
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from _spots(item, (*path, index))
    else:
        for key, entry in node.entries.items():
            yield Spot(path=(*path, key), place=entry.key_place)
            yield from _spots(entry.node, (*path, key))


def _covers(place: Place, line: int, column: int) -> bool:
    return place.line == line and place.column <= column <= place.column + place.length


def defined_at(spot: Spot, file: str, layers: Layers) -> Place | None:
    """Where the thing at a spot is defined: the table or the section that a name is of, or what a
    key stands over in a base. None for what is defined nowhere else. `extends` and a site profile
    are whole files: see `file_of`.
    """
    target = _named(spot)
    if target is not None and layers.tree is not None and find(layers.tree, target) is not None:
        return key_place(layers.tree, target)
    lower = [tree for tree in layers.documents if tree.place.file != file]
    return _over(spot.path, lower)


def file_of(spot: Spot) -> tuple[str, str] | None:
    """`("base", name)` or `("profile", name)` where a spot names a whole file."""
    name = spot.scalar.value if spot.scalar is not None else None
    if not isinstance(name, str):
        return None
    if spot.path == ("extends",):
        return "base", name
    if spot.path[:1] == ("connections",) and spot.path[2:] == ("profile",):
        return "profile", name
    return None


def _named(spot: Spot) -> tuple[str, str] | None:
    """The path of what a text is the name of."""
    name = spot.scalar.value if spot.scalar is not None else None
    if not isinstance(name, str):
        return None
    if spot.keys[-1:] == ("lookup",):
        return "tables", name
    if spot.keys[:1] == ("links",) and spot.keys[-1:] == ("stock",):
        return "profiles", name
    section = NAMED.get(spot.keys[:3])
    return (section, name) if section is not None else None


def _over(path: Sequence[str | int], lower: Sequence[Node]) -> Place | None:
    """The key of the nearest base at this path."""
    for tree in lower:
        if isinstance(tree, MapNode) and find(tree, path) is not None:
            return key_place(tree, path)
    return None
