"""The effective ruleset, value by value, each with where it comes from and what it stands over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.config.defaults import NOBODYS, Connections, Default, defaults
from engine.config.layers import read_layers
from engine.config.library import Library
from engine.config.load import Loaded
from engine.config.merge import merge
from engine.config.nodes import (
    ListNode,
    MapNode,
    Node,
    Path,
    ScalarNode,
    child,
    entries,
    find,
)
from engine.diagnostics import Place, has_errors

Kind = Literal["overlay", "base", "default"]
Step = str | int
CONNECTIONS = "connections"
MASKED = "***"
"""What is shown of a text that could be a secret and stands there literally."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value was written: in the customer's own file (overlay) or in a base.

    A default stands nowhere: then `place` is None. `source` is the key that a default follows.
    """

    kind: Kind
    place: Place | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A plain value and where it was written; an element of a list, or what was overridden."""

    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A scalar, a list or an empty map of the effective ruleset.

    `overrode` is what it stands over, the nearest first. `gone`: an overlay took it out, and
    `value` is None. `items` are the elements of a list, each with its own origin.
    """

    path: tuple[str, ...]
    value: Any
    origin: Origin
    items: tuple[Written, ...] = ()
    overrode: tuple[Written, ...] = ()
    gone: bool = False

    @property
    def name(self) -> str:
        """The path as one writes it: `orders.map.notes`."""
        return ".".join(self.path)


def settings(
    customer: str, library: Library, loaded: Loaded, connections: Connections = NOBODYS
) -> list[Setting]:
    """All of a customer's settings in the order of the merged tree, defaults behind what is said.

    `loaded` is what `load_with_origins` gave for the same customer: its problems say what of the
    files could not be read; the rest is told all the same. Literal secrets are starred out.
    `connections` is what the adapters take where a connection leaves a setting out.
    """
    top = library.ruleset(customer)
    if top is None:
        return []
    layers = read_layers(top, library.base, library.names("bases"))
    if not layers.documents:
        return []
    lowest_first = list(reversed(layers.documents))
    hidden = loaded.hidden - _addresses(lowest_first, loaded)
    view = _View(own=top.file, hidden=hidden, layers=lowest_first, trees=_cumulated(lowest_first))
    silent = defaults(view.trees[-1], connections)
    return _ordered([*view.settings(), *view.gone(), *map(_of_default, silent)])


def _addresses(layers: Sequence[Node], loaded: Loaded) -> frozenset[Place]:
    """Where addresses of systems stand: in a ruleset without errors they hold no password."""
    if has_errors(loaded.diagnostics):
        return frozenset()
    found = (find(entry.node, ["url"]) for one in layers for _, entry in entries(one, CONNECTIONS))
    return frozenset(node.place for node in found if node is not None)


def _cumulated(layers: Sequence[Node]) -> list[Node]:
    """The merged tree after each layer."""
    trees: list[Node] = []
    for layer in layers:
        below = trees[-1] if trees else MapNode(place=layer.place)
        trees.append(merge(below, _without_extends(layer)).node)
    return trees


def _without_extends(layer: Node) -> Node:
    if not isinstance(layer, MapNode):
        return layer
    kept = {key: entry for key, entry in layer.entries.items() if key != "extends"}
    return replace(layer, entries=kept)


def _of_default(default: Default) -> Setting:
    origin = Origin(kind="default", source=".".join(default.source or ()))
    items: tuple[Written, ...] = ()
    if isinstance(default.value, list):
        items = tuple(Written(value=one, origin=origin) for one in default.value)
    return Setting(path=default.path, value=default.value, origin=origin, items=items)


def _ordered(found: list[Setting]) -> list[Setting]:
    """Each beside those of its own map, in the order in which the maps were met."""
    ranks: dict[tuple[str, ...], int] = {}
    for setting in found:
        for length in range(1, len(setting.path) + 1):
            ranks.setdefault(setting.path[:length], len(ranks))

    def rank(setting: Setting) -> list[int]:
        return [ranks[setting.path[:n]] for n in range(1, len(setting.path) + 1)]

    return sorted(found, key=rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One customer's layers, the lowest first, and the merged tree after each of them.

    `own` is the customer's file.
    """

    own: str
    hidden: frozenset[Place]
    layers: list[Node]
    trees: list[Node]

    def settings(self) -> Iterator[Setting]:
        """What is said somewhere."""
        for path, node in _leaves(self.trees[-1], ()):
            if not path:
                continue
            yield Setting(
                path=path,
                value=self.plain(node),
                origin=self.origin(node.place),
                items=self.items(node),
                overrode=self.overrode(path, node),
            )

    def gone(self) -> Iterator[Setting]:
        """What a layer took out of those below it, and no layer has put back."""
        found: dict[tuple[str, ...], Setting] = {}
        for below, above, layer in zip(self.trees, self.trees[1:], self.layers[1:], strict=False):
            for path, node in _missing(below, above, ()):
                found[path] = Setting(
                    path=path,
                    value=None,
                    origin=self.origin(_taken_out_at(layer, path)),
                    overrode=(self.written(node),),
                    gone=True,
                )
        return (one for path, one in found.items() if find(self.trees[-1], path) is None)

    def overrode(self, path: Path, node: Node) -> tuple[Written, ...]:
        """What stood here, or in the place of a map around it, in the layers below."""
        found: list[Written] = []
        last = node.place
        for tree in reversed(self.trees[:-1]):
            before = _deepest(tree, path)
            if before is not None and before.place != last:
                last = before.place
                found.append(self.written(before))
        return tuple(found)

    def written(self, node: Node) -> Written:
        return Written(value=self.plain(node), origin=self.origin(node.place))

    def items(self, node: Node) -> tuple[Written, ...]:
        return tuple(map(self.written, node.items)) if isinstance(node, ListNode) else ()

    def origin(self, place: Place) -> Origin:
        return Origin(kind="overlay" if place.file == self.own else "base", place=place)

    def plain(self, node: Node) -> Any:
        if isinstance(node, ScalarNode):
            return MASKED if node.place in self.hidden else node.value
        if isinstance(node, ListNode):
            return [self.plain(item) for item in node.items]
        return {key: self.plain(entry.node) for key, entry in node.entries.items()}


def _taken_out_at(layer: Node, path: Path) -> Place:
    """The layer's own null, or the map with which it replaced the one that held the entry."""
    own = find(layer, path)
    return (own or find(layer, path[:-1]) or layer).place


def _leaves(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """The scalars, lists and empty maps below a node."""
    if not isinstance(node, MapNode) or not node.entries:
        yield path, node
        return
    for key, entry in node.entries.items():
        yield from _leaves(entry.node, (*path, key))


def _deepest(tree: Node, path: Path) -> Node | None:
    """What a tree has at a path, or the scalar or list that ends the way there."""
    node: Node | None = tree
    for step in path:
        if not isinstance(node, MapNode):
            return node
        node = child(node, step)
    return node


def _missing(
    below: Node, above: Node | None, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Node]]:
    """The entries of a map that the same map above has no more."""
    if not isinstance(below, MapNode) or not isinstance(above, MapNode):
        return
    for key, entry in below.entries.items():
        kept = above.get(key)
        if kept is None:
            yield (*path, key), entry.node
        else:
            yield from _missing(entry.node, kept, (*path, key))
