"""Plain values as the YAML that cases are written in: texts that need it are quoted. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.config.scalars import resolve
from engine.workspace import ESCAPED

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_SHORT = 88


def scalar(value: Any) -> str:
    """A text, number, boolean or null, so that it is read back as the very same."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) or _MOMENT.fullmatch(value)
    return value if plain and resolve(value) == value else _quoted(value)


def key(name: object) -> str:
    """A key, which is a text whatever it looks like."""
    text = str(name)
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """In double quotes, as JSON, which is YAML but for a few signs: those are escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def block(value: Any, indent: int = 0) -> Iterator[str]:
    """The lines of a map or a list, without line breaks; what is small stands on one line."""
    margin = " " * indent
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _entry(f"{margin}{key(name)}:", inner, indent + 2)
    else:
        for inner in value:
            yield from _item(inner, indent)


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    line = f"{head} {_flow(value)}"
    if _is_small(value, line):
        yield line
        return
    yield head
    yield from block(value, indent)


def _item(value: Any, indent: int) -> Iterator[str]:
    margin = " " * indent
    line = f"{margin}- {_flow(value)}"
    if _is_small(value, line):
        yield line
        return
    first, *rest = block(value, indent + 2)
    yield f"{margin}- {first.lstrip()}"
    yield from rest


def _is_small(value: Any, line: str) -> bool:
    """Scalars are never folded; a map or a list on one line holds scalars alone, or nothing."""
    if not isinstance(value, Mapping | list | tuple):
        return True
    inner = value.values() if isinstance(value, Mapping) else value
    simple = all(not isinstance(one, Mapping | list | tuple) for one in inner)
    return not value or (simple and len(line) <= _SHORT)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return scalar(value)
