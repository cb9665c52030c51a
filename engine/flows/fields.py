"""Values of mapped members: from expression, template or table, the same way in every flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.compiler.collecting import CompiledField
from engine.compiler.expressions import ExpressionError, settled
from engine.compiler.lookup import Missing, look_up
from engine.compiler.templates import TemplateError
from engine.compiler.together import NOTHING
from engine.flows.missing_rows import no_row
from engine.flows.orders_parts import Problem

Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """What a flow's decisions cite: of a mapped member, and of a value without a row in a table."""

    mapping: str
    lookup: str


def rejects(field: CompiledField) -> bool:
    """Whether a value that its table does not have rejects the record."""
    return field.table is not None and field.table.missing == "reject"


def text_of(
    field: CompiledField,
    scope: Mapping[str, Any],
    ids: Ids,
    known: Mapping[str, Any] = NOTHING,
) -> str | Problem | None:
    """Its value as text, None where it is to be left out, or what keeps the record of its flow."""
    value = value_of(field, scope, ids, known)
    return value if value is None or isinstance(value, Problem) else _text(value)


def value_of(
    field: CompiledField,
    scope: Mapping[str, Any],
    ids: Ids,
    known: Mapping[str, Any] = NOTHING,
) -> Scalar | Problem | None:
    """The same with numbers and booleans as they are; what a table gives is a text.

    `known` are the values that were found together, see `engine.compiler.together`.
    """
    try:
        value = _scalar(raw_of(field, scope, known))
    except (ExpressionError, TemplateError) as error:
        return problem_of(field, f"cannot be computed: {error}", ids)
    if value is None:
        return _absent(field, ids)
    return _looked_up(field, _text(value), ids) if field.table is not None else value


def raw_of(
    field: CompiledField, scope: Mapping[str, Any], known: Mapping[str, Any] = NOTHING
) -> Any:
    """What its expression or template yields; raises ExpressionError or TemplateError."""
    if field.rule.target in known:
        return settled(known[field.rule.target])
    if field.text is not None:
        return field.text.render(scope)
    return field.value.search(scope) if field.value is not None else None


def _scalar(value: Any) -> Scalar | None:
    """A list or an object is a mistake of the mapping."""
    if value is None or isinstance(value, Scalar):
        return value
    raise ExpressionError("it yields a list or an object where a text is wanted")


def _text(value: Scalar) -> str:
    """Text as the sink stores it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _absent(field: CompiledField, ids: Ids) -> str | Problem | None:
    if field.rule.default is not None:
        return field.rule.default
    if field.table is not None and field.table.missing == "default":
        return field.table.default
    if field.rule.required or field.table is not None:
        return problem_of(field, "is required, and the record has no value for it", ids)
    return None


def _looked_up(field: CompiledField, value: str, ids: Ids) -> str | Problem:
    assert field.table is not None  # noqa: S101 - the one caller has asked; this tells mypy
    found = look_up(field.table, value)
    if not isinstance(found, Missing):
        return found.value
    where = f" ({field.table.place})" if field.table.place else ""
    table = f"table {field.table.name}{where}"
    reason = no_row(table, None if field.private else value, found.nearest)
    return Problem(rule=f"{ids.lookup}.{field.table.name}", reason=reason)


def problem_of(field: CompiledField, what: str, ids: Ids) -> Problem:
    """What is wrong with a field, under the id of its flow."""
    target = field.rule.target
    return Problem(rule=f"{ids.mapping}.{target}", reason=f"{target} ({field.rule.place}) {what}")
