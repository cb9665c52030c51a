"""A record without the members that make no difference: found by leaving them out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
Same = Callable[[Record], bool]
"""Whether a record comes to the same as the whole one."""
Path = tuple[str, ...]
"""A member of the record, or of every row of one of its lists."""


def trimmed(record: Record, kept: frozenset[str], same: Same) -> dict[str, Any]:
    """The record with as few members as come to the same.

    A member that a rule reads (`kept`) and that has a value stays, even where it decides nothing
    this time: the case would not tell of it otherwise.
    """
    made = dict(record)
    tops = [(name,) for name, value in record.items() if name not in kept or value is None]
    made = _without(made, tops, same)
    return _without(made, _in_rows(made), same)


def _without(record: dict[str, Any], paths: Sequence[Path], same: Same) -> dict[str, Any]:
    """Leaves out all of these, or as many of each half as can be left out."""
    if not paths:
        return record
    shorter = _less(record, frozenset(paths))
    if same(shorter):
        return shorter
    if len(paths) == 1:
        return record
    half = len(paths) // 2
    return _without(_without(record, paths[:half], same), paths[half:], same)


def _in_rows(record: Record) -> list[Path]:
    names = {
        (name, member): None
        for name, value in record.items()
        for row in _rows(value)
        for member in row
    }
    return list(names)


def _less(record: Record, gone: frozenset[Path]) -> dict[str, Any]:
    return {
        name: [
            {member: inner for member, inner in row.items() if (name, member) not in gone}
            for row in _rows(value)
        ]
        if _rows(value)
        else value
        for name, value in record.items()
        if (name,) not in gone
    }


def _rows(value: Any) -> list[Record]:
    """The rows of a list of records; nothing for any other value."""
    if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
        return value
    return []
