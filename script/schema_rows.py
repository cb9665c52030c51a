"""Every place of a JSON Schema as a row of a table: its path, kind, words and example. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What stands for a name that the customer chooses.
NAMES = {
    "connections": "NAME",
    "profiles": "NAME",
    "links": "LINK",
    "skip": "RULE",
    "hold": "RULE",
    "wos-hold": "RULE",
    "map": "MEMBER",
    "tables": "TABLE",
    "rows": "VALUE",
    "query": "WORD",
}
# Said once, at the top of the page.
OF_LISTS = ("not", "add", "remove", "replace")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A schema that holds for a place, and under which condition."""

    schema: Schema
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the reference."""

    path: tuple[str, ...]
    kind: str
    needed: str
    text: str
    example: str


class Walk:
    """Every place of a schema, in the schema's own order."""

    def __init__(self, schema: Schema) -> None:
        self._root = schema

    def rows(self) -> Iterator[Row]:
        yield from self._below((), self._facets(Facet(schema=self._root)))

    def _below(self, path: tuple[str, ...], facets: list[Facet]) -> Iterator[Row]:
        for name in _names(facets):
            for variant in self._variants(facets, name):
                yield _row((*path, name), variant, _needed(facets, name, _when(variant)))
                yield from self._below((*path, name), variant)
        chosen = self._chosen(facets)
        if chosen:
            name = NAMES.get(path[-1], "NAME")
            if _plain(chosen) or any("description" in facet.schema for facet in chosen):
                yield _row((*path, name), chosen, "")
            yield from self._below((*path, name), chosen)
        listed = self._listed(facets)
        if listed:
            yield from self._below((*path[:-1], f"{path[-1]}[]"), listed)

    def _variants(self, facets: list[Facet], name: str) -> list[list[Facet]]:
        """What may stand under a key: one list for each description that the schema gives it."""
        found: dict[str, list[Facet]] = {}
        rest: list[Facet] = []
        for facet in facets:
            member = facet.schema.get("properties", {}).get(name)
            if not isinstance(member, dict):
                continue
            below = self._facets(Facet(schema=member, when=facet.when))
            text = member.get("description")
            if text is None:
                rest += below
            else:
                found.setdefault(text, []).extend(below)
        return [variant + rest for variant in found.values()]

    def _chosen(self, facets: list[Facet]) -> list[Facet]:
        found: list[Facet] = []
        for facet in facets:
            member = facet.schema.get("additionalProperties")
            if isinstance(member, dict):
                found += self._facets(Facet(schema=member, when=""))
        return found

    def _listed(self, facets: list[Facet]) -> list[Facet]:
        """What may stand in a list."""
        found: list[Facet] = []
        for facet in facets:
            member = facet.schema.get("items")
            if isinstance(member, dict):
                found += self._facets(Facet(schema=member, when=facet.when))
        return found

    def _facets(self, facet: Facet) -> list[Facet]:
        """The schema and all that it refers to, each with the condition under which it holds."""
        schema = facet.schema
        found = [facet]
        if "$ref" in schema:
            target = self._root["$defs"][schema["$ref"].rpartition("/")[2]]
            found += self._facets(Facet(schema=target, when=facet.when))
        for one in schema.get("allOf", ()):
            found += self._facets(Facet(schema=one, when=facet.when))
        if "if" in schema:
            yes, no = _conditions(schema["if"])
            for branch, condition in (("then", yes), ("else", no)):
                if branch in schema:
                    when = condition or facet.when
                    found += self._facets(Facet(schema=schema[branch], when=when))
        return found


def _conditions(test: Schema) -> tuple[str, str]:
    """The words for a schema's `if`, and for its contrary; empty where they are no news."""
    for name, member in test.get("properties", {}).items():
        if "const" in member:
            return f"`{name}: {member['const']}`", ""
    required = test.get("required")
    if required and required[0] in ("lookup", "text"):
        return f"`{required[0]}`", "`from`" if required[0] == "text" else ""
    return "", ""


def _names(facets: list[Facet]) -> Iterator[str]:
    """Each key that has a description, once; the words that change a list have a line of text."""
    names = [name for facet in facets for name in facet.schema.get("properties", {})]
    listing = any("array" in _types(facet.schema) for facet in facets)
    yield from (n for n in dict.fromkeys(names) if not (listing and n in OF_LISTS))


def _types(schema: Schema) -> list[str]:
    kinds = schema.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _when(variant: list[Facet]) -> str:
    """The conditions under which one of several things stands under a key."""
    conditions = [f.when for f in variant if "description" in f.schema]
    return "" if "" in conditions else ", ".join(dict.fromkeys(conditions))


def _needed(facets: list[Facet], name: str, when: str) -> str:
    conditions = [facet.when for facet in facets if name in facet.schema.get("required", ())]
    if not conditions:
        return ""
    if "" in conditions or when in conditions:
        return "yes"
    return "with " + ", ".join(dict.fromkeys(conditions))


def _plain(facets: list[Facet]) -> bool:
    """Whether a chosen name holds a value, so that it deserves a line of its own."""
    return not any(_types(facet.schema) == ["object"] for facet in facets)


def _row(path: tuple[str, ...], facets: list[Facet], needed: str) -> Row:
    texts = [f.schema["description"] for f in facets if "description" in f.schema]
    texts = texts or [f.schema["$comment"] for f in facets if "$comment" in f.schema]
    examples: list[Any] = next((f.schema["examples"] for f in facets if "examples" in f.schema), [])
    when = _when(facets)
    only = f" Only with {when}." if when and when != f"`{path[-1]}`" else ""
    return Row(
        path=path,
        kind=_kind(facets),
        needed=needed,
        text="".join(texts[:1]) + only,
        example=" or ".join(code(flow(example)) for example in examples),
    )


def _kind(facets: list[Facet]) -> str:
    for facet in facets:
        schema = facet.schema
        if "enum" in schema:
            return " \\| ".join(f"`{flow(value)}`" for value in schema["enum"])
        if "const" in schema:
            return f"`{flow(schema['const'])}`"
        if "x-expected" in schema:
            return str(schema["x-expected"]).replace("|", "\\|")
        if "type" in schema:
            return _spoken(schema)
    return ""


def _spoken(schema: Schema) -> str:
    words = {"object": "map", "array": "list", "string": "text", "integer": "whole number"}
    text = " or ".join(words.get(kind, kind) for kind in _types(schema))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{text}, {low} to {high}"
    return f"{text}, at least {low}" if low is not None else text


def flow(value: Any) -> str:
    """A value as it is written in a ruleset on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {flow(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(member) for member in value) + "]"
    if isinstance(value, str):
        unsafe = not value or set(value) & set("{}[],'`#&*!|>%@\"") or ": " in value
        return json.dumps(value, ensure_ascii=False) if unsafe else value
    return json.dumps(value)


def code(text: str) -> str:
    """Code in a line of text; backticks inside want more of them outside."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"
