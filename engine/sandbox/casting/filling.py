"""Members that a mapping reads and that a made-up record would leave empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.sandbox.casting.ground import Row
from engine.sandbox.channeladvisor.schema import EntityType, complete


def filled(row: Row, members: Iterable[str], entity: EntityType, number: int) -> Row:
    """The row with something in each of these members that has nothing: a text, or a number.

    Members of other kinds (dates, statuses) stay as they are: what they say must fit the rest.
    """
    empty = sorted(name for name in members if row.get(name) is None)
    made = {name: _made_up(name, entity.kinds.get(name), number) for name in empty}
    return {**row, **{name: value for name, value in made.items() if value is not None}}


def _made_up(name: str, kind: str | None, number: int) -> Any:
    if kind == "number":
        return 1 + number % 9
    return f"Sample {name} {number}" if kind == "string" else None


Named = Mapping[str, Mapping[str | int, str]]
"""List of an order -> what it has: the number of a field, or the name of an attribute -> value."""


def with_lists(row: Row, named: Named, entity: EntityType) -> Row:
    """The row with these entries in its lists: an account's own fields, by number, and attributes,
    by name. What is no such list, or no such key, is left out.
    """
    keys = {"ProfileID": row["ProfileID"], "OrderID": row["ID"]}
    made = {
        name: [*_entries(entity.navigations[name].target, entries, keys)]
        for name, entries in named.items()
        if name in entity.navigations
    }
    return {**row, **{name: rows for name, rows in made.items() if rows}}


def _entries(target: EntityType, entries: Mapping[str | int, str], keys: Row) -> Iterator[Row]:
    for key, value in sorted(entries.items(), key=str):
        member = "FieldID" if isinstance(key, int) else "Name"
        if {member, "Value"} <= target.kinds.keys():
            yield complete({**keys, member: key, "Value": str(value)}, target)
