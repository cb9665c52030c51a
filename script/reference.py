"""Writes docs/reference/ and the tables of docs/functions.md: from schemas, commands, functions."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from engine.cli.main import crossdock
from engine.compiler.function_pages import jmespath_table, pack_table
from engine.config.document import parse

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "reference"
BASE = ROOT / "mappings" / "ca-to-wos" / "standard.yaml"
SCHEMAS = ROOT / "schemas"
MADE = "<!-- Made by script/reference: change the schemas or the commands, then run it again. -->"
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
        example=" or ".join(_code(_flow(example)) for example in examples),
    )


def _kind(facets: list[Facet]) -> str:
    for facet in facets:
        schema = facet.schema
        if "enum" in schema:
            return " \\| ".join(f"`{_flow(value)}`" for value in schema["enum"])
        if "const" in schema:
            return f"`{_flow(schema['const'])}`"
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


def _flow(value: Any) -> str:
    """A value as it is written in a ruleset on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(member) for member in value) + "]"
    if isinstance(value, str):
        unsafe = not value or set(value) & set("{}[],'`#&*!|>%@\"") or ": " in value
        return json.dumps(value, ensure_ascii=False) if unsafe else value
    return json.dumps(value)


def _code(text: str) -> str:
    """Code in a line of text; backticks inside want more of them outside."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _dotted(path: tuple[str, ...]) -> str:
    return "`" + ".".join(f'"{name}"' if "." in name else name for name in path) + "`"


def _cell(text: str) -> str:
    """A cell of a table; a bar inside code would end it."""
    return re.sub(r"(?<!\\)\|", r"\\|", text.replace("\n", " "))


def _base_values() -> dict[tuple[str, ...], str]:
    node, _ = parse(BASE.read_text("utf-8"), BASE.name)
    found: dict[tuple[str, ...], str] = {}

    def note(path: tuple[str, ...], value: Any) -> None:
        found[path] = _code(_flow(value))
        for name, member in value.items() if isinstance(value, dict) else ():
            note((*path, name), member)

    note((), node.plain() if node is not None else {})
    return found


def _value_in_base(row: Row, values: Mapping[tuple[str, ...], str]) -> str:
    """What the base says there; a whole map is too long for a cell, its members have their own."""
    value = values.get(row.path, "")
    return "" if value.startswith("`{") else value


RULESET = f"""\
# Reference: the ruleset

{MADE}

Every key, in the order of `schemas/ruleset.schema.json`. A name in capitals is one that you
choose. *Needed* says what must be there once the bases are merged in; a base may have it already.
*In the base* is what `ca-to-wos/standard` says. The guides tell what the keys are for;
`crossdock docs ID` explains what validation says about them.

A list replaces the base's list. `{{add: [...], remove: [...]}}` changes it, `{{replace: [...]}}`
says so in words, and below `orders.only` `{{not: [...]}}` means everything but these. `null` takes
an entry of the base out.
"""
PROFILE = f"""\
# Reference: the site profile

{MADE}

Every key, in the order of `schemas/site-profile.schema.json`. How to write one:
[the guide](../guides/site-profile.md).
"""


CASE = f"""\
# Reference: cases

{MADE}

Every key, in the order of `schemas/case.schema.json`. [What cases are for](../guides/cases.md).
"""


def ruleset_page() -> str:
    """docs/reference/ruleset.md."""
    values = _base_values()
    header = ["key", "type", "needed", "in the base", "what it says", "example"]

    def cells(row: Row) -> list[str]:
        base = _value_in_base(row, values)
        return [_dotted(row.path), row.kind, row.needed, base, row.text, row.example]

    return RULESET + _tables(_schema("ruleset"), header, cells)


def plain_page(head: str, schema: str) -> str:
    """docs/reference/site-profile.md, and case.md."""
    header = ["key", "type", "needed", "what it says", "example"]

    def cells(row: Row) -> list[str]:
        return [_dotted(row.path), row.kind, row.needed, row.text, row.example]

    return head + _tables(_schema(schema), header, cells)


def _tables(schema: Schema, header: list[str], cells: Callable[[Row], list[str]]) -> str:
    """A heading and a table for each key at the top."""
    lines: list[str] = []
    for section, rows in _sections(Walk(schema).rows()):
        lines += ["", f"## {section}", "", _line(header), "|---" * len(header) + "|"]
        lines += [_line([_cell(cell) for cell in cells(row)]) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _schema(name: str) -> Schema:
    schema: Schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return schema


def _sections(rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
    """The rows under their first key."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.path[0], []).append(row)
    yield from grouped.items()


def commands_page() -> str:
    """docs/reference/commands.md."""
    lines = ["# Reference: the commands", "", MADE, ""]
    for name, command in _commands(crossdock, "crossdock"):
        lines += [f"## {name}", "", "```text", _help(name, command), "```", ""]
    return "\n".join(lines)


def _commands(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, group
    if isinstance(group, click.Group):
        for below, command in group.commands.items():
            yield from _commands(command, f"{name} {below}")


def _help(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, max_content_width=96, terminal_width=96)
    return command.get_help(context)


def functions_page() -> str:
    """docs/functions.md: its tables are made, the rest of it is written by hand."""
    text = (TARGET.parent / "functions.md").read_text("utf-8")
    for name, table in (("pack", pack_table()), ("jmespath", jmespath_table())):
        before, _, rest = text.partition(f"<!-- {name} -->\n")
        after = rest.partition(f"<!-- /{name} -->")[2]
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return text


PAGES = {
    "ruleset.md": ruleset_page,
    "site-profile.md": partial(plain_page, PROFILE, "site-profile"),
    "case.md": partial(plain_page, CASE, "case"),
    "commands.md": commands_page,
    "../functions.md": functions_page,
}


def main(arguments: list[str]) -> int:
    """Writes the pages, or with `--check` says which are not up to date (exit code 1)."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("Usage: script/reference [--check]\n")
        return 64
    texts = {TARGET / name: page().rstrip("\n") + "\n" for name, page in PAGES.items()}
    old = [p for p, t in texts.items() if not p.is_file() or p.read_text("utf-8") != t]
    if arguments and old:
        names = ", ".join(path.name for path in old)
        sys.stderr.write(f"docs/reference: {names} not up to date. Run script/reference.\n")
        return 1
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
