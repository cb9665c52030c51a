"""What a predicate says of each member that it reads, where that can be told exactly.

Understood are comparisons of a member with a literal, `contains`, `starts_with` and `ends_with`
with a literal, a member alone, `coalesce` of a member and literals, `lower`, `upper` and `trim` of
a member, and all of it under `&&`, `||` and `!`. Whether such a predicate is true
depends on nothing but which of finitely many kinds of value each member has;
`engine.consistency.candidates` makes one of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.compiler.syntax_tree import Node, children

Path: TypeAlias = tuple[str, ...]

_LOGIC = frozenset(["and_expression", "or_expression", "not_expression"])
SHAPING = frozenset(["lower", "upper", "trim"])
_EQUALITY = frozenset(["eq", "ne"])


class UnclearError(ValueError):
    """A predicate says something that is not decided here; the text says what."""


@dataclass(slots=True)
class Mentions:
    """What is said of one member.

    `literals` are what it is compared with, `parts` what it is asked to contain, `cuts` the numbers
    and texts that it is ordered by. `alone`: it stands for true or false itself. `shaped`: it is
    made lower case, upper case or trimmed before.
    """

    literals: list[Any] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    suffixes: list[str] = field(default_factory=list)
    cuts: list[Any] = field(default_factory=list)
    alone: bool = False
    shaped: bool = False

    def texts(self) -> list[str]:
        """Every text among them."""
        every = [*self.literals, *self.parts, *self.prefixes, *self.suffixes, *self.cuts]
        flat = [one for value in every for one in (value if isinstance(value, list) else [value])]
        return [one for one in flat if isinstance(one, str)]

    def add(self, other: Mentions) -> None:
        """Takes in what is said elsewhere of the same member."""
        self.literals += other.literals
        self.parts += other.parts
        self.prefixes += other.prefixes
        self.suffixes += other.suffixes
        self.cuts += other.cuts
        self.alone = self.alone or other.alone
        self.shaped = self.shaped or other.shaped


def mentions_of(tree: Node) -> dict[Path, Mentions]:
    """Member -> what the predicate of this tree says of it; raises UnclearError."""
    reader = _Reader()
    reader.truth(tree)
    return reader.found


class _Reader:
    """Walks a tree and notes what is said of whom."""

    def __init__(self) -> None:
        self.found: dict[Path, Mentions] = {}

    def truth(self, node: Node) -> None:
        """A node of which only truth matters."""
        kind = node["type"]
        if kind in _LOGIC:
            for child in children(node):
                self.truth(child)
        elif kind == "comparator":
            self._comparison(node)
        elif kind == "function_expression" and node["value"] != "coalesce":
            self._call(node)
        elif kind != "literal":
            self._member(node).alone = True

    def _comparison(self, node: Node) -> None:
        left, right = children(node)
        member, literal = (right, left) if _is_literal(left) else (left, right)
        value, noted = _literal(literal), self._member(member)
        if node["value"] in _EQUALITY:
            noted.literals.append(value)
        elif isinstance(value, bool) or not isinstance(value, str | int | float):
            raise UnclearError("orders by what is no number")
        else:
            noted.cuts.append(value)

    def _call(self, node: Node) -> None:
        name, given = node["value"], children(node)
        if name == "contains" and _is_literal(given[0]):
            self._one_of(given[0], given[1])
        elif name == "contains":
            self._member(given[0]).parts.append(_literal(given[1]))
        elif name in ("starts_with", "ends_with"):
            noted, text = self._member(given[0]), _literal(given[1])
            if not isinstance(text, str):
                raise UnclearError(f"gives {name}() no text")
            (noted.prefixes if name == "starts_with" else noted.suffixes).append(text)
        else:
            raise UnclearError(f"uses {name}()")

    def _one_of(self, listed: Node, member: Node) -> None:
        """`contains(['a', 'b'], member)`."""
        values = _literal(listed)
        if not isinstance(values, list):
            raise UnclearError("looks for a member in a text")
        self._member(member).literals += values

    def _member(self, node: Node) -> Mentions:
        """What is noted of a member: `a.b`, `coalesce(a.b, literal)`, or `lower(a.b)`."""
        name = node["value"] if node["type"] == "function_expression" else None
        if name == "coalesce" or name in SHAPING:
            first, *rest = children(node)
            noted = self._member(first)
            noted.literals += [_literal(one) for one in rest]
            noted.shaped = noted.shaped or name in SHAPING
            return noted
        return self.found.setdefault(_path(node), Mentions())


def _path(node: Node) -> Path:
    steps = children(node) if node["type"] == "subexpression" else [node]
    if any(step["type"] != "field" for step in steps):
        raise UnclearError(_what(steps))
    return tuple(step["value"] for step in steps)


def _what(steps: list[Node]) -> str:
    """What stands where a member's name was expected."""
    odd = next(step for step in steps if step["type"] != "field")
    if odd["type"] == "function_expression":
        return f"uses {odd['value']}()"
    if odd["type"] == "literal":
        return "compares two literals"
    return "computes a value" if odd["type"].startswith("multi_select") else "looks into a list"


def _is_literal(node: Node) -> bool:
    return node["type"] == "literal" or (
        node["type"] == "multi_select_list" and all(map(_is_literal, children(node)))
    )


def _literal(node: Node) -> Any:
    if not _is_literal(node):
        raise UnclearError("compares two members")
    if node["type"] == "multi_select_list":
        return [_literal(child) for child in children(node)]
    return node["value"]
