"""The header of an order to be created: each mapped member from expression, template or table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.expressions import ExpressionError
from engine.compiler.lookup import Missing, look_up
from engine.compiler.orders import CompiledField, CompiledOrders
from engine.compiler.templates import TemplateError
from engine.flows.orders_parts import Problem


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
    for field in compiled.fields:
        value = _value(field, scope)
        if isinstance(value, Problem):
            rejects = field.table is not None and field.table.missing == "reject"
            (rejecting if rejects else holding).append(value)
        elif value is not None:
            fields[field.rule.target] = value
    private = frozenset(field.rule.target for field in compiled.fields if field.private)
    return Header(fields=fields, private=private & fields.keys()), holding, rejecting


def _value(field: CompiledField, scope: Mapping[str, Any]) -> str | Problem | None:
    try:
        raw = _raw(field, scope)
        text = None if raw is None else _text(raw)
    except (ExpressionError, TemplateError) as error:
        return _problem(field, f"cannot be computed: {error}")
    if text is None:
        return _absent(field)
    return _looked_up(field, text) if field.table is not None else text


def _raw(field: CompiledField, scope: Mapping[str, Any]) -> Any:
    if field.text is not None:
        return field.text.render(scope)
    return field.value.search(scope) if field.value is not None else None


def _text(value: Any) -> str:
    """Text as the sink stores it; a list or an object is a mistake of the mapping."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    raise ExpressionError("it yields a list or an object where a text is wanted")


def _absent(field: CompiledField) -> str | Problem | None:
    if field.rule.default is not None:
        return field.rule.default
    if field.table is not None and field.table.missing == "default":
        return field.table.default
    if field.rule.required or field.table is not None:
        return _problem(field, "is required, and the order has no value for it")
    return None


def _looked_up(field: CompiledField, value: str) -> str | Problem:
    assert field.table is not None  # noqa: S101 - the one caller has asked; this tells mypy
    found = look_up(field.table, value)
    if not isinstance(found, Missing):
        return found.value
    shown = "this value" if field.private else f'"{value}"'
    near = f"; nearest: {', '.join(found.nearest)}" if found.nearest else ""
    where = f" ({field.table.place})" if field.table.place else ""
    reason = f"table {field.table.name}{where} has no row for {shown}{near}"
    return Problem(rule=f"orders.lookup.{field.table.name}", reason=reason)


def _problem(field: CompiledField, what: str) -> Problem:
    target = field.rule.target
    return Problem(rule=f"orders.map.{target}", reason=f"{target} ({field.rule.place}) {what}")
