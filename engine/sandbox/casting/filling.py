"""Members that a mapping reads and that a made-up record would leave empty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.sandbox.casting.ground import Row
from engine.sandbox.channeladvisor.schema import EntityType


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
