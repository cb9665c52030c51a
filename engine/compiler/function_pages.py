"""The functions as pages: one for a terminal, and the tables of docs/functions.md. Pure text."""

from __future__ import annotations

from collections.abc import Iterable

from engine.compiler.function_entry import Function
from engine.compiler.functions import PACK_VERSION
from engine.compiler.functions_of_jmespath import OF_JMESPATH
from engine.compiler.functions_of_pack import OF_PACK

FUNCTIONS = {one.name: one for one in (*OF_PACK, *OF_JMESPATH)}
"""Every function by its name."""
_HEAD = ["| function | gives | null | example | result |", "|---|---|---|---|---|"]
_NULL_IS_AN_ERROR = "null is an error: the record is held, with the reason"


def describe(name: str) -> str | None:
    """The page of one function for a terminal; None where there is no such function."""
    one = FUNCTIONS.get(name)
    if one is None:
        return None
    origin = f"of the pack, version {PACK_VERSION}" if one in OF_PACK else "of JMESPath 1.0"
    null = f"{one.of_null}  ->  {one.null_result}" if one.null_result else _NULL_IS_AN_ERROR
    return "\n".join(
        [
            f"# {one.name}: {one.says}",
            "",
            f"    {one.signature}",
            "",
            f"A function {origin}, for expressions (`from:`, `of:`, conditions).",
            "",
            f"    {one.example}  ->  {one.result}",
            f"    {null}",
            "",
            "docs/functions.md lists all of them, with the record that the examples are about.",
            "",
        ]
    )


def pack_table() -> str:
    """The table of our own functions, Markdown."""
    return _table(OF_PACK)


def jmespath_table() -> str:
    """The table of JMESPath's own functions, Markdown."""
    return _table(OF_JMESPATH)


def _table(functions: Iterable[Function]) -> str:
    return "\n".join([*_HEAD, *map(_row, functions)])


def _row(one: Function) -> str:
    null = f"{_code(one.of_null)} is `{one.null_result}`" if one.null_result else "an error"
    cells = [f"`{one.name}({one.takes})`", f"{one.gives}: {one.says}", null]
    return f"| {' | '.join([*cells, _code(one.example), _code(one.result)])} |"


def _code(text: str) -> str:
    """Code in a line of text; backticks inside want more of them outside."""
    return f"``{text}``" if "`" in text else f"`{text}`"
