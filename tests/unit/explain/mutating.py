"""Records of any kind, changed at one place at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every single value in a record, with its path."""
    for step, below in _below(value):
        yield from leaves(below, (*path, step))
    if not isinstance(value, Mapping | list | tuple) and not is_dataclass(value):
        yield path, value


def changed(value: Any, path: Path, new: Any) -> Any:
    """The record with another value at a path."""
    if not path:
        return new
    step, *rest = path
    other = changed(dict(_below(value))[step], tuple(rest), new)
    if isinstance(value, Mapping):
        return {**value, step: other}
    if isinstance(value, list | tuple):
        return type(value)([other if at == step else one for at, one in enumerate(value)])
    return replace(value, **{str(step): other})


def path_of(text: str) -> Path:
    """`boxes[0].id` as a path."""
    found = re.findall(r"\[(\d+)\]|([^.\[\]]+)", text)
    return tuple(int(index) if index else name for index, name in found)


def others(value: Any, texts: list[str]) -> list[Any]:
    """Other values of the same kind."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, max(value - 1, 0), 9]
    if isinstance(value, datetime):
        return [value.replace(year=2025)]
    return [text for text in texts if text != value]


def _below(value: Any) -> Iterator[tuple[str | int, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        yield from ((one.name, getattr(value, one.name)) for one in fields(value))
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
