"""Diagnostics as plain values, to be kept as JSON, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Diagnostic, Fix, Note, Place

if TYPE_CHECKING:
    from engine.consistency.chain import Undecided


def plain_problems(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Each with all of its members; the pieces of a block are not told again."""
    return [asdict(one) for one in found]


def problems(plain: Iterable[dict[str, Any]]) -> list[Diagnostic]:
    """What `plain_problems` was made of."""
    return [_diagnostic(one) for one in plain]


def plain_undecided(found: Iterable[Undecided]) -> list[list[str]]:
    """Id and reason of each."""
    return [[one.id, one.why] for one in found]


def undecided(plain: Iterable[list[str]]) -> tuple[Undecided, ...]:
    """What `plain_undecided` was made of; where there is none, nothing is imported for it."""
    return tuple(_undecided(id=rule, why=why) for rule, why in plain)


def _undecided(**members: str) -> Undecided:
    one: Undecided = import_module("engine.consistency.chain").Undecided(**members)
    return one


def _diagnostic(plain: Mapping[str, Any]) -> Diagnostic:
    place, note, fix = plain["place"], plain["note"], plain["fix"]
    return Diagnostic(
        **{
            **plain,
            "place": place and Place(**place),
            "note": note and Note(**{**note, "place": Place(**note["place"])}),
            "fix": fix and Fix(**{**fix, "place": Place(**fix["place"])}),
        }
    )
