"""Lookup tables: an exact row or none; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from engine.model.ruleset import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The value of the row, or the table's default."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """No row, and no default: what happens to the record, and the nearest rows for its reason."""

    verdict: Literal["hold", "reject"]
    nearest: tuple[str, ...] = ()


def look_up(table: Table, value: str) -> Found | Missing:
    """Finds the row whose key is exactly this text; letter case and spaces count."""
    if value in table.rows:
        return Found(value=table.rows[value])
    if table.missing == "default" and table.default is not None:
        return Found(value=table.default)
    verdict: Literal["hold", "reject"] = "reject" if table.missing == "reject" else "hold"
    return Missing(verdict=verdict, nearest=_nearest(table, value))


def _nearest(table: Table, value: str) -> tuple[str, ...]:
    """Up to three keys like it, the nearest first; letter case is no distance."""
    keys: dict[str, list[str]] = {}
    for key in table.rows:
        keys.setdefault(key.strip().casefold(), []).append(key)
    close = get_close_matches(value.strip().casefold(), keys, n=3)
    return tuple(key for folded in close for key in keys[folded])[:3]
