"""The scopes of expressions as shapes: our words, and beside them the record of its system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from engine.compiler.shapes import OPEN, Shape, object_of, shape_of_schema

Scope = Literal["order", "product", "booking"]
Schema = Mapping[str, Any]


def scope_of(scopes: Schema, name: Scope, source: str = "", record: Schema | None = None) -> Shape:
    """The scope of a section's expressions; those of a note are a part of the order's.

    `scopes` is schemas/records/scopes, `source` the connection's name, `record` the schema of its
    raw records, None where nothing is known of them. What that says of a member which one of our
    words stands for (`x-words`) is known of the word too.
    """
    found = shape_of_schema(scopes, name)
    members = dict(found.members)
    if name == "order":
        members = {**shape_of_schema(scopes, "note").members, **members}
    raw = OPEN
    if record is not None:
        raw = shape_of_schema(record)
        members.update(_words(record, raw, members))
    return object_of({**members, source: raw} if source else members)


def words_of(record: Schema) -> dict[str, frozenset[str]]:
    """The words that the statuses of an order can be, by our names for them and `allocation`."""
    raw = shape_of_schema(record)
    found = {word: raw.members[name].words for word, name in record.get("x-words", {}).items()}
    if "x-allocation" in record:
        name, _, member = record["x-allocation"].partition(".")
        found["allocation"] = raw.members[name].items.members[member].words
    return {word: words for word, words in found.items() if words is not None}


def _words(record: Schema, raw: Shape, members: Mapping[str, Shape]) -> dict[str, Shape]:
    return {
        word: replace(raw.members[name], keeps=members[word].keeps)
        for word, name in record.get("x-words", {}).items()
    }
