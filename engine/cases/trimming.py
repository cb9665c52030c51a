"""A record without the members that make no difference: found by leaving them out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
Same = Callable[[Record], bool]
"""Whether a record comes to the same as the whole one."""
Path = tuple[str, ...]
"""A member of the record, or of every row of one of its lists, or of the lists of those."""


def trimmed(record: Record, kept: frozenset[str], same: Same) -> dict[str, Any]:
    """The record with as few members as come to the same.

    A member that a rule reads (`kept`) and that has a value stays, even where it decides nothing
    this time: the case would not tell of it otherwise.
    """
    made = dict(record)
    tops = [(name,) for name, value in record.items() if name not in kept or value is None]
    made = _without(made, tops, same)
    for depth in (2, 3):
        made = _without(made, [path for path in _paths(made) if len(path) == depth], same)
    return made


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


def _paths(record: Record) -> Iterator[Path]:
    """Every member, those of rows too, each once."""
    found: dict[Path, None] = {}
    for name, value in record.items():
        found[name,] = None
        for row in _rows(value):
            found |= {(name, *path): None for path in _paths(row)}
    yield from found


def _less(record: Record, gone: frozenset[Path]) -> dict[str, Any]:
    return {
        name: _less_rows(value, frozenset(path[1:] for path in gone if path[0] == name))
        for name, value in record.items()
        if (name,) not in gone
    }


def _less_rows(value: Any, gone: frozenset[Path]) -> Any:
    return [_less(row, gone) for row in _rows(value)] if gone and _rows(value) else value


def _rows(value: Any) -> Sequence[Record]:
    """The rows of a list of records; nothing for any other value."""
    if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
        return value
    return ()
