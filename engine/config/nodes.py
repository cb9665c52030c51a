"""The tree of a YAML text, every node with its place. Frozen; made by `engine.config.document`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from engine.diagnostics import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarNode:
    """A text, number, boolean or null. `text` is what was written, `value` what it means."""

    value: str | int | float | bool | None
    text: str
    place: Place
    quoted: bool = False

    @property
    def inner(self) -> Place:
        """Where the text itself starts: behind the quote, for carets inside of an expression.

        The place of the whole scalar where escapes or line breaks make the columns differ.
        """
        if not self.quoted or self.place.length != len(self.text) + 2:
            return self.place
        return replace(self.place, column=self.place.column + 1, length=max(1, len(self.text)))

    def plain(self) -> str | int | float | bool | None:
        """The value as Python has it."""
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place

    def plain(self) -> list[Any]:
        """The list of the items' plain values."""
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value of a map and the place of its key."""

    key_place: Place
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNode:
    """A map in the order of its keys, which are always text."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    place: Place

    def get(self, key: str) -> Node | None:
        """The value under a key, or None."""
        entry = self.entries.get(key)
        return entry.node if entry else None

    def plain(self) -> dict[str, Any]:
        """The dict of the values' plain values."""
        return {key: entry.node.plain() for key, entry in self.entries.items()}


Node: TypeAlias = ScalarNode | ListNode | MapNode
Path: TypeAlias = Sequence[str | int]


def child(node: Node | None, step: str | int) -> Node | None:
    """The value under a key or at an index; None where there is none."""
    if isinstance(node, MapNode) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def find(node: Node | None, path: Path) -> Node | None:
    """The node at a path from here, or None."""
    for step in path:
        node = child(node, step)
    return node


def key_place(node: Node, path: Path) -> Place:
    """The place of the key that holds the node at this path; the node's own in a list or on top."""
    parent = find(node, path[:-1]) if path else None
    if isinstance(parent, MapNode) and path[-1] in parent.entries:
        return parent.entries[str(path[-1])].key_place
    found = find(node, path)
    return (found or node).place


def entries(node: Node | None, *path: str) -> Iterator[tuple[str, Entry]]:
    """The entries of the map at a path; nothing where there is no map."""
    found = find(node, path)
    if isinstance(found, MapNode):
        yield from found.entries.items()


def scalars(node: Node | None, *path: str) -> Iterator[ScalarNode]:
    """The scalars of the list at a path, or the one scalar that stands there."""
    found = find(node, path)
    listed = found.items if isinstance(found, ListNode) else (found,)
    yield from (item for item in listed if isinstance(item, ScalarNode))


def text_of(node: Node | None) -> str | None:
    """The text of a scalar that is a text, else None."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return node.value
    return None


def plain_at(node: Node | None, *path: str) -> Any:
    """The plain value at a path, or None."""
    found = find(node, path)
    return found.plain() if found is not None else None


def leaves(node: Node) -> Iterator[ScalarNode]:
    """Every scalar in a node, itself if it is one."""
    if isinstance(node, ScalarNode):
        yield node
        return
    nodes = node.items if isinstance(node, ListNode) else [e.node for e in node.entries.values()]
    for below in nodes:
        yield from leaves(below)
