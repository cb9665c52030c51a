"""Walks a JSON Schema: every property with what describes it, and every key as a path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.shipped import shipped

Schema = dict[str, Any]
BRANCHES = ("then", "else", "items", "additionalProperties")


def read(name: str) -> Schema:
    """A shipped schema."""
    text = (shipped("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


@dataclass(frozen=True, slots=True)
class Property:
    """One property: where it stands in the schema, and its own words."""

    pointer: str
    schema: Schema


def properties(schema: Schema, pointer: str = "#") -> Iterator[Property]:
    """Every property, also inside of definitions and branches.

    Left out is what only narrows a property that is described elsewhere: the condition of an
    `if`, `complete` (what must be there), and a `not` beside the reference that describes it.
    """
    for name, below in schema.get("properties", {}).items():
        if not (name == "not" and "$ref" in schema):
            yield Property(f"{pointer}/properties/{name}", below)
        yield from properties(below, f"{pointer}/properties/{name}")
    for key in BRANCHES:
        if isinstance(schema.get(key), dict):
            yield from properties(schema[key], f"{pointer}/{key}")
    for index, below in enumerate(schema.get("allOf", [])):
        yield from properties(below, f"{pointer}/allOf/{index}")
    for name, below in schema.get("$defs", {}).items():
        if not name.startswith("complete"):
            yield from properties(below, f"{pointer}/$defs/{name}")


def keys(schema: Schema, root: Schema, path: str = "") -> Iterator[str]:
    """Every key of the language as a path; `*` stands for a name that one may choose."""
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        yield from () if "complete" in schema["$ref"] else keys(target, root, path)
    for name, below in schema.get("properties", {}).items():
        yield f"{path}{name}"
        yield from keys(below, root, f"{path}{name}/")
    for part in ("then", "else"):
        if part in schema:
            yield from keys(schema[part], root, path)
    for below in schema.get("allOf", []):
        yield from keys(below, root, path)
    rest = schema.get("additionalProperties")
    if isinstance(rest, dict):
        yield from keys(rest, root, f"{path}*/")
