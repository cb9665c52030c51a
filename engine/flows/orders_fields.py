"""The header of an order to be created: each mapped member from expression, template or table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.orders import CompiledOrders
from engine.flows.fields import Ids, rejects, text_of
from engine.flows.orders_parts import Problem

IDS = Ids(mapping="orders.map", lookup="orders.lookup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The members that have a value, and which of them hold buyer's data."""

    fields: Mapping[str, str]
    private: frozenset[str]


def header_of(
    compiled: CompiledOrders, scope: Mapping[str, Any]
) -> tuple[Header, list[Problem], list[Problem]]:
    """The header of one part; then what holds the part, and what rejects it."""
    fields: dict[str, str] = {}
    holding: list[Problem] = []
    rejecting: list[Problem] = []
    known = compiled.together.values(scope)
    for field in compiled.fields:
        value = text_of(field, scope, IDS, known)
        if isinstance(value, Problem):
            (rejecting if rejects(field) else holding).append(value)
        elif value is not None:
            fields[field.rule.target] = value
    private = frozenset(field.rule.target for field in compiled.fields if field.private)
    return Header(fields=fields, private=private & fields.keys()), holding, rejecting
