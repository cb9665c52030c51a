"""What an expression certainly reads of its scope, and the names in it that no scope has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.compiler.syntax_tree import Node, children

Path: TypeAlias = tuple[str, ...]

_LITERAL_WORDS = frozenset(["null", "true", "false"])


@dataclass(slots=True)
class Reading:
    """What was found on the way through one tree.

    `paths` lead from the root to all that is read below them; `strangers` are fields of the root
    that are not among its members; `bare` are the words `null`, `true` and `false` as fields.
    """

    paths: set[Path] = field(default_factory=set)
    strangers: list[Node] = field(default_factory=list)
    bare: list[Node] = field(default_factory=list)


def read_tree(tree: Node, roots: frozenset[str]) -> Reading:
    """Walks a tree within `MAX_DEPTH` that is searched in a scope with these members."""
    reader = _Reader(roots)
    reader.consume(tree, ())
    return reader.reading


def shortest(paths: Iterable[Path]) -> frozenset[Path]:
    """The paths without those that lie below another one of them."""
    kept = set(paths)
    return frozenset(
        path for path in kept if not any(path[:stop] in kept for stop in range(len(path)))
    )


class _Reader:
    """Follows paths: a position is the path of a value in the scope, or None for one that is no
    longer part of it (an element of a list, a computed value): whatever it came from was noted.
    """

    def __init__(self, roots: frozenset[str]) -> None:
        self.roots = roots
        self.reading = Reading()

    def consume(self, node: Node, at: Path | None) -> None:
        """Follows a node whose whole value is used."""
        self._note(self.follow(node, at))

    def follow(self, node: Node, at: Path | None) -> Path | None:
        """Gives the position of the node's value when it is searched at `at`."""
        kind = node["type"]
        if kind == "field":
            return self._field(node, at)
        if kind in ("current", "identity"):
            return at
        if kind == "pipe":
            left, right = children(node)
            return self.follow(right, self.follow(left, at))
        if kind == "subexpression":
            return self._steps(node, at)
        self._computed(node, at)
        return None

    def _steps(self, node: Node, at: Path | None) -> Path | None:
        """`a.b.c`: the first name is looked up here, each other one in what came before."""
        first, *rest = children(node)
        position = self.follow(first, at)
        for step in rest:
            if step["type"] == "field":
                position = None if position is None else (*position, step["value"])
            else:
                position = self.follow(step, position)
        return position

    def _field(self, node: Node, at: Path | None) -> Path | None:
        name = node["value"]
        if at == () and name in self.roots:
            return (name,)
        if name in _LITERAL_WORDS and not node.get("quoted"):
            self.reading.bare.append(node)
            return None
        if at == ():
            self.reading.strangers.append(node)
            return None
        return None if at is None else (*at, name)

    def _computed(self, node: Node, at: Path | None) -> None:
        below = children(node)
        if node["type"].endswith("projection") or node["type"] in ("flatten", "index_expression"):
            base, *rest = below
            self.consume(base, at)
            for part in rest:
                self.consume(part, None)
            return
        inner = None if node["type"] == "expref" else at
        for child in below:
            self.consume(child, inner)

    def _note(self, path: Path | None) -> None:
        if path is not None:
            self.reading.paths |= {path} if path else {(root,) for root in self.roots}
