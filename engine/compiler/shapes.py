"""Shapes: what is known of a value before there is one. Made of the schemas of the records.

A shape says more than a kind: which members an object has, of what a list is, which words a text
may be. What is not known is open, and nothing is ever said about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from engine.compiler.kinds import ANY, Kinds, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a value may be.

    `members` are those of an object; `others` is what a member not listed is, None where nothing
    is known of it. `closed`: there is no other member, `free`: what the seller's own names are
    called (`an attribute`), `named` what its texts are called where the seller chose them (`the
    tag`), `several` where commas divide them. `element` is what a list is of, `words` all that a
    text can be, `fixed` where these are our own. `filled`: a list that is never empty.
    `keeps`: the text must stay a text, `lost`: it was one, and was made a number.
    """

    kinds: Kinds
    members: Mapping[str, Shape] = field(default_factory=dict)
    others: Shape | None = None
    closed: bool = False
    free: str = ""
    named: str = ""
    several: bool = False
    absent: frozenset[str] = frozenset()
    element: Shape | None = None
    words: frozenset[str] | None = None
    fixed: bool = False
    filled: bool = False
    keeps: bool = False
    lost: bool = False

    @property
    def nullable(self) -> bool:
        """Whether it may be null and it is known what it is otherwise."""
        return "null" in self.kinds and self.kinds != ANY

    @property
    def present(self) -> Shape:
        """The same where it is not null; of what nothing is known, nothing is known then either."""
        return self if self.kinds == ANY else replace(self, kinds=self.kinds - {"null"})

    @property
    def or_null(self) -> Shape:
        """The same or null."""
        return replace(self, kinds=self.kinds | {"null"})

    def at(self, index: int) -> Shape:
        """What the element at an index is: null where the list may be shorter."""
        sure = self.filled and self.kinds == {"array"} and index in (0, -1)
        return self.items if sure else self.items.or_null

    @property
    def items(self) -> Shape:
        """What each element of the list is."""
        return self.element or OPEN


OPEN = Shape(kinds=ANY)
"""A value of which nothing is known."""
TEXT = Shape(kinds=frozenset(["string"]))
NUMBER = Shape(kinds=frozenset(["number"]))
BOOLEAN = Shape(kinds=frozenset(["boolean"]))
NULL = Shape(kinds=frozenset(["null"]))


def list_of(element: Shape) -> Shape:
    """A list of such elements."""
    return Shape(kinds=frozenset(["array"]), element=element)


def object_of(members: Mapping[str, Shape]) -> Shape:
    """An object with these members and no others."""
    return Shape(kinds=frozenset(["object"]), members=members, closed=True)


def either(left: Shape, right: Shape) -> Shape:
    """What is known of a value that is one of the two. Of two objects little is."""
    if ANY in (left.kinds, right.kinds):
        return OPEN
    kinds = left.kinds | right.kinds
    element = _of_kind("array", left, right)
    record = _of_kind("object", left, right)
    words = [one.words for one in (left, right) if "string" in one.kinds]
    known = [one for one in words if one is not None]
    whole = words and len(known) == len(words)
    return replace(
        record or Shape(kinds=kinds),
        kinds=kinds,
        element=element.element if element else None,
        words=frozenset().union(*known) if whole else None,
        named=left.named or right.named,
        keeps=left.keeps or right.keeps,
        lost=left.lost or right.lost,
    )


def union(shapes: list[Shape]) -> Shape:
    """What is known of a value that is one of several; nothing where there are none."""
    return reduce(either, shapes) if shapes else OPEN


def shape_of_value(value: Any) -> Shape:
    """The shape of a plain value that is written out."""
    if isinstance(value, list):
        return list_of(union([shape_of_value(one) for one in value]))
    if isinstance(value, dict):
        return object_of({name: shape_of_value(one) for name, one in value.items()})
    words = frozenset([value]) if isinstance(value, str) else None
    return Shape(kinds=frozenset([kind_of(value)]), words=words)


def shape_of_schema(schema: Mapping[str, Any], definition: str | None = None) -> Shape:
    """The shape that a JSON Schema of schemas/records describes, or one of its `$defs`.

    It reads type, enum, anyOf, properties, additionalProperties, items and local references, and
    our own words: `x-keep`, `x-free`, `x-named`, `x-several`, `x-absent`, `x-fixed`, and
    `x-sure: maybe` where it is not certain that a member may be null, so that nothing is said of
    it.
    """
    definitions = schema.get("$defs", {})
    return _read(definitions[definition] if definition else schema, definitions)


def _of_kind(kind: str, left: Shape, right: Shape) -> Shape | None:
    """The one of the two that has this kind; none where both have it, as they may differ."""
    having = [one for one in (left, right) if kind in one.kinds]
    return having[0] if having and having[0] == having[-1] else None


def _read(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Shape:
    choices = _choices(schema, definitions)
    found = union([_read(one, definitions) for one in choices])
    if not choices:
        found = _plain(schema, definitions)
    if schema.get("x-sure") == "maybe":
        found = found.present
    return replace(found, keeps=True) if schema.get("x-keep") else found


def _choices(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in schema:
        return [definitions[schema["$ref"].rpartition("/")[2]]]
    return list(schema.get("anyOf", ()))


def _plain(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Shape:
    if "enum" in schema:
        return Shape(kinds=TEXT.kinds, words=frozenset(schema["enum"]), fixed="x-fixed" in schema)
    if "type" not in schema:
        return OPEN
    named = schema["type"]
    listed: list[str] = named if isinstance(named, list) else [named]
    others = schema.get("additionalProperties")
    return Shape(
        kinds=frozenset("number" if kind == "integer" else kind for kind in listed),
        members={
            name: _read(one, definitions) for name, one in schema.get("properties", {}).items()
        },
        others=_read(others, definitions) if isinstance(others, dict) else None,
        closed=others is False,
        free=schema.get("x-free", ""),
        named=schema.get("x-named", ""),
        several="x-several" in schema,
        absent=frozenset(schema.get("x-absent", ())),
        element=_read(schema["items"], definitions) if "items" in schema else None,
        filled=schema.get("minItems", 0) > 0,
    )
