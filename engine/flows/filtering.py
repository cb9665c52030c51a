"""What decisions say of filters: the one that stops a record, and those that are undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.compiler.predicates import verdict
from engine.compiler.together import Asked
from engine.flows.orders_parts import Problem


def filtered_by(stopped: Asked) -> Problem:
    """Why a record is left alone that this filter stops."""
    says = "this skip rule applies" if stopped.stops else "the predicate of only.where says no"
    return Problem(rule=stopped.id, reason=says)


def undecided(filters: Iterable[Asked], scope: Mapping[str, Any]) -> Iterator[Problem]:
    """Every predicate that yields neither true nor false."""
    for one in filters:
        answer = verdict(one.predicate, scope)
        if isinstance(answer, str):
            yield Problem(rule=one.id, reason=f"its predicate is undecided: {answer}")
