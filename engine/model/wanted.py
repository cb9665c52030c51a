"""What of the raw records of a system is read by anybody beside its adapter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of one kind of raw record, the members that are read: `members` by their names, a list with
    all that is in it; `plain`: also every member that is neither a list nor an object.
    """

    members: frozenset[str] = frozenset()
    plain: bool = False
