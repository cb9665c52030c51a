"""Writes docs/reference/ and the tables of docs/functions.md: from schemas, commands, functions."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from schema_rows import Row, Schema, Walk, code, flow

from engine.cli.commands import crossdock
from engine.compiler.function_pages import jmespath_table, pack_table
from engine.config.document import parse

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "reference"
HELP = ROOT / "engine" / "cli" / "pages"
BASE = ROOT / "mappings" / "ca-to-wos" / "standard.yaml"
SCHEMAS = ROOT / "schemas"
MADE = "<!-- Made by script/reference: change the schemas or the commands, then run it again. -->"


def _dotted(path: tuple[str, ...]) -> str:
    return "`" + ".".join(f'"{name}"' if "." in name else name for name in path) + "`"


def _cell(text: str) -> str:
    """A cell of a table; a bar inside code would end it."""
    return re.sub(r"(?<!\\)\|", r"\\|", text.replace("\n", " "))


def _base_values() -> dict[tuple[str, ...], str]:
    node, _ = parse(BASE.read_text("utf-8"), BASE.name)
    found: dict[tuple[str, ...], str] = {}

    def note(path: tuple[str, ...], value: Any) -> None:
        found[path] = code(flow(value))
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
        lines += [f"## {name}", "", "```text", _help(name, command, 96), "```", ""]
    return "\n".join(lines)


def _commands(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, group
    if isinstance(group, click.Group):
        for below, command in group.commands.items():
            yield from _commands(command, f"{name} {below}")


def _help(name: str, command: click.Command, width: int) -> str:
    context = click.Context(command, info_name=name, terminal_width=width, max_content_width=width)
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


def help_pages() -> dict[Path, str]:
    """What each command says with `--help`, stored so that it is said at once."""
    return {
        HELP / f"{name.rpartition(' ')[2]}.txt": _help(name, command, 80) + "\n"
        for name, command in _commands(crossdock, "crossdock")
    }


def main(arguments: list[str]) -> int:
    """Writes the pages, or with `--check` says which are not up to date (exit code 1)."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("Usage: script/reference [--check]\n")
        return 64
    texts = {TARGET / name: page().rstrip("\n") + "\n" for name, page in PAGES.items()}
    texts |= help_pages()
    old = [p for p, t in texts.items() if not p.is_file() or p.read_text("utf-8") != t]
    if arguments and old:
        names = ", ".join(path.name for path in old)
        sys.stderr.write(f"{names} not up to date. Run script/reference.\n")
        return 1
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
