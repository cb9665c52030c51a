"""Values without a row in a table: how a decision says so, and how that is read back.

A hold keeps the sentence and nothing else, so that what waits can be counted by value later on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NAMED = re.compile(r'has no row for (?:"(?P<value>.*)"|this value)(?:; nearest: .*)?$', re.DOTALL)
_OF_TABLE = re.compile(r"\.lookup\.(?P<table>[^.]+)$")
CARRIERS, CARRIERS_RULE = "shipments.carriers", "shipments.carrier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A value that a table has no row for; None where it is a buyer's, which is not told."""

    table: str
    value: str | None


def no_row(table: str, value: str | None, nearest: Sequence[str]) -> str:
    """The reason: which table, the value unless it is a buyer's, and the nearest rows."""
    shown = "this value" if value is None else f'"{value}"'
    near = f"; nearest: {', '.join(nearest)}" if nearest else ""
    return f"{table} has no row for {shown}{near}"


def lack_of(rule: str, reason: str) -> Lack | None:
    """What a decision, a hold or an inbox item with this rule and reason lacks; None: no row."""
    table = _table_of(rule)
    found = _NAMED.search(reason)
    return None if table is None or found is None else Lack(table=table, value=found["value"])


def _table_of(rule: str) -> str | None:
    if rule == CARRIERS_RULE:
        return CARRIERS
    found = _OF_TABLE.search(rule)
    return found["table"] if found else None
